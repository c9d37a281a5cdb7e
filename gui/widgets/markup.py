"""Labels show plain text, whatever stands in it; those that are to have markup say so."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

MARKUP = "markup"
"""The property that the style sheet looks at: it gives every other label plain text, tooltips and
the texts of message boxes among them."""


def with_markup(label: QLabel) -> QLabel:
    """Let a label show markup; what comes from outside must be escaped before it is put there."""
    label.setProperty(MARKUP, True)
    label.setTextFormat(Qt.TextFormat.RichText)
    return label
