"""One line that says in words what colours and dashes stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

_SWATCH, _GAP, _SPACE = 18, 5, 14
_MAX_TEXT_PX = 170
_SYMBOL_PX = 11


@dataclass(frozen=True)
class Entry:
    """One thing to be known: its words, and its mark.

    Attributes:
        text: The words.
        area: The tone of its area, or of its symbol.
        pen: The pen of its line.
        symbol: pyqtgraph's name of the symbol of its points; empty for an area.
    """

    text: str
    area: QColor | None = None
    pen: QPen | None = None
    symbol: str = ""


class Legend(QWidget):
    """As many entries as there is room for, then how many more; all of them in the tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[Entry, ...] = ()
        self._note = self._title = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_entries(self, entries: Sequence[Entry], note: str = "", *, title: str = "") -> None:
        """Show other entries, a note after them and a title before them."""
        if (tuple(entries), note, title) == (self._entries, self._note, self._title):
            return
        self._entries, self._note, self._title = tuple(entries), note, title
        texts = (title, *(entry.text for entry in entries), note)
        text = "\n".join(text for text in texts if text)
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
        if self._title:
            self._write(painter, left, self._title)
            left += metrics.horizontalAdvance(self._title) + _SPACE
        if self._note:
            end -= metrics.horizontalAdvance(self._note) + _SPACE
        for index, entry in enumerate(self._entries):
            room = _MAX_TEXT_PX if len(self._entries) > 1 else self.width()
            text = metrics.elidedText(entry.text, Qt.TextElideMode.ElideRight, room)
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
        if entry.symbol and entry.area is not None:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(left + _SWATCH / 2, middle)
            painter.scale(_SYMBOL_PX, _SYMBOL_PX)
            painter.fillPath(Symbols[entry.symbol], entry.area)
            painter.restore()
        elif entry.area is not None:
            painter.fillRect(left, middle - 5, _SWATCH, 10, entry.area)
        if entry.pen is not None:
            painter.setPen(entry.pen)
            painter.drawLine(left, middle, left + _SWATCH, middle)
