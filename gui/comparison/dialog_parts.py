"""Small parts that dialogs have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialogButtonBox, QFrame, QPushButton, QScrollArea, QWidget

from gui.text_size import px
from gui.widgets.wrapped_label import WrappedLabel

W = TypeVar("W", bound=QWidget)
_FEW_ROWS_PX = 130


class ScrolledRows(QScrollArea):
    """Rows that take the room that a dialog has left, and scroll before the dialog itself does."""

    def show_rows(self, rows: QWidget) -> None:
        """Put the rows in."""
        self.setWidget(rows)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def sizeHint(self) -> QSize:
        """Room for a few rows: where text wraps beside it, Qt gives no part less than this."""
        return QSize(super().sizeHint().width(), px(_FEW_ROWS_PX))


def line(role: str) -> WrappedLabel:
    """An empty line of plain text that wraps."""
    label = WrappedLabel()
    label.setProperty("role", role)
    return label


def bullets(notes: Sequence[str]) -> str:
    """Sentences, each on a line of its own."""
    return "\n".join(f"\N{BULLET} {note}" for note in notes)


def explained(widget: W, tip: str) -> W:
    """The widget with a tooltip."""
    widget.setToolTip(tip)
    return widget


def start_and_cancel() -> tuple[QDialogButtonBox, QPushButton]:
    """The buttons of a dialog that begins runs, and Start among them."""
    kinds = QDialogButtonBox.StandardButton
    buttons = QDialogButtonBox(kinds.Cancel)
    start = buttons.addButton("Start", QDialogButtonBox.ButtonRole.AcceptRole)
    start.setToolTip("Put the runs into the queue and begin (Enter)")
    buttons.button(kinds.Cancel).setToolTip("Run nothing (Esc)")
    return buttons, start
