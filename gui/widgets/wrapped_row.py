"""A row of controls that becomes several rows where it has too little room."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from gui.text_size import px
from gui.widgets.elided_label import ElidedLabel

_READABLE_PX = 160
"""A text that may be cut gets no more than this before the row breaks for it."""


class WrappedRow(QLayout):
    """Puts parts beside each other, and under each other where they do not fit.

    Before that, lists become as narrow as they can be. What is left of a row goes to its first
    ``ElidedLabel``, else to the place of ``add_stretch``.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._stretched: set[int] = set()
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(6)

    def add_widgets(self, widgets: Iterable[QWidget]) -> None:
        """Put parts behind those that are there."""
        for widget in widgets:
            self.addWidget(widget)

    def insert_before(self, widget: QWidget, before: QWidget) -> None:
        """Put a part in front of another."""
        self.addWidget(widget)
        self._items.insert(self.indexOf(before), self._items.pop())
        self.invalidate()

    def add_stretch(self) -> None:
        """Let the part that comes next stand at the right."""
        self._stretched.add(len(self._items))

    def addItem(self, item: QLayoutItem) -> None:
        """See Qt."""
        self._items.append(item)

    def count(self) -> int:
        """See Qt."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """See Qt."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """See Qt."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """See Qt."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """See Qt."""
        return True

    def heightForWidth(self, width: int) -> int:
        """See Qt."""
        around = self.contentsMargins()
        inner = QRect(0, 0, width - around.left() - around.right(), 0)
        return self._lay(inner, move=False) + around.top() + around.bottom()

    def sizeHint(self) -> QSize:
        """All in a row."""
        shown = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(size.width() for size in shown) + self.spacing() * max(len(shown) - 1, 0)
        height = max((size.height() for size in shown), default=0)
        return QSize(width, height).grownBy(self.contentsMargins())

    def minimumSize(self) -> QSize:
        """Room for the widest part."""
        shown = [item for item in self._items if not item.isEmpty()]
        return QSize(
            max((item.minimumSize().width() for item in shown), default=0),
            max((item.sizeHint().height() for item in shown), default=0),
        ).grownBy(self.contentsMargins())

    def setGeometry(self, rect: QRect) -> None:
        """See Qt."""
        super().setGeometry(rect)
        self._lay(rect.marginsRemoved(self.contentsMargins()), move=True)

    def _lay(self, rect: QRect, *, move: bool) -> int:
        """Place the parts in rows; how high they are together."""
        top = rect.y()
        rows = self._rows(rect.width())
        for row in rows:
            height = max(item.sizeHint().height() for _, item in row)
            if move:
                self._place(row, QRect(rect.x(), top, rect.width(), height))
            top += height + self.spacing()
        return max(top - self.spacing() - rect.y(), 0)

    def _rows(self, width: int) -> list[list[tuple[int, QLayoutItem]]]:
        rows: list[list[tuple[int, QLayoutItem]]] = []
        used = 0
        for at, item in enumerate(self._items):
            if item.isEmpty():
                continue
            if not rows or used + self.spacing() + _least(item) > width:
                rows.append([])
                used = -self.spacing()
            rows[-1].append((at, item))
            used += self.spacing() + _least(item)
        return rows

    def _place(self, row: list[tuple[int, QLayoutItem]], room: QRect) -> None:
        widths = [min(_least(item), room.width()) for _, item in row]
        left = max(room.width() - sum(widths) - self.spacing() * (len(row) - 1), 0)
        # What may be cut gets only what the others leave.
        for at, (_, item) in sorted(enumerate(row), key=lambda part: _is_soft(part[1][1])):
            more = min(max(item.sizeHint().width() - widths[at], 0), left)
            widths[at] += more
            left -= more
        soft = next((at for at, (_, item) in enumerate(row) if _is_soft(item)), None)
        if soft is not None:
            widths[soft] += left
            left = 0
        x = room.x()
        for (at, item), width in zip(row, widths, strict=True):
            if at in self._stretched:
                x, left = x + left, 0
            height = item.sizeHint().height()
            item.setGeometry(QRect(x, room.y() + (room.height() - height) // 2, width, height))
            x += width + self.spacing()


def _is_soft(item: QLayoutItem) -> bool:
    """Its text is cut where there is no room, and shown where there is."""
    return isinstance(item.widget(), ElidedLabel)


def _least(item: QLayoutItem) -> int:
    """The least width; a text that may be cut is to be readable."""
    if _is_soft(item):
        return min(item.sizeHint().width(), px(_READABLE_PX))
    return item.minimumSize().width()
