"""Idle time, throughput and loss of runs, while they go on and after."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from core.model.run import Run
from core.text.plural import plural
from gui.run_plots.catalogue import ON_DEMAND, PLOTS
from gui.run_plots.plot import Plot
from gui.run_plots.plot_menu import PlotMenu
from gui.run_plots.run_plots import RunPlots
from gui.run_plots.shown_runs import has_data, runs_to_draw
from gui.state.app_state import AppState
from gui.state.run_labels import relabel

NO_RUN_YET = (
    "No run yet. Press Run (Ctrl+R), then switch prefetch on at the left and run again:\n"
    "both runs are drawn here over each other.\n"
    "Diagnose (Ctrl+D) finds what limits training, and says which setting helps.\n"
    "Open (Ctrl+O) takes your own pipeline."
)
ALL_HIDDEN = "All runs are hidden. Select some in the list of runs and press H to show them."


class LivePanel(RunPlots):
    """The plots of the selected runs, the newest few and the baseline.

    Attributes:
        more: Switches further plots on.
    """

    def __init__(
        self, app_state: AppState, trace_next: QAction, parent: QWidget | None = None
    ) -> None:
        """Build the page.

        Args:
            app_state: Tells what changed.
            trace_next: Traces the next steps of the run under way.
            parent: Owner.
        """
        super().__init__(app_state, (*PLOTS, *ON_DEMAND), "live", parent)
        self._trace_next = trace_next
        self.setProperty("help", "concepts.md#the-plots")
        self.more = PlotMenu(ON_DEMAND)
        self.more.changed.connect(self._show_chosen_plots)
        self.tools.add(self.more)
        self.empty.offer_example(app_state)
        self.empty.offer(
            "Show all runs", self._show_all, "Show every run in the plots again", with_runs=True
        )
        self._show_chosen_plots()
        self.start()

    def runs(self) -> tuple[tuple[Run, ...], Run | None]:
        """Those of the focus's workload, oldest first."""
        app_state = self._app_state
        runs, focus = runs_to_draw(app_state.shown_runs, app_state.focus, app_state.selection)
        named = app_state.session.experiments.named
        return tuple(map(named, runs)), None if focus is None else named(focus)

    def why_empty(self) -> str:
        """What to do about it."""
        return ALL_HIDDEN if self._app_state.session.runs else NO_RUN_YET

    def refresh(self) -> None:
        """See the base class."""
        self.empty.show_offers(with_runs=bool(self._app_state.session.runs))
        super().refresh()

    def left_out(self, runs: Sequence[Run]) -> str:
        """How many of the shown runs are not drawn, and how they can be."""
        if self._app_state.solo:
            return "shown alone: Shift+H in the list of runs brings the others back"
        others = len(self._app_state.shown_runs) - len(runs)
        return f"{plural(others, 'other run')} not drawn: select to draw" if others else ""

    def has_line(self, run: Run) -> bool:
        """A run that failed before its first step has none."""
        return has_data(run)

    def menu(self, plot: Plot | None = None) -> QMenu:
        """See the base class."""
        menu = super().menu(plot)
        menu.addSeparator()
        menu.addAction(self._trace_next)
        return menu

    def _show_all(self) -> None:
        runs = self._app_state.session.runs
        relabel(self._app_state, "show all runs", {run.id: {"hidden": False} for run in runs})

    def _show_chosen_plots(self) -> None:
        self.stack.show_plots({plot.key for plot in PLOTS} | self.more.chosen)
