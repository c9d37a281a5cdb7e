"""One line that says in words what colours and dashes stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

_SWATCH, _GAP, _SPACE = 18, 5, 14
_MAX_TEXT_PX = 170


@dataclass(frozen=True)
class Entry:
    """One thing to be known: its words, and either the tone of its area or its pen."""

    text: str
    area: QColor | None = None
    pen: QPen | None = None


class Legend(QWidget):
    """As many entries as there is room for, then how many more; all of them in the tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[Entry, ...] = ()
        self._note = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_entries(self, entries: Sequence[Entry], note: str = "") -> None:
        """Show other entries, and a note after them."""
        if (tuple(entries), note) == (self._entries, self._note):
            return
        self._entries, self._note = tuple(entries), note
        text = "\n".join((*(entry.text for entry in entries), *((note,) if note else ())))
        self.setToolTip(text)
        self.setAccessibleName("legend: " + text.replace("\n", ", "))
        self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(200, self.fontMetrics().height() + 6)

    def minimumSizeHint(self) -> QSize:
        """One line, however narrow."""
        return QSize(40, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what fits."""
        painter = QPainter(self)
        metrics = self.fontMetrics()
        left, end = 8, self.width() - 8
        if self._note:
            end -= metrics.horizontalAdvance(self._note) + _SPACE
        for index, entry in enumerate(self._entries):
            text = metrics.elidedText(entry.text, Qt.TextElideMode.ElideRight, _MAX_TEXT_PX)
            width = _SWATCH + _GAP + metrics.horizontalAdvance(text)
            rest = len(self._entries) - index
            more = "" if rest == 1 else f"+{rest - 1} more"
            # Unless it is the last one, there must be room left to say how many are not shown.
            needed = width + (_SPACE + metrics.horizontalAdvance(more) if more else 0)
            if left + needed > end and left + self._rest_width(index, metrics) > end:
                self._write(painter, left, f"+{rest} more")
                break
            self._swatch(painter, left, entry)
            self._write(painter, left + _SWATCH + _GAP, text)
            left += width + _SPACE
        if self._note:
            self._write(painter, end + _SPACE, self._note)

    def _rest_width(self, index: int, metrics: QFontMetrics) -> int:
        widths = (
            _SWATCH + _GAP + min(metrics.horizontalAdvance(entry.text), _MAX_TEXT_PX) + _SPACE
            for entry in self._entries[index:]
        )
        return sum(widths) - _SPACE

    def _write(self, painter: QPainter, left: int, text: str) -> None:
        painter.setPen(self.palette().windowText().color())
        box = QRect(left, 0, self.width() - left, self.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)

    def _swatch(self, painter: QPainter, left: int, entry: Entry) -> None:
        middle = self.height() // 2
        if entry.area is not None:
            painter.fillRect(left, middle - 5, _SWATCH, 10, entry.area)
        if entry.pen is not None:
            painter.setPen(entry.pen)
            painter.drawLine(left, middle, left + _SWATCH, middle)
