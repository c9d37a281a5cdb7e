"""The plots of the runs that stand side by side, over each other on one x axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from core.analysis.comparisons.same_training import listed, loss_note
from core.metrics.accounting import WARM_UP_RULE
from core.model.quantity import emulated_in_all, emulated_words
from core.model.run import Run
from gui.run_plots.catalogue import PLOTS
from gui.run_plots.run_plots import RunPlots
from gui.run_plots.shown_runs import MAX_RUNS
from gui.state.app_state import AppState
from gui.widgets.swatch import run_icon

_LEGEND_LINES, _LIST_CHARACTERS = 2, 20
_LOSS = "loss"


class SidePlots(RunPlots):
    """Draws exactly these runs; one of them has its causes stacked and the headlines.

    Attributes:
        focus_box: Which one that is; the one of the window as long as nobody chose.
    """

    def __init__(
        self,
        app_state: AppState,
        columns: Callable[[], Sequence[Run]],
        parent: QWidget | None = None,
    ) -> None:
        """Make the plots.

        Args:
            app_state: Tells of what changes.
            columns: Gives the runs as they stand, the baseline first.
            parent: Owner.
        """
        super().__init__(app_state, PLOTS, "side-by-side", parent, legend_lines=_LEGEND_LINES)
        self._columns = columns
        self._chosen = ""
        self.focus_box = QComboBox()
        self.focus_box.setAccessibleName("run of the headlines and areas")
        self.focus_box.setToolTip(
            f"Headlines, areas, warm-up and ceilings are those of this run.\n{WARM_UP_RULE}"
        )
        # Long names must not push the row wider.
        self.focus_box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.focus_box.setMinimumContentsLength(_LIST_CHARACTERS)
        self.focus_box.activated.connect(self._choose)
        label = QLabel("headlines and &areas")
        label.setBuddy(self.focus_box)
        self.tools.add(label)
        self.tools.add(self.focus_box)
        # The list says whose headlines these are.
        self.tools.hide_focus()
        self.start()

    def runs(self) -> tuple[tuple[Run, ...], Run | None]:
        """Those in the columns, in their order, and the chosen one."""
        named = self._app_state.session.experiments.named
        runs = tuple(map(named, self._columns()))[:MAX_RUNS]
        chosen = next((run for run in runs if run.id == self._chosen), None)
        if chosen is not None or not runs:
            return runs, chosen
        # One without a step has nothing to say, unless there is none but such.
        telling = [run for run in runs if run.samples.steps or not run.state.over] or runs
        of_window = self._app_state.focus
        wanted = (run for run in telling if of_window is not None and run.id == of_window.id)
        return runs, next(wanted, telling[-1])

    def why_empty(self) -> str:
        """Never seen: without runs the panel has a page of its own."""
        return ""

    def has_line(self, run: Run) -> bool:
        """Not where it ended before its first step; ``left_out`` then names it."""
        return run.samples.steps > 0 or not run.state.over

    def added(self, run: Run, runs: Sequence[Run]) -> str:
        """What was emulated, where that is not the same in all of them."""
        return " · emulated" if run.emulations and len(_emulations(runs)) > 1 else ""

    def left_out(self, runs: Sequence[Run]) -> str:
        """What is not drawn and why, and what was emulated in all of them."""
        without = [run for run in runs if run.samples.steps == 0]
        more = len(self._columns()) - len(runs)
        emulated = _emulations(runs)
        parts = (
            f"all: {_in_all(runs)}" if len(emulated) == 1 and "" not in emulated else "",
            f"no step: {listed(without)}" if without else "",
            f"not drawn: {more} more" if more > 0 else "",
        )
        return " · ".join(part for part in parts if part)

    def refresh(self) -> None:
        """With what must be known of these runs, and whose headlines these can be."""
        if self.isVisible():
            runs, focus = self.runs()
            self._offer(runs, focus)
            self.stack.show_note(_LOSS, loss_note(runs))
        super().refresh()

    def _offer(self, runs: Sequence[Run], focus: Run | None) -> None:
        theme = self._app_state.theme
        with QSignalBlocker(self.focus_box):
            self.focus_box.clear()
            for run in runs:
                icon = run_icon(theme, run.label, small=True)
                self.focus_box.addItem(icon, f"{run.name} ({run.state.value})", run.id)
            self.focus_box.setCurrentIndex(self.focus_box.findData(focus.id if focus else ""))

    def _choose(self, index: int) -> None:
        self._chosen = self.focus_box.itemData(index)
        self.refresh()


def _emulations(runs: Sequence[Run]) -> set[str]:
    """What was to be emulated, in words, in those of the runs that are drawn."""
    drawn = (run.prepared for run in runs if run.samples.steps)
    return {emulated_words(known.emulations if known else ()) for known in drawn}


def _in_all(runs: Sequence[Run]) -> str:
    return emulated_words(emulated_in_all(run.emulations for run in runs if run.samples.steps))
