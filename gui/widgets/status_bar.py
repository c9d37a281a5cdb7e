"""A status bar that cuts a long message in its middle, with all of it as tooltip."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QStatusBar, QStyle, QStyleOption, QWidget

_MARGIN_PX = 6


class StatusBar(QStatusBar):
    """Qt's own cuts a message off at its end, where a path says most."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.messageChanged.connect(self.setToolTip)

    @property
    def shown_message(self) -> str:
        """As much of the message as there is room for."""
        middle = Qt.TextElideMode.ElideMiddle
        return self.fontMetrics().elidedText(self.currentMessage(), middle, self._room().width())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the message as far as there is room beside what is always there."""
        shown = self.shown_message
        if shown == self.currentMessage():
            super().paintEvent(event)
            return
        painter, option = QPainter(self), QStyleOption()
        option.initFrom(self)
        panel = QStyle.PrimitiveElement.PE_PanelStatusBar
        self.style().drawPrimitive(panel, option, painter, self)
        where = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self._room(), where.value | Qt.TextFlag.TextSingleLine.value, shown)
        painter.end()

    def _room(self) -> QRect:
        # While there is a message, Qt hides all parts but those that are always there.
        parts = (part for part in self.findChildren(QWidget) if part.isVisible())
        right = min((part.x() for part in parts if part.parent() is self), default=self.width())
        return self.rect().adjusted(_MARGIN_PX, 0, right - self.width() - _MARGIN_PX, 0)
