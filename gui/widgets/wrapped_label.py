"""A label of several lines that a long path does not widen."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

_LEAST_PX = 80
_LONG_WORD = re.compile(r"\S{16,}")


class WrappedLabel(QLabel):
    """Plain text in lines; a word that is longer than a line is cut in its middle.

    The whole text is the tooltip as well.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        # Qt would make it as wide as its longest word.
        self.setMinimumWidth(_LEAST_PX)
        self.setText(text)

    def text(self) -> str:
        """The whole text, whatever of it there is room for."""
        return self._whole

    def setText(self, text: str) -> None:
        """Show another text."""
        if text != self._whole:
            self._whole = text
            self.setToolTip(text)
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut long words anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def _fit(self) -> None:
        metrics, middle = self.fontMetrics(), Qt.TextElideMode.ElideMiddle
        room = max(_LEAST_PX, self.contentsRect().width() - 2 * self.margin())
        shown = _LONG_WORD.sub(
            lambda word: metrics.elidedText(word.group(), middle, room), self._whole
        )
        if shown != super().text():
            super().setText(shown)
