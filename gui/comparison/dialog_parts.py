"""Small parts that dialogs have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtWidgets import QWidget

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
