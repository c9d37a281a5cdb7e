"""Idle time, throughput and loss of runs, while they go on and after."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.metrics.accounting import WARM_UP_RULE
from core.model.run import Run
from gui.notifier import Notifier
from gui.plots.catalogue import ON_DEMAND, PLOTS
from gui.plots.follow import Follow
from gui.plots.plot import XAxis
from gui.plots.shown_runs import runs_to_draw
from gui.theme import run_pen
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.legend import Entry, Legend
from gui.widgets.picture import add_picture_actions
from gui.widgets.plot_menu import PlotMenu
from gui.widgets.plot_stack import PlotStack

NO_RUN_YET = (
    "No run yet. Press Run (Ctrl+R), then switch prefetch on at the left and run again:\n"
    "both runs are drawn here over each other."
)
ALL_HIDDEN = "All runs are hidden. Select one in the list of runs and press H to show it."


class LivePanel(QWidget):
    """Linked plots with their headlines.

    Attributes:
        stack: The plots.
        more: Switches further plots on.
        follow: Whether and how the view keeps up with the run under way.

    Signals:
        refreshed: What is shown is up to date.
        follow_changed: Following was turned on or off, by mouse, key or button.
    """

    refreshed = Signal()
    follow_changed = Signal(bool)

    def __init__(self, notifier: Notifier, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notifier = notifier
        self.follow = Follow()
        self._drawn: tuple[str, ...] = ()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.refresh)
        self._make_tools()
        self.legend = Legend()
        self.stack = PlotStack((*PLOTS, *ON_DEMAND), notifier.theme)
        self._show_chosen_plots()
        self.stack.range_taken.connect(self._range_taken)
        self.stack.followed.connect(self.refreshed)
        for view in self.stack.views:
            view.customContextMenuRequested.connect(
                lambda position, view=view: self._open_menu(view.mapToGlobal(position))
            )
        self.empty = QLabel(NO_RUN_YET)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setProperty("role", "muted")
        self._page = QWidget()
        page = QVBoxLayout(self._page)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addLayout(self._tools)
        page.addWidget(self.legend)
        # With many plots each keeps its height, and the wheel beside them scrolls.
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self.stack)
        page.addWidget(scroll, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self._page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        # How often a run advances is paced by what it costs to draw; other changes come in bunches.
        notifier.run_advanced.connect(self._advance)
        for signal in (notifier.runs_changed, notifier.selection_changed):
            signal.connect(self._refresh_soon)
        notifier.theme_changed.connect(self._take_on_theme)
        self._take_on_theme()

    def _make_tools(self) -> None:
        label = QLabel("&x axis")
        self.x_axis_box = QComboBox()
        for x_axis in XAxis:
            self.x_axis_box.addItem(x_axis.value, x_axis)
        self.x_axis_box.setToolTip("What the x axis of all plots counts")
        self.x_axis_box.setAccessibleName("x axis")
        self.x_axis_box.currentIndexChanged.connect(self._x_axis_chosen)
        label.setBuddy(self.x_axis_box)
        self.follow_button = QToolButton()
        self.follow_button.setText("Follow")
        self.follow_button.setCheckable(True)
        self.follow_button.setChecked(True)
        self.follow_button.setToolTip(
            "Keep the newest steps in view (F). Moving or zooming a plot turns it off."
        )
        self.follow_button.clicked.connect(self.set_follow)
        self.fit_button = QToolButton()
        self.fit_button.setText("Fit")
        self.fit_button.setToolTip("Show all runs from their first to their last step (0)")
        self.fit_button.clicked.connect(self.fit_view)
        self.more = PlotMenu(ON_DEMAND)
        self.more.changed.connect(self._show_chosen_plots)
        self.focus_label = ElidedLabel()
        self.focus_label.setProperty("role", "muted")
        self.focus_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._tools = QHBoxLayout()
        self._tools.setContentsMargins(8, 4, 8, 2)
        self._tools.setSpacing(8)
        for widget in (label, self.x_axis_box, self.follow_button, self.fit_button, self.more):
            self._tools.addWidget(widget)
        self._tools.addWidget(self.focus_label, 1)

    # -- what it can be asked for ---------------------------------------------------------

    @property
    def x_axis(self) -> XAxis:
        """What the x axis counts."""
        return XAxis(self.x_axis_box.currentData())

    def set_x_axis(self, x_axis: XAxis) -> None:
        """Let the x axis count something else."""
        self.x_axis_box.setCurrentIndex(list(XAxis).index(x_axis))

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
        runs, focus = self._runs()
        self.empty.setText(ALL_HIDDEN if self._notifier.session.runs else NO_RUN_YET)
        self._pages.setCurrentWidget(self._page if runs else self.empty)
        if runs:
            self.stack.show_runs(runs, focus, self.x_axis)
            self._show_legend(runs, focus)
            self._show_range()
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

    # -- inside ---------------------------------------------------------------------------

    def _advance(self) -> None:
        """Show how the run under way goes on, without holding up the event loop."""
        if not self.isVisible() or self._timer.isActive():
            return
        runs, focus = self._runs()
        if tuple(run.id for run in runs) != self._drawn or not runs:
            self.refresh()
            return
        self.stack.follow(runs, focus, self._range_to_follow)
        self._show_legend(runs, focus)

    def _refresh_soon(self) -> None:
        if self.isVisible() and not self._timer.isActive():
            self._timer.start(0)

    def _runs(self) -> tuple[tuple[Run, ...], Run | None]:
        """The runs to be drawn, oldest first, and the one of them that headlines speak of."""
        notifier = self._notifier
        return runs_to_draw(notifier.shown_runs, notifier.focus, notifier.selection)

    def _show_legend(self, runs: tuple[Run, ...], focus: Run | None) -> None:
        theme = self._notifier.theme
        causes = [Entry(text, area=QColor(theme.causes[cause])) for text, cause in self.stack.areas]
        ordered = sorted(runs, key=lambda run: focus is None or run.id != focus.id)
        lines = [
            Entry(run.name, pen=run_pen(theme, run.label.colour, 2.5 if run is focus else 1.5))
            for run in ordered
        ]
        hidden = len(self._notifier.shown_runs) - len(runs)
        self.legend.show_entries(
            (*causes, *lines), f"not drawn: {hidden} of other workloads or older" if hidden else ""
        )
        text = "" if focus is None else f"headlines: {focus.name} ({focus.state.value})"
        self.focus_label.setText(text)
        self.focus_label.setToolTip(f"{text}\n{WARM_UP_RULE}")

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

    def _show_chosen_plots(self) -> None:
        self.stack.show_plots({plot.key for plot in PLOTS} | self.more.chosen)

    def _range_taken(self) -> None:
        self.follow.take_over()
        self._tell_follow()

    def _tell_follow(self) -> None:
        if self.follow_button.isChecked() != self.follow.on:
            with QSignalBlocker(self.follow_button):
                self.follow_button.setChecked(self.follow.on)
        self.follow_changed.emit(self.follow.on)

    def _x_axis_chosen(self) -> None:
        # Steps, seconds and epochs have no place in common: start from all of it.
        self.follow.span = None
        self.refresh()
        self._show_range(once=True)

    def _take_on_theme(self) -> None:
        theme = self._notifier.theme
        self.stack.apply(theme)
        # Fusion hardly shows in the dark that a button is pressed.
        sheet = (
            f"QToolButton {{ padding: 3px 8px; border: 1px solid {theme.border};"
            " border-radius: 4px; }"
            "QToolButton::menu-indicator { subcontrol-position: right center; left: -4px; }"
            f"QToolButton:checked {{ background: {theme.accent}; color: {theme.on_accent}; }}"
            f"QToolButton:focus {{ border: 2px solid {theme.text}; padding: 2px 7px; }}"
        )
        for button in (self.follow_button, self.fit_button, self.more):
            button.setStyleSheet(sheet)
        self.refresh()

    def _open_menu(self, position: QPoint) -> None:
        self.menu().popup(position)

    def menu(self) -> QMenu:
        """What the right mouse button and the menu key offer on a plot."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        add_picture_actions(menu, self.stack, self._notifier, "live")
        menu.addSeparator()
        menu.addAction("Fit").triggered.connect(self.fit_view)
        follow = menu.addAction("Follow")
        follow.setCheckable(True)
        follow.setChecked(self.follow.on)
        follow.triggered.connect(self.set_follow)
        return menu
