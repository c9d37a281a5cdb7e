"""Draws which knob mattered most: a bar for each knob's share of the differences."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QKeyEvent, QPainter, QPen

from core.analysis.against.knob_influence import KnobInfluence
from core.analysis.variance import Influence
from gui.plotting.marks_view import DoubtsOf, Mark, MarksView
from gui.plotting.pixel_item import PixelItem, ToPixels
from gui.theme import Theme, run_colour

INTERPLAY = "several together"
_HALF_BAR, _MOST_BAR_PX = 0.34, 40
_LEFT_AXIS_PX, _LEAST_ROWS = 18, 3
_RIGHT = 138.0
"""Per cent at the right edge: room for words behind the longest bar."""


class InfluenceView(MarksView):
    """The plot.

    Attributes:
        info: What is shown.

    Signals:
        knob_picked: A knob's bar was chosen: its id.
    """

    knob_picked = Signal(str)

    def __init__(self, theme: Theme, doubts_of: DoubtsOf) -> None:
        super().__init__(
            "which knob mattered most",
            "A bar for each knob; Enter shows the metric against it",
            theme,
            doubts_of,
        )
        self.info = KnobInfluence()
        self._current: int | None = None
        self._bars = PixelItem(self._draw)
        self.item.addItem(self._bars, ignoreBounds=True)
        self._grid.hide()
        self.item.getAxis("bottom").setTicks([[(x, f"{x}") for x in (0, 25, 50, 75, 100)]])
        self.item.getAxis("bottom").setHeight(46)
        self.item.vb.setXRange(0.0, _RIGHT, padding=0)
        self.apply(theme)

    def show_info(self, info: KnobInfluence, what: str) -> None:
        """Show other bars.

        Args:
            info: The shares.
            what: Of what differences they are shares, such as "throughput".
        """
        self.info, self._current = info, None
        names = [one.key for one in info.shares]
        if info.interplay is not None and len(names) > 1:
            names.append(INTERPLAY)
        self.item.getAxis("left").setTicks([[(-row, name) for row, name in enumerate(names)]])
        widest = max(map(self.fontMetrics().horizontalAdvance, names), default=0)
        self.item.getAxis("left").setWidth(_LEFT_AXIS_PX + widest)
        self.item.setLabel("bottom", f"share of the differences in {what} (%)")
        self.item.vb.setYRange(0.5 - max(len(names), _LEAST_ROWS), 0.5, padding=0)
        self.set_marks([self._mark(row, one) for row, one in enumerate(info.shares)])
        self._bars.update()

    def emphasise(self, pointed: int | None) -> None:
        """Frame what is pointed at."""
        self._current = pointed
        self._bars.update()

    def mark_at(self, place: QPointF) -> int | None:
        """The bar of a row."""
        if not self.item.vb.sceneBoundingRect().contains(place):
            return None
        row = round(-self.item.vb.mapSceneToView(place).y())
        return row if 0 <= row < len(self.marks) else None

    def pick(self, index: int) -> None:
        """Choose a knob."""
        self.knob_picked.emit(self.info.shares[index].key)

    def step(self, direction: int) -> None:
        """Point at the bar above or below."""
        if not self.marks:
            return
        at = self._current
        index = 0 if at is None else min(max(at + direction, 0), len(self.marks) - 1)
        self._point_at(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up, down and Enter."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None:
            self.step(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current is not None:
            self.pick(self._current)
        else:
            super().keyPressEvent(event)

    def _mark(self, row: int, one: Influence) -> Mark:
        rows = (
            (one.key, f"{100 * one.share:.0f} %"),
            ("beside how repeats differ", one.verdict),
        )
        return Mark((), 100 * one.share, -row, rows, "Click: the metric against this knob.")

    def _draw(self, painter: QPainter, to_pixels: ToPixels) -> None:
        bar = run_colour(self.theme, 0)
        font = QFont(self.font())
        rows: list[tuple[float, str, QBrush]] = []
        for one in self.info.shares:
            told = one.told_from_noise
            fill = QBrush(bar) if told else QBrush(bar, Qt.BrushStyle.BDiagPattern)
            rows.append((one.share, f"{100 * one.share:.0f} %  {one.verdict}", fill))
        interplay = self.info.interplay
        if interplay is not None and len(rows) > 1:
            quiet = QBrush(QColor(self.theme.muted), Qt.BrushStyle.Dense6Pattern)
            rows.append((interplay, f"{100 * interplay:.0f} %", quiet))
        for row, (share, text, fill) in enumerate(rows):
            box = QRectF(to_pixels(0, _HALF_BAR - row), to_pixels(100 * share, -_HALF_BAR - row))
            if box.height() > _MOST_BAR_PX:
                middle = box.center().y()
                box.setTop(middle - _MOST_BAR_PX / 2)
                box.setBottom(middle + _MOST_BAR_PX / 2)
            painter.setPen(QPen(bar if row < len(self.marks) else QColor(self.theme.muted), 1))
            if row == self._current:
                painter.setPen(QPen(QColor(self.theme.text), 2))
            painter.setBrush(fill)
            painter.drawRect(box)
            painter.setPen(QColor(self.theme.text))
            painter.setFont(font)
            wide = QFontMetricsF(font).horizontalAdvance(text) + 4
            behind = QRectF(box.right() + 8, box.top(), wide, box.height())
            painter.drawText(behind, Qt.AlignmentFlag.AlignVCenter, text)
