"""What a panel says while it has nothing to show, and the one thing to do about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.state.app_state import AppState
from gui.widgets.wrapped_label import WrappedLabel


class EmptyNote(QWidget):
    """A quiet sentence in the middle of a panel, and buttons below it."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._with_runs: dict[QPushButton, bool] = {}
        self._label = WrappedLabel(text)
        self._label.setProperty("role", "muted")
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label.setMargin(12)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._buttons.addStretch(1)
        self._buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addStretch(1)
        column.addWidget(self._label)
        column.addLayout(self._buttons)
        column.addStretch(1)

    def text(self) -> str:
        """What it says."""
        return self._label.text()

    def setText(self, text: str) -> None:
        """Say something else."""
        self._label.setText(text)

    def offer(
        self, text: str, does: Callable[[], object], about: str, *, with_runs: bool = False
    ) -> QPushButton:
        """Add a button.

        Args:
            text: What stands on it.
            does: What it does.
            about: A sentence for the tooltip.
            with_runs: It is for somebody who has runs, not for a newcomer (see ``show_offers``).
        """
        button = QPushButton(text)
        button.setToolTip(about)
        button.clicked.connect(lambda _=False: does())
        self._with_runs[button] = with_runs
        self._buttons.insertWidget(self._buttons.count() - 1, button)
        return button

    def show_offers(self, *, with_runs: bool) -> None:
        """Show the buttons for somebody who has runs, or those for a newcomer."""
        for button, wanted in self._with_runs.items():
            button.setVisible(wanted is with_runs)

    def offer_example(self, app_state: AppState) -> None:
        """Offer to show what the panel looks like with something in it."""
        if not app_state.session.example:
            self.offer(
                "See an example", app_state.example_wanted.emit,
                "Open recorded runs on what prefetch does, in a window of their own",
            )  # fmt: skip
