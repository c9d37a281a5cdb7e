"""A row of controls that becomes several rows where it has too little room."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QMargins, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.text_size import px
from gui.widgets.elided_label import ElidedLabel

_READABLE_PX, _APART_PX = 160, 6
"""A text that may be cut gets no more than the first before the row breaks for it."""


class WrappedRow(QWidget):
    """Puts parts beside each other, and under each other where they do not fit.

    Before that, lists become as narrow as they can be. What is left of a row goes to its first
    ``ElidedLabel``, else to the place of ``add_stretch``.

    It is no ``QLayout``: Qt asks a layout for its items also while Python collects it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: list[QWidget] = []
        self._stretched: set[QWidget] = set()
        self._around = QMargins()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add_widgets(self, widgets: Iterable[QWidget]) -> None:
        """Put parts behind those that are there."""
        for widget in widgets:
            widget.setParent(self)
            self._parts.append(widget)
        self.updateGeometry()

    def insert_before(self, widget: QWidget, before: QWidget) -> None:
        """Put a part in front of another."""
        self.add_widgets((widget,))
        self._parts.insert(self._parts.index(before), self._parts.pop())
        widget.show()

    def add_right(self, widget: QWidget) -> None:
        """Put a part behind the others, at the right of its row."""
        self._stretched.add(widget)
        self.add_widgets((widget,))

    def set_margins(self, left: int, top: int, right: int, bottom: int) -> None:
        """Leave room around the parts, in pixels."""
        self._around = QMargins(left, top, right, bottom)

    def heightForWidth(self, width: int) -> int:
        """So high are all rows together."""
        inner = QRect(0, 0, width, 0).marginsRemoved(self._around)
        return self._lay(inner, move=False) + self._around.top() + self._around.bottom()

    def sizeHint(self) -> QSize:
        """All in a row."""
        hints = [part.sizeHint() for part in self._shown]
        width = sum(hint.width() for hint in hints) + _APART_PX * max(len(hints) - 1, 0)
        height = max((hint.height() for hint in hints), default=0)
        return QSize(width, height).grownBy(self._around)

    def minimumSizeHint(self) -> QSize:
        """Room for the widest part."""
        width = max((_least(part) for part in self._shown), default=0)
        height = max((part.sizeHint().height() for part in self._shown), default=0)
        return QSize(width, height).grownBy(self._around)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the parts anew."""
        super().resizeEvent(event)
        self._lay(self.rect().marginsRemoved(self._around), move=True)

    def event(self, event: QEvent) -> bool:
        """A part has another size, or is shown or hidden."""
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._lay(self.rect().marginsRemoved(self._around), move=True)
        return super().event(event)

    @property
    def _shown(self) -> list[QWidget]:
        return [part for part in self._parts if not part.isHidden()]

    def _lay(self, room: QRect, *, move: bool) -> int:
        """Place the parts in rows; how high they are together."""
        top = room.y()
        for row in self._rows(room.width()):
            height = max(part.sizeHint().height() for part in row)
            if move:
                self._place(row, QRect(room.x(), top, room.width(), height))
            top += height + _APART_PX
        return max(top - _APART_PX - room.y(), 0)

    def _rows(self, width: int) -> list[list[QWidget]]:
        rows: list[list[QWidget]] = []
        used = 0
        for part in self._shown:
            if not rows or used + _APART_PX + _least(part) > width:
                rows.append([])
                used = -_APART_PX
            rows[-1].append(part)
            used += _APART_PX + _least(part)
        return rows

    def _place(self, row: list[QWidget], room: QRect) -> None:
        widths = [min(_least(part), room.width()) for part in row]
        left = max(room.width() - sum(widths) - _APART_PX * (len(row) - 1), 0)
        # What may be cut gets only what the others leave.
        for at, part in sorted(enumerate(row), key=lambda one: isinstance(one[1], ElidedLabel)):
            more = min(max(_usual(part) - widths[at], 0), left)
            widths[at] += more
            left -= more
        soft = next((at for at, part in enumerate(row) if isinstance(part, ElidedLabel)), None)
        if soft is not None:
            widths[soft] += left
            left = 0
        x = room.x()
        for part, width in zip(row, widths, strict=True):
            if part in self._stretched:
                x, left = x + left, 0
            height = part.sizeHint().height()
            part.setGeometry(x, room.y() + (room.height() - height) // 2, width, height)
            x += width + _APART_PX


def _usual(part: QWidget) -> int:
    return min(max(part.sizeHint().width(), part.minimumWidth()), part.maximumWidth())


def _least(part: QWidget) -> int:
    """The least width; a text that may be cut is to be readable."""
    if isinstance(part, ElidedLabel):
        return min(part.sizeHint().width(), px(_READABLE_PX))
    return min(part.minimumWidth() or part.minimumSizeHint().width(), part.maximumWidth())
