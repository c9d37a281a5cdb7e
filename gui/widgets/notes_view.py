"""A few sentences, one below the other, that can be read and copied without a mouse."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from gui.text_size import sized

_MOST_LINES = 7


class NotesView(QPlainTextEdit):
    """As high as its text needs, up to so many lines; then it scrolls."""

    def __init__(self, parent: QWidget | None = None, *, most_lines: int = _MOST_LINES) -> None:
        super().__init__(parent)
        self._most_lines = most_lines
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        sized(self, self._fit_height)

    def set_notes(self, notes: Sequence[str]) -> None:
        """Show other sentences."""
        text = "\n".join(f"\N{BULLET} {note}" for note in notes)
        if text != self.toPlainText():
            self.setPlainText(text)
            self._fit_height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width takes another number of lines."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit_height()

    def _fit_height(self) -> None:
        # The size of a QPlainTextDocumentLayout counts lines, not pixels.
        lines = max(1, round(self.document().size().height()))
        # Where there is more than there is room for, no part of the next line is seen.
        room = 4 if lines <= self._most_lines else 0
        self.setFixedHeight(min(lines, self._most_lines) * self.fontMetrics().lineSpacing() + room)
