"""Windows that are never larger than the screen, and where they stand on it."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from gui.text_size import px
from gui.widgets.scrolled import Scrolled

FRAME = QMargins(4, 30, 4, 4)
"""What a window's frame takes; only a guess before the window is on the screen."""


def fitted(wanted: QRect, available: QRect, frame: QMargins = FRAME) -> QRect:
    """Where a window without its frame stands so that all of the frame is on the screen.

    Args:
        wanted: Where it would stand.
        available: The screen without panels and docks.
        frame: The width of the frame on each side.
    """
    room = available.marginsRemoved(frame)
    size = wanted.size().boundedTo(room.size())
    last = QPoint(room.right() - size.width() + 1, room.bottom() - size.height() + 1)
    x = max(room.left(), min(wanted.x(), last.x()))
    y = max(room.top(), min(wanted.y(), last.y()))
    return QRect(QPoint(x, y), size)


class FittedDialog(QDialog):
    """A dialog whose body scrolls where the screen is small; its buttons are always to be seen."""

    def lay_out(self, body: QVBoxLayout, buttons: QDialogButtonBox, size: QSize) -> None:
        """Put the parts in.

        Args:
            body: All but the buttons.
            buttons: Stand below.
            size: How large it is with text of the usual size, where the screen has room.
        """
        inside = QWidget()
        inside.setLayout(body)
        scroll = Scrolled(inside)
        margins = body.contentsMargins()
        body.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(margins)
        column.addWidget(scroll, 1)
        column.addWidget(buttons)
        self.resize(size.expandedTo(QSize(px(size.width()), px(size.height()))))

    def showEvent(self, event: QShowEvent) -> None:
        """Be no larger than the screen."""
        room = self.screen().availableGeometry().marginsRemoved(FRAME)
        self.resize(self.size().boundedTo(room.size()))
        super().showEvent(event)
