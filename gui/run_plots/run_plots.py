"""Linked plots over the course of runs, with what one reads and moves them by."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QMenu,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.metrics.range_figures import RANGE_KINDS
from core.metrics.x_axis import XAxis
from core.model.run import Run
from gui.plotting.legend import Legend
from gui.plotting.picture import copy_image
from gui.run_plots.follow import Follow
from gui.run_plots.legend_entries import cause_entries, figure_entries, run_entries
from gui.run_plots.plot import Plot
from gui.run_plots.plot_stack import PlotStack
from gui.run_plots.plot_tools import PlotTools
from gui.run_plots.plots_menu import plots_menu
from gui.run_plots.plots_picture import PlotsPicture
from gui.state.app_state import AppState
from gui.state.remembered import KeptValues, Remembered
from gui.widgets.current_stack import CurrentStack
from gui.widgets.empty_note import EmptyNote


class RunPlots(QWidget):
    """Plots of some runs, one of them in focus; a subclass says which.

    Attributes:
        plots: What is drawn, from top to bottom.
        stack: Where it is drawn.
        legend: What colours and dashes stand for.
        tools: The row with the x axis, Follow, Fit and the name of the run in focus.
        follow: Whether and how the view keeps up with the run under way.
        empty: What is said while there is nothing to draw.

    Signals:
        refreshed: What is shown is up to date.
        follow_changed: Following was turned on or off, by mouse, key or button.
    """

    refreshed = Signal()
    follow_changed = Signal(bool)

    def __init__(
        self,
        app_state: AppState,
        plots: Sequence[Plot],
        name: str,
        parent: QWidget | None = None,
        *,
        legend_lines: int = 1,
    ) -> None:
        """Make the plots; a subclass then calls ``start``.

        Args:
            app_state: Tells of what changes.
            plots: From top to bottom.
            name: Of the file that is suggested for a picture.
            parent: Owner.
            legend_lines: So many lines the legend may take.
        """
        super().__init__(parent)
        self.plots = tuple(plots)
        self._app_state, self._name = app_state, name
        self.follow = Follow()
        self._drawn: tuple[str, ...] = ()
        self._range_kept: tuple[float, float] | None = None
        Remembered(self, f"plots.{name}", self._kept_state, self._restore)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.refresh)
        self.tools = PlotTools()
        self.tools.x_axis_chosen.connect(self._x_axis_chosen)
        self.tools.follow_asked.connect(self.set_follow)
        self.tools.fit_asked.connect(self.fit_view)
        self.tools.smoothing_chosen.connect(self._smooth)
        self.legend = Legend(legend_lines, folds=True)
        self.stack = PlotStack(plots, app_state.theme)
        self.stack.range_taken.connect(self._range_taken)
        self.stack.followed.connect(self.refreshed)
        self.stack.menu_asked.connect(self._open_menu)
        self.stack.range_selected.connect(app_state.select_range)
        self.stack.fit_asked.connect(self.fit_view)
        self.stack.copy_asked.connect(self.copy)
        self.empty = EmptyNote()
        self._lay_out()

    def start(self) -> None:
        """Listen to what changes."""
        app_state = self._app_state
        # How often a run advances is paced by what it costs to draw; other changes come in bunches.
        app_state.run_advanced.connect(self._advance)
        for signal in (
            app_state.runs_changed,
            app_state.selection_changed,
            app_state.solo_changed,
        ):
            signal.connect(self.refresh_soon)
        app_state.range_changed.connect(self._show_selected)
        app_state.theme_changed.connect(self._apply_theme)
        self._apply_theme()

    def _lay_out(self) -> None:
        self._page = QWidget()
        page = QVBoxLayout(self._page)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self.tools)
        page.addWidget(self.legend)
        # With many plots each keeps its height, and the wheel beside them scrolls.
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self.stack)
        page.addWidget(scroll, 1)
        self._pages = CurrentStack()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self._page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)

    # -- what a subclass says -------------------------------------------------------------

    def runs(self) -> tuple[tuple[Run, ...], Run | None]:
        """The runs to be drawn, and the one of them that headlines speak of.

        Each with the name that it has among all others (see ``Experiments.named``).
        """
        raise NotImplementedError

    def why_empty(self) -> str:
        """What to say where there is nothing to draw."""
        raise NotImplementedError

    def left_out(self, runs: Sequence[Run]) -> str:
        """What the legend says of runs that are not drawn; empty for nothing."""
        return ""

    def has_line(self, run: Run) -> bool:
        """Whether the legend names one of the runs."""
        return True

    def added(self, run: Run, runs: Sequence[Run]) -> str:
        """What the legend adds to the name of one of the runs."""
        return ""

    # -- what it can be asked for ---------------------------------------------------------

    @property
    def x_axis(self) -> XAxis:
        """What the x axis counts."""
        return self.tools.x_axis

    def set_x_axis(self, x_axis: XAxis) -> None:
        """Let the x axis count something else."""
        self.tools.set_x_axis(x_axis)

    def set_follow(self, on: bool) -> None:
        """Keep the newest steps in view, or leave the view where it is."""
        if on:
            self.follow.turn_on(self.stack.x_range, self.stack.extent)
            self._show_range()
        else:
            self.follow.take_over()
        self._tell_follow()

    def toggle_follow(self) -> None:
        """Follow, or stop following."""
        self.set_follow(not self.follow.on)

    def fit_view(self) -> None:
        """Show all of every run once; whether the view follows stays as it is."""
        self.follow.span = None
        self._show_range(once=True)

    def refresh(self) -> None:
        """Show the runs as they stand. What is hidden is refreshed when it is shown."""
        if not self.isVisible():
            return
        self._timer.stop()
        runs, focus = self.runs()
        self.empty.setText(self.why_empty())
        self._pages.setCurrentWidget(self._page if runs else self.empty)
        if runs:
            self.stack.show_runs(runs, focus, self.x_axis)
            self._show_legend(runs, focus)
            self._show_selected()
            self._show_range()
            self._show_kept_range()
            self.stack.get_ready()
        self._drawn = tuple(run.id for run in runs)
        self.refreshed.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while it was not seen."""
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is refreshed while it is not seen."""
        super().hideEvent(event)
        self._timer.stop()

    def refresh_soon(self) -> None:
        """Show the runs anew, once for all that changes now."""
        if self.isVisible() and not self._timer.isActive():
            self._timer.start(0)

    # -- inside ---------------------------------------------------------------------------

    def _kept_state(self) -> dict[str, object]:
        built = any(True for _ in self.stack.built_views())
        seen = list(self.stack.x_range) if built else None
        return {"x_axis": self.x_axis.value, "follow": self.follow.on, "range": seen}

    def _restore(self, kept: KeptValues) -> None:
        if (x_axis := kept.text("x_axis")) in set(XAxis):
            self.set_x_axis(XAxis(x_axis))
        self.follow.on = kept.flag("follow", True)
        self._range_kept = None if self.follow.on else kept.stretch("range")
        self._tell_follow()

    def _show_kept_range(self) -> None:
        """Show what was seen before the restart, as far as the runs still reach there."""
        kept, self._range_kept = self._range_kept, None
        extent = self.stack.extent
        if kept is None or extent is None:
            return
        whole = extent[1] - extent[0]
        low, high = max(kept[0], extent[0] - whole), min(kept[1], extent[1] + whole)
        if low < high:
            self.stack.set_x_range(low, high)

    def _advance(self) -> None:
        """Show how the run under way goes on, without holding up the event loop."""
        if not self.isVisible() or self._timer.isActive():
            return
        runs, focus = self.runs()
        if tuple(run.id for run in runs) != self._drawn or not runs:
            self.refresh()
            return
        if all(run.state.over for run in runs):
            # What goes on is none of these.
            return
        self.stack.follow(runs, focus, self._range_to_follow)
        self._show_legend(runs, focus)
        self._show_selected()

    def _show_legend(self, runs: tuple[Run, ...], focus: Run | None) -> None:
        theme = self._app_state.theme
        causes = cause_entries(self.stack.areas, theme)
        added = {run.id: self.added(run, runs) for run in runs}
        lines = run_entries(self._named(runs, focus), focus, theme, added)
        self.legend.show_entries((*causes, *lines), self.left_out(runs))
        self.tools.show_focus(focus)

    def _named(self, runs: Sequence[Run], focus: Run | None) -> list[Run]:
        """The runs that the legend names, the one in focus first."""
        named = [run for run in runs if self.has_line(run)]
        return sorted(named, key=lambda run: focus is None or run.id != focus.id)

    def _show_selected(self) -> None:
        """Show the selected steps and what each run did in them."""
        if not self.isVisible():
            return
        selected = self._app_state.selected_range
        self.stack.show_range(selected.x_range if selected else None)
        if selected is None:
            self.stack.show_figures("", {})
            return
        theme, (runs, focus) = self._app_state.theme, self.runs()
        named, shown = self._named(runs, focus), self.stack.keys()
        entries = {
            key: figure_entries(selected, key, named, focus, theme)
            for key in shown
            if key in RANGE_KINDS
        }
        self.stack.show_figures(f"{selected.words}: mean · p50 · p95", entries)

    def copy(self) -> None:
        """Copy what stands at the crosshair as text; without a crosshair the plots as a picture."""
        text = self.stack.crosshair.text()
        if text:
            QGuiApplication.clipboard().setText(text)
            self._app_state.message.emit("Copied the values at the crosshair.")
            return
        picture = self.picture().make()
        copy_image(picture)
        picture.close()
        picture.deleteLater()
        self._app_state.message.emit("Image copied")

    def _smooth(self, points: int) -> None:
        self.stack.smoothing.points = points
        self.refresh()

    def _show_range(self, *, once: bool = False) -> None:
        wanted = self._range_to_follow(once=once)
        if wanted is not None:
            self.stack.set_x_range(*wanted)

    def _range_to_follow(self, *, once: bool = False) -> tuple[float, float] | None:
        extent = self.stack.extent
        if extent is None or not (self.follow.on or once):
            return None
        edge = self.stack.edge
        return self.follow.view(extent, extent[1] if edge is None else edge)

    def _range_taken(self) -> None:
        self.follow.take_over()
        self._tell_follow()

    def _tell_follow(self) -> None:
        self.tools.show_follow(self.follow.on)
        self.follow_changed.emit(self.follow.on)

    def _x_axis_chosen(self) -> None:
        # Steps, seconds and epochs have no place in common: start from all of it.
        self.follow.span = None
        self.refresh()
        self._show_range(once=True)

    def _apply_theme(self) -> None:
        theme = self._app_state.theme
        self.stack.apply(theme)
        self.tools.apply(theme)
        self.refresh()

    def _open_menu(self, plot: Plot, position: QPoint) -> None:
        self.menu(plot).popup(position)

    def menu(self, plot: Plot | None = None) -> QMenu:
        """What the right mouse button and the menu key offer on a plot."""
        return plots_menu(self, self._app_state, self._name, plot)

    def picture(self) -> PlotsPicture:
        """Makes pictures of what is shown."""
        return PlotsPicture(self.stack, self.legend, self.runs()[1])
