"""Small parts that dialogs have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtWidgets import QDialogButtonBox, QPushButton, QWidget

from gui.widgets.wrapped_label import WrappedLabel

W = TypeVar("W", bound=QWidget)


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
