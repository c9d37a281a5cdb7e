"""A line or two that say in words what colours and dashes stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QStyle, QStyleOptionFocusRect, QWidget

_SWATCH, _GAP, _SPACE, _MARGIN = 18, 5, 14, 8
_SYMBOL_PX = 11
_MOST_LINES = 12
_OPEN, _FOLDED = "\N{BLACK DOWN-POINTING TRIANGLE}", "\N{BLACK RIGHT-POINTING TRIANGLE}"


@dataclass(frozen=True)
class LegendEntry:
    """One thing to be known: its words, and its mark.

    Attributes:
        text: The words.
        area: The tone of its area, or of its symbol.
        pen: The pen of its line.
        symbol: pyqtgraph's name of the symbol of its points; empty for an area.
        hollow: Only the outline of the symbol.
        added: Words that stand behind the others and are not cut.
    """

    text: str
    area: QColor | None = None
    pen: QPen | None = None
    symbol: str = ""
    hollow: bool = False
    added: str = ""


class Legend(QWidget):
    """As many entries as there is room for, then how many more; all of them in the tooltip.

    Attributes:
        folded: It takes few lines; else as many as there are entries for.
    """

    def __init__(
        self,
        most_lines: int = 1,
        parent: QWidget | None = None,
        *,
        most_text_px: int = 170,
        folds: bool = False,
    ) -> None:
        """Make an empty one.

        Args:
            most_lines: Where entries need more than one line, it may take so many while folded.
            parent: Owner.
            most_text_px: Longer texts are cut.
            folds: A click, Enter or Space unfolds it and folds it again.
        """
        super().__init__(parent)
        self._entries: tuple[LegendEntry, ...] = ()
        self._note = self._title = ""
        self._few_lines, self._lines, self._most_text_px = most_lines, 1, most_text_px
        self._folds, self.folded = folds, True
        if folds:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.setAccessibleDescription("Enter unfolds it, and folds it again")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def entries(self) -> tuple[LegendEntry, ...]:
        """What it names."""
        return self._entries

    @property
    def note(self) -> str:
        """What it says after them."""
        return self._note

    def show_entries(
        self, entries: Sequence[LegendEntry], note: str = "", *, title: str = ""
    ) -> None:
        """Show other entries, a note after them and a title before them."""
        if (tuple(entries), note, title) == (self._entries, self._note, self._title):
            return
        self._entries, self._note, self._title = tuple(entries), note, title
        texts = (title, *(entry.text + entry.added for entry in entries), note)
        text = "\n".join(text for text in texts if text)
        self.setToolTip(text)
        self.setAccessibleName("legend: " + text.replace("\n", ", "))
        self._take_room()
        self.update()

    def fold(self, on: bool) -> None:
        """Take few lines, or as many as it needs."""
        self.folded = on
        self._take_room()
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click folds or unfolds."""
        if self._folds and event.button() == Qt.MouseButton.LeftButton:
            self.fold(not self.folded)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space fold or unfold."""
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if self._folds and event.key() in keys:
            self.fold(not self.folded)
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Its lines."""
        return QSize(200, self._line_px * self._lines)

    def minimumSizeHint(self) -> QSize:
        """Its lines, however narrow."""
        return QSize(40, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may take another number of lines."""
        super().resizeEvent(event)
        self._take_room()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what fits."""
        painter = QPainter(self)
        placed, left_out = self._placed()
        if self._folds:
            self._write(painter, _MARGIN, 0, _FOLDED if self.folded else _OPEN)
        if self.hasFocus():
            frame = QStyleOptionFocusRect()
            frame.initFrom(self)
            style = QStyle.PrimitiveElement.PE_FrameFocusRect
            self.style().drawPrimitive(style, frame, painter, self)
        if self._title:
            self._write(painter, self._begin, 0, self._title)
        for entry, text, left, line in placed:
            self._swatch(painter, left, line, entry)
            self._write(painter, left + _SWATCH + _GAP, line, text)
        if left_out is not None:
            text, left, line = left_out
            self._write(painter, left, line, text)
        if self._note:
            self._write(painter, self._end + _SPACE, self._lines - 1, self._note)

    @property
    def _line_px(self) -> int:
        return self.fontMetrics().height() + 6

    @property
    def _begin(self) -> int:
        """Where entries of the first line begin."""
        mark = self.fontMetrics().horizontalAdvance(_OPEN) + _GAP if self._folds else 0
        return _MARGIN + mark

    @property
    def _most_lines(self) -> int:
        return self._few_lines if self.folded else _MOST_LINES

    @property
    def _end(self) -> int:
        """Where entries of the last line must end."""
        end = self.width() - _MARGIN
        if self._note:
            end -= self.fontMetrics().horizontalAdvance(self._note) + _SPACE
        return end

    def _take_room(self) -> None:
        lines = 1
        while lines < self._most_lines:
            self._lines = lines
            if self._placed()[1] is None:
                break
            lines += 1
        self._lines = lines
        if self.height() != self.sizeHint().height():
            self.updateGeometry()

    def _placed(self) -> tuple[list[_Placed], tuple[str, int, int] | None]:
        """Where each entry stands, and where it is said how many more there are."""
        metrics = self.fontMetrics()
        placed: list[_Placed] = []
        left, line = self._begin, 0
        if self._title:
            left += metrics.horizontalAdvance(self._title) + _SPACE
        for index, entry in enumerate(self._entries):
            text = self._cut(entry, metrics)
            width = _SWATCH + _GAP + metrics.horizontalAdvance(text)
            rest = len(self._entries) - index
            last_line = line == self._lines - 1
            if not last_line and left > self._begin and left + width > self.width() - _MARGIN:
                left, line = self._begin, line + 1
                last_line = line == self._lines - 1
            # Unless it is the last one, there must be room left to say how many are not shown.
            more = f"+{rest - 1} more" if rest > 1 else ""
            needed = width + (_SPACE + metrics.horizontalAdvance(more) if more else 0)
            too_long = left + needed > self._end
            if last_line and too_long and left + self._rest_width(index, metrics) > self._end:
                return placed, (f"+{rest} more", left, line)
            placed.append(_Placed(entry, text, left, line))
            left += width + _SPACE
        return placed, None

    def _rest_width(self, index: int, metrics: QFontMetrics) -> int:
        texts = (self._cut(entry, metrics) for entry in self._entries[index:])
        widths = (_SWATCH + _GAP + metrics.horizontalAdvance(text) + _SPACE for text in texts)
        return sum(widths) - _SPACE

    def _cut(self, entry: LegendEntry, metrics: QFontMetrics) -> str:
        most_px = self._most_text_px if len(self._entries) > 1 else self.width()
        room = most_px - metrics.horizontalAdvance(entry.added)
        return metrics.elidedText(entry.text, Qt.TextElideMode.ElideRight, room) + entry.added

    def _write(self, painter: QPainter, left: int, line: int, text: str) -> None:
        painter.setPen(self.palette().windowText().color())
        box = QRect(left, line * self._line_px, self.width() - left, self._line_px)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)

    def _swatch(self, painter: QPainter, left: int, line: int, entry: LegendEntry) -> None:
        middle = line * self._line_px + self._line_px // 2
        if entry.symbol and entry.area is not None:
            from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols

            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(left + _SWATCH / 2, middle)
            painter.scale(_SYMBOL_PX, _SYMBOL_PX)
            if entry.hollow:
                painter.strokePath(Symbols[entry.symbol], QPen(entry.area, 1.5 / _SYMBOL_PX))
            else:
                painter.fillPath(Symbols[entry.symbol], entry.area)
            painter.restore()
        elif entry.area is not None:
            painter.fillRect(left, middle - 5, _SWATCH, 10, entry.area)
        if entry.pen is not None:
            painter.setPen(entry.pen)
            painter.drawLine(left, middle, left + _SWATCH, middle)


class _Placed(NamedTuple):
    """An entry, its text as it fits, and where it stands."""

    entry: LegendEntry
    text: str
    left: int
    line: int
