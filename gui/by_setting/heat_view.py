"""Draws a metric over two knobs as a heat map: the value stands in each cell."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QPainter, QPen

from core.analysis.against.gathered import Gathered
from core.analysis.against.two_knobs import HeatCell, TwoKnobs
from core.model.plural import plural
from core.model.quantity import significant
from gui.plotting.marks_view import DoubtsOf, Mark, MarksView
from gui.plotting.pixel_item import PixelItem, ToPixels
from gui.theme import Theme, ramp_colour, readable_on

NOT_MEASURED = "not measured"
_GAP = 1.5
_HATCH_PX = 7
_LEFT_AXIS_PX = 44


class HeatView(MarksView):
    """The heat map.

    Attributes:
        info: What is shown.
    """

    def __init__(self, theme: Theme, doubts_of: DoubtsOf) -> None:
        super().__init__("metric over two knobs", "A heat map of means", theme, doubts_of)
        self.info = TwoKnobs()
        self._gathered: Gathered | None = None
        self._cells = PixelItem(self._draw)
        self.item.addItem(self._cells, ignoreBounds=True)
        self._grid.hide()
        self.item.getAxis("bottom").setHeight(46)
        self._pointed_at: int | None = None
        self.apply(theme)

    def show_info(self, info: TwoKnobs, gathered: Gathered) -> None:
        """Show other cells."""
        self.info, self._gathered = info, gathered
        columns, rows = len(info.x_ticks), len(info.y_ticks)
        self.item.getAxis("bottom").setTicks([list(enumerate(info.x_ticks))])
        self.item.getAxis("left").setTicks([list(enumerate(info.y_ticks))])
        widest = max(map(self.fontMetrics().horizontalAdvance, info.y_ticks), default=0)
        self.item.getAxis("left").setWidth(_LEFT_AXIS_PX + widest)
        self.item.setLabel("bottom", info.x_key)
        self.item.setLabel("left", info.y_key)
        self.item.vb.setXRange(-0.5, max(columns, 1) - 0.5, padding=0)
        self.item.vb.setYRange(-0.5, max(rows, 1) - 0.5, padding=0)
        self.set_marks(list(map(self._mark, info.cells)))
        self._cells.update()

    def emphasise(self, pointed: int | None) -> None:
        """Frame what is selected or pointed at."""
        self._pointed_at = pointed
        self._cells.update()

    def mark_at(self, place: QPointF) -> int | None:
        """The cell at a place."""
        if not self.item.vb.sceneBoundingRect().contains(place):
            return None
        at = self.item.vb.mapSceneToView(place)
        return self._index(round(at.x()), round(at.y()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down go from row to row."""
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        chosen = self.chosen()
        if step is None or event.modifiers() or not chosen:
            super().keyPressEvent(event)
            return
        cell = self.info.cells[chosen[0]]
        index = self._index(cell.column, cell.row + step)
        if index is not None:
            self.pick(index)
            self.show_mark(index)

    # -- drawing --------------------------------------------------------------------------

    def _index(self, column: int, row: int) -> int | None:
        places = ((cell.column, cell.row) for cell in self.info.cells)
        return next((index for index, place in enumerate(places) if place == (column, row)), None)

    def _mark(self, cell: HeatCell) -> Mark:
        gathered, mean = self._gathered, cell.mean
        assert gathered is not None
        rows = [("mean", gathered.number(mean.value)), *cell.values]
        if interval := gathered.interval(mean):
            rows.insert(1, ("95 % interval", interval))
        configurations = plural(mean.configurations, "configuration")
        rows.append(("of", f"{configurations}, {plural(len(mean.run_ids), 'run')}"))
        colour = ramp_colour(self.theme, self.info.share(cell))
        return Mark(mean.run_ids, cell.column, cell.row, tuple(rows), gathered.source, colour)

    def _draw(self, painter: QPainter, to_pixels: ToPixels) -> None:
        info = self.info
        measured = {(cell.column, cell.row): index for index, cell in enumerate(info.cells)}
        chosen = set(self.chosen())
        for row in range(len(info.y_ticks)):
            for column in range(len(info.x_ticks)):
                box = QRectF(
                    to_pixels(column - 0.5, row + 0.5), to_pixels(column + 0.5, row - 0.5)
                ).adjusted(_GAP, _GAP, -_GAP, -_GAP)
                index = measured.get((column, row))
                if index is None:
                    self._draw_blank(painter, box)
                else:
                    self._draw_cell(painter, box, index, index in chosen)

    def _draw_blank(self, painter: QPainter, box: QRectF) -> None:
        painter.save()
        painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
        painter.setPen(QPen(QColor(self.theme.border), 1))
        reach = box.height()
        left = box.left() - reach
        while left < box.right():
            painter.drawLine(QPointF(left, box.bottom()), QPointF(left + reach, box.top()))
            left += _HATCH_PX
        painter.restore()
        metrics = QFontMetricsF(self.font())
        wide = metrics.horizontalAdvance(NOT_MEASURED) + 8
        if wide <= box.width() and metrics.height() <= box.height():
            plate = QRectF(0, 0, wide, metrics.height() + 2)
            plate.moveCenter(box.center())
            painter.fillRect(plate, QColor(self.theme.base))
            painter.setPen(QColor(self.theme.muted))
            painter.setFont(self.font())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, NOT_MEASURED)

    def _draw_cell(self, painter: QPainter, box: QRectF, index: int, chosen: bool) -> None:
        info = self.info
        cell = info.cells[index]
        ground = ramp_colour(self.theme, info.share(cell))
        painter.fillRect(box, ground)
        text = QColor(readable_on(ground))
        best = index == info.best
        if chosen or best or index == self._pointed_at:
            width = 4 if chosen else 2
            painter.setPen(QPen(text, width, j=Qt.PenJoinStyle.MiterJoin))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            inner = width / 2 + 1
            painter.drawRect(box.adjusted(inner, inner, -inner, -inner))
        painter.setPen(text)
        number = significant(cell.mean.value)
        font = QFont(self.font())
        font.setPixelSize(_fitting(number, font, box))
        font.setBold(best)
        painter.setFont(font)
        lines = [number]
        if best and QFontMetricsF(font).height() * 2 + 4 <= box.height():
            lines.append("best")
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "\n".join(lines))


def _fitting(text: str, font: QFont, box: QRectF) -> int:
    """The largest size in pixels, up to 16, at which the text fits; at least 7."""
    trial = QFont(font)
    for size in range(16, 7, -1):
        trial.setPixelSize(size)
        metrics = QFontMetricsF(trial)
        if metrics.horizontalAdvance(text) + 6 <= box.width() and metrics.height() <= box.height():
            return size
    return 7
