"""What stands above the experiment that is shown: its name, how far it has come, its buttons."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.analysis.sweeps.progress import ExperimentProgress, ExperimentState
from core.model.experiment import Experiment
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.wrapped_row import WrappedRow

_STEPS = 1000


class ExperimentHead(QWidget):
    """Name, progress and buttons.

    Attributes:
        title: The name.
        state: How far it has come, in words.
        bar: The same as a bar; only while runs are under way or wait.
    """

    def __init__(
        self, buttons: Sequence[QAction], more: Sequence[QAction], parent: QWidget | None = None
    ) -> None:
        """Lay it out.

        Args:
            buttons: Actions that have a button each.
            more: Actions in the menu of the last button.
            parent: Its parent.
        """
        super().__init__(parent)
        self.title, self.state = ElidedLabel(), ElidedLabel()
        self.title.setProperty("role", "finding")
        self.state.setProperty("role", "muted")
        self.state.setAccessibleDescription("how far it has come")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(4)
        self.bar.setRange(0, _STEPS)
        self.bar.setAccessibleName("progress of the experiment")
        top, row = QHBoxLayout(), WrappedRow()
        top.addWidget(self.title, 1)
        top.addWidget(self.state)
        for action in buttons:
            row.add_widgets((_button(action),))
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.addActions(list(more))
        self.more = QToolButton()
        self.more.setText("More \N{BLACK DOWN-POINTING SMALL TRIANGLE}")
        self.more.setAccessibleName("More")
        self.more.setToolTip("All that can be done with it")
        self.more.setMenu(menu)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        row.add_widgets((self.more,))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        # The buttons would leave a title beside them no room.
        column.addLayout(top)
        column.addWidget(row)
        column.addWidget(self.bar)

    def show_experiment(
        self, experiment: Experiment, progress: ExperimentProgress, beside: Sequence[str]
    ) -> None:
        """Show another experiment, or how far it has come meanwhile.

        Args:
            experiment: The experiment.
            progress: How far it has come.
            beside: What else is to be known at once.
        """
        self.title.setText(experiment.title)
        self.state.setText(" · ".join((progress.text(), *beside)))
        self.show_share(progress, 0.0)

    def show_share(self, progress: ExperimentProgress, of_run: float) -> None:
        """Show how much is done, ``of_run`` (0 to 1) being that of the run under way."""
        goes_on = progress.stage in (ExperimentState.UNDER_WAY, ExperimentState.WAITING)
        self.bar.setVisible(goes_on)
        if goes_on:
            # A bar that may be updated paints at once, and all else that is due with it.
            self.bar.setUpdatesEnabled(False)
            self.bar.setValue(int(_STEPS * (progress.done + of_run) / max(progress.planned, 1)))
            self.bar.setUpdatesEnabled(True)


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
