"""Paints a chart of ``core.charts`` with pyqtgraph."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QResizeEvent

from core.charts.chart import (
    Axis,
    Band,
    Bar,
    Chart,
    ChartKey,
    ChartLine,
    Dot,
    HeatCell,
    Tick,
)
from core.charts.ratios import ticks_with_room
from gui.plotting.chart_items import STRUCK, SYMBOLS, chart_items
from gui.plotting.label_layout import place_labels
from gui.plotting.legend import LegendEntry
from gui.plotting.marks_view import DoubtsOf, MarksView, symbols, themed
from gui.plotting.pixel_item import PixelItem, ToPixels
from gui.plotting.pixel_marks import draw_bar, draw_cell, room_behind
from gui.text_size import px
from gui.theme import Theme

_TICK_PX, _BETWEEN_PX = 32, 6
_NUMBERS_PX, _LABEL_PX, _AIR_PX = 76, 26, 18
_RING_PX = 20
# The share of the width that the names of rows may take: the bars and their numbers need the rest.
_MOST_NAMES = 0.4
_NAME_PX = 18.0


class ChartView(MarksView):
    """The painter.

    Attributes:
        chart: What is shown.
        ringed: Indices of the targets that are selected and set off.
    """

    def __init__(
        self, name: str, help_text: str, theme: Theme, doubts_of: DoubtsOf | None = None
    ) -> None:
        super().__init__(name, help_text, theme, doubts_of)
        self.chart = Chart()
        self.ringed: tuple[int, ...] = ()
        self._items: list[Any] = []
        self._names: list[Any] = []
        self._ring = symbols(size=_RING_PX, brush=pg.mkBrush(None))
        self._ring.setZValue(50)
        self.item.addItem(self._ring, ignoreBounds=True)
        self._pixels = PixelItem(self._paint_pixels)
        self.item.addItem(self._pixels, ignoreBounds=True)
        # How wide it is follows from the words at the other axis.
        self.item.vb.sigResized.connect(lambda *_: self._show_x_range())
        self.apply(theme)

    def apply(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        super().apply(theme)
        self.show_chart(self.chart)

    def show_chart(self, chart: Chart) -> None:
        """Show another chart."""
        self.chart, self.logarithmic = chart, chart.x.logarithmic
        for item in self._items:
            self.item.removeItem(item)
        self._items.clear()
        self.setAccessibleDescription(chart.description)
        for side, axis in (("bottom", chart.x), ("left", chart.y)):
            self._show_axis(side, axis)
        y = chart.y
        self._show_x_range()
        self.item.vb.setYRange(y.low, y.high, padding=0)
        cells = any(isinstance(mark, (HeatCell, Bar)) for mark in chart.marks)
        self._grid.setVisible(not cells)
        for item, z in chart_items(chart, self.along_x, self.item.vb.viewRange(), self.theme):
            self._add(item, z)
        self.set_targets(chart.targets)
        self._write_names()
        self.emphasise()

    def _show_x_range(self) -> None:
        x, bars = self.chart.x, [mark for mark in self.chart.marks if isinstance(mark, Bar)]
        high = room_behind(bars, x.high, self.item.vb.width(), self.font(), x.low)
        self.item.vb.setXRange(self.along_x(x.low), self.along_x(high), padding=0)
        if bars and x.ticks and not x.logarithmic:
            ticks = self._apart(x.ticks, x.low, high)
            self.item.getAxis("bottom").setTicks([[(tick.at, tick.text) for tick in ticks]])

    def emphasise(self) -> None:
        """Put a ring round what is selected, and round what is pointed at."""
        chosen = self.chosen()
        # The ring round a mean stands for its runs, too.
        several = {
            run_id
            for index in chosen
            if len(self.targets[index].run_ids) > 1
            for run_id in self.targets[index].run_ids
        }
        chosen = [
            index
            for index in chosen
            if len(self.targets[index].run_ids) > 1 or self.targets[index].run_ids[0] not in several
        ]
        self.ringed = tuple(chosen)
        pointed = [] if self.pointed is None or self.pointed in chosen else [self.pointed]
        rings = [] if self._in_pixels else [*chosen, *pointed]
        self._ring.setData(
            [self.along_x(self.targets[index].x) for index in rings],
            [self.targets[index].y for index in rings],
            pen=pg.mkPen(self.theme.text, width=2),
        )
        self._pixels.update()

    def target_at(self, place: QPointF) -> int | None:
        """The target at a place: a cell or a row of bars as a whole, else the nearest mark."""
        if not self._in_pixels:
            return super().target_at(place)
        if not self.item.vb.sceneBoundingRect().contains(place):
            return None
        at = self.item.vb.mapSceneToView(place)
        return self._in_row(round(at.y()), at.x())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Names and numbers find their room anew."""
        super().resizeEvent(event)
        if hasattr(self, "_names") and not self.closed:
            self._show_axis("left", self.chart.y)
            self._write_names()
            if self.chart.x.logarithmic:
                self._show_axis("bottom", self.chart.x)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down go from row to row, Enter chooses what is pointed at."""
        key, plain = Qt.Key(event.key()), not event.modifiers()
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(key)
        chosen = self.chosen()
        at = chosen[0] if chosen else self.pointed
        if step is not None and plain and self._in_pixels and self.targets:
            target = self.targets[at] if at is not None else None
            row = round(target.y) + step if target else round(self.targets[0].y)
            index = self._in_row(row, target.x if target else 0)
            if index is not None and self.targets[index].run_ids:
                self.pick(index)
                self.show_target(index)
            elif index is not None:
                self.point_at(index)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.pointed is not None:
            self.pick(self.pointed)
        else:
            super().keyPressEvent(event)

    # -- axes -------------------------------------------------------------------------------

    def _show_axis(self, side: str, axis: Axis) -> None:
        shown = self.item.getAxis(side)
        self.item.setLabel(side, axis.label)
        shown.showLabel(bool(axis.label))
        ticks = axis.ticks
        if axis.logarithmic:
            ticks = ticks_with_room(axis, int(self.item.vb.width() // px(_TICK_PX)))
        places = [self.along_x(tick.at) if side == "bottom" else tick.at for tick in ticks or ()]
        words = [tick.text for tick in ticks or ()]
        if side == "left":
            metrics, most = self.fontMetrics(), int(self.width() * _MOST_NAMES)
            words = [metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, most) for text in words]
        shown.setTicks(None if ticks is None else [list(zip(places, words, strict=True))])
        wanted = None if ticks is None else places
        if side == "bottom":
            self.x_places = wanted
            shown.setHeight(px(46 if axis.label else 22))
            return
        self.y_places = wanted
        widest = max((self.fontMetrics().horizontalAdvance(text) for text in words), default=0)
        label = px(_LABEL_PX) if axis.label else 0
        shown.setWidth(px(_NUMBERS_PX) if ticks is None else label + _AIR_PX + widest)

    def _apart(self, ticks: Sequence[Tick], low: float, high: float) -> list[Tick]:
        """Those whose numbers along the x axis do not run into the one before."""
        scale = self.item.vb.width() / (high - low)
        kept: list[Tick] = []
        free_px = -math.inf
        for tick in ticks:
            at_px = (tick.at - low) * scale
            half_px = self.fontMetrics().horizontalAdvance(tick.text) / 2
            if at_px - half_px >= free_px:
                kept.append(tick)
                free_px = at_px + half_px + px(_BETWEEN_PX)
        return kept

    # -- marks ------------------------------------------------------------------------------

    def _add(self, item: Any, z: float) -> None:
        item.setZValue(z)
        self.item.addItem(item, ignoreBounds=True)
        self._items.append(item)

    def _write_names(self) -> None:
        """Names beside their dots, as far as none covers another name or a dot."""
        while self._names:
            self.item.removeItem(self._names.pop())
        dots = [mark for mark in self.chart.marks if isinstance(mark, Dot)]
        if not any(dot.label for dot in dots):
            return
        dots.sort(key=lambda dot: not dot.label)
        box, metrics = self.item.vb, self.fontMetrics()
        places = [box.mapFromView(QPointF(self.along_x(dot.x), dot.y)) for dot in dots]
        named = [dot for dot in dots if dot.label]
        corners = place_labels(
            [(place.x(), place.y()) for place in places],
            [(metrics.horizontalAdvance(dot.label) + 8.0, float(px(_NAME_PX))) for dot in named],
            (box.width(), box.height()),
        )
        plate = QColor(self.theme.base)
        plate.setAlpha(200)
        for dot, corner in zip(named, corners, strict=True):
            if corner is None:
                continue
            name = pg.TextItem(dot.label, self.theme.text, anchor=(0, 0), fill=QBrush(plate))
            name.setFont(self.font())
            name.setZValue(20)
            self.item.addItem(name, ignoreBounds=True)
            name.setPos(box.mapToView(QPointF(*corner)))
            self._names.append(name)

    # -- cells and bars -----------------------------------------------------------------------

    @property
    def _in_pixels(self) -> bool:
        return any(isinstance(mark, (HeatCell, Bar)) for mark in self.chart.marks)

    def _in_row(self, row: int, x: float) -> int | None:
        """The cell of a row at a place, or the bar of a row that is nearest to it."""
        distances = [
            (abs(target.x - x), index)
            for index, target in enumerate(self.targets)
            if round(target.y) == row
        ]
        if not distances:
            return None
        away, index = min(distances)
        cells = any(isinstance(mark, HeatCell) for mark in self.chart.marks)
        return None if cells and away > 0.5 else index

    def _paint_pixels(self, painter: Any, to_pixels: ToPixels) -> None:
        chosen = {id(self.targets[index]) for index in self.chosen()}
        pointed = None if self.pointed is None else id(self.targets[self.pointed])
        lines = [mark for mark in self.chart.marks if isinstance(mark, ChartLine)]
        upright = [line.points[0][0] for line in lines if len({x for x, _ in line.points}) == 1]
        across = [to_pixels(x, 0.0).x() for x in upright]
        for mark in self.chart.marks:
            if isinstance(mark, HeatCell):
                own = id(mark.target) if mark.target else None
                draw_cell(
                    painter, to_pixels, mark, self.theme, self.font(),
                    chosen=own in chosen, pointed=own is not None and own == pointed,
                )  # fmt: skip
            elif isinstance(mark, Bar):
                own = id(mark.target) if mark.target else None
                ink = themed(self.theme, mark.colour)
                framed = own is not None and own == pointed
                draw_bar(
                    painter, to_pixels, mark, ink, self.theme, self.font(),
                    framed=framed, across_px=across,
                )  # fmt: skip


def key_entries(keys: Sequence[ChartKey], theme: Theme) -> list[LegendEntry]:
    """The keys of a chart as entries of a legend; that of a ramp has a widget of its own."""
    entries = []
    for key in keys:
        mark = key.mark
        if isinstance(mark, Dot):
            symbol = STRUCK if mark.struck else SYMBOLS[mark.shape % len(SYMBOLS)]
            ink = themed(theme, mark.colour)
            entries.append(LegendEntry(key.text, ink, symbol=symbol, hollow=mark.hollow))
        elif isinstance(mark, ChartLine):
            pen = pg.mkPen(themed(theme, mark.colour), width=mark.width)
            entries.append(LegendEntry(key.text, pen=pen))
        elif isinstance(mark, Bar):
            entries.append(LegendEntry(key.text, themed(theme, mark.colour)))
        elif isinstance(mark, Band):
            shade = QColor(theme.muted)
            shade.setAlpha(50)
            entries.append(LegendEntry(key.text, shade))
    return entries
