"""The row over plots: what their x axis counts, whether they follow, whose headlines these are."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QToolButton, QWidget

from core.metrics.accounting import WARM_UP_RULE
from core.metrics.x_axis import XAxis
from core.model.run import Run
from gui.run_plots.smoothing import CHOICES
from gui.theme import Theme
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.spoken import name_list
from gui.widgets.switch import pressed_style
from gui.widgets.wrapped_row import WrappedRow


class PlotTools(WrappedRow):
    """Knows the buttons, not the plots.

    Attributes:
        x_axis_box: What the x axis counts.
        follow_button: Pressed while the newest steps are kept in view.
        fit_button: Shows all of every run.
        smoothing_box: Over how many points lines are smoothed.
        focus_label: Which run headlines speak of.

    Signals:
        x_axis_chosen: The x axis is to count something else.
        follow_asked: Following is to be turned on or off.
        fit_asked: All of every run is to be shown.
        smoothing_chosen: Lines are to be smoothed over so many points; 1: not at all.
    """

    x_axis_chosen = Signal()
    follow_asked = Signal(bool)
    fit_asked = Signal()
    smoothing_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        label = QLabel("&x axis")
        self.x_axis_box = QComboBox()
        for x_axis in XAxis:
            self.x_axis_box.addItem(x_axis.value, x_axis)
        self.x_axis_box.setToolTip("What the x axis of all plots counts")
        self.x_axis_box.setAccessibleName("x axis")
        self.x_axis_box.currentIndexChanged.connect(lambda _: self.x_axis_chosen.emit())
        label.setBuddy(self.x_axis_box)
        self.follow_button = QToolButton()
        self.follow_button.setText("Follow")
        self.follow_button.setCheckable(True)
        self.follow_button.setChecked(True)
        self.follow_button.setToolTip(
            "Keep the newest steps in view (F). Moving or zooming a plot turns it off."
        )
        self.follow_button.clicked.connect(self.follow_asked)
        self.fit_button = QToolButton()
        self.fit_button.setText("Fit")
        self.fit_button.setToolTip(
            "Show all runs from their first to their last step (0, or a double click)"
        )
        self.fit_button.clicked.connect(lambda _: self.fit_asked.emit())
        self._buttons = [self.follow_button, self.fit_button]
        self.smoothing_box = QComboBox()
        for points in CHOICES:
            self.smoothing_box.addItem(f"{points} points" if points > 1 else "off", points)
        name_list(self.smoothing_box, "smoothing")
        self.smoothing_box.setToolTip(
            "Draw each point of a line as the mean of so many points around it. Figures and "
            "read-outs stay as measured; areas of idle time are never smoothed."
        )
        self.smoothing_box.currentIndexChanged.connect(
            lambda _: self.smoothing_chosen.emit(self.smoothing_box.currentData())
        )
        smoothing_label = QLabel("&smoothing")
        smoothing_label.setBuddy(self.smoothing_box)
        self.focus_label = ElidedLabel()
        self.focus_label.setProperty("role", "muted")
        self.focus_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.set_margins(8, 4, 8, 2)
        smoothing = (smoothing_label, self.smoothing_box)
        self.add_widgets((label, self.x_axis_box, *smoothing, *self._buttons))
        self.add_widgets((self.focus_label,))

    @property
    def x_axis(self) -> XAxis:
        """What the x axis counts."""
        return XAxis(self.x_axis_box.currentData())

    def set_x_axis(self, x_axis: XAxis) -> None:
        """Let the x axis count something else."""
        self.x_axis_box.setCurrentIndex(list(XAxis).index(x_axis))

    def add(self, widget: QWidget) -> None:
        """Put a further button or list behind the buttons."""
        if isinstance(widget, QToolButton):
            self._buttons.append(widget)
        self.insert_before(widget, self.focus_label)

    def show_follow(self, on: bool) -> None:
        """Show whether the plots follow."""
        if self.follow_button.isChecked() != on:
            with QSignalBlocker(self.follow_button):
                self.follow_button.setChecked(on)

    def show_focus(self, focus: Run | None) -> None:
        """Name the run that headlines speak of."""
        text = "" if focus is None else f"headlines: {focus.name} ({focus.state.value})"
        self.focus_label.setText(text)
        self.focus_label.setToolTip(f"{text}\n{WARM_UP_RULE}")

    def hide_focus(self) -> None:
        """Leave it to something else to name that run."""
        self.focus_label.hide()

    def apply(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        for button in self._buttons:
            button.setStyleSheet(pressed_style(theme))
