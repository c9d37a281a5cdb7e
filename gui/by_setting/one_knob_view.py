"""Draws a metric against a knob: runs, means with intervals, lines through what is in order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF
from PySide6.QtGui import QBrush, QColor, QResizeEvent

from core.analysis.against.gathered import Gathered
from core.analysis.against.one_knob import OneKnob, Point
from core.model.plural import plural
from gui.plotting.label_layout import place_labels
from gui.plotting.marks_view import DoubtsOf, Mark, MarksView, symbols
from gui.theme import Theme, mixed, run_colour

SYMBOLS = ("o", "s", "t", "d", "t1", "p", "star", "h")
"""Of the values of the second knob, in order: with the colour, never the colour alone."""
MOST_SERIES = len(SYMBOLS)
_RUN_SYMBOLS = ("o", "s", "t", "d")
_HALF_MEAN = 0.3
_MAX_NAMES, _MANY = 24, 100
_FAINT = 0.55


class OneKnobView(MarksView):
    """The plot.

    Attributes:
        info: What is shown.
        ringed: Indices of the marks that are selected and have a ring.
    """

    def __init__(self, theme: Theme, doubts_of: DoubtsOf) -> None:
        super().__init__(
            "metric against one knob", "One point for each run, means", theme, doubts_of
        )
        self.info = OneKnob("")
        self._gathered: Gathered | None = None
        self.ringed: tuple[int, ...] = ()
        self._items: list[Any] = []
        self._names: list[Any] = []
        self._ring = symbols(size=19, brush=pg.mkBrush(None))
        self._ring.setZValue(50)
        self.item.addItem(self._ring, ignoreBounds=True)
        self.item.getAxis("left").setWidth(80)
        self.item.getAxis("bottom").setHeight(46)
        self.apply(theme)

    def show_info(self, info: OneKnob, gathered: Gathered) -> None:
        """Show other points."""
        self.info, self._gathered = info, gathered
        for item in self._items:
            self.item.removeItem(item)
        self._items.clear()
        self.item.getAxis("bottom").setTicks([list(enumerate(info.ticks))])
        self.item.setLabel("bottom", info.key)
        self.item.setLabel("left", gathered.label)
        self.x_places = range(len(info.ticks))
        self.item.vb.setXRange(-0.6, max(len(info.ticks), 1) - 0.4, padding=0)
        self.item.vb.setYRange(*_y_range(info, gathered), padding=0)
        self._draw_points()
        self._draw_means()
        stops: list[int] | None = None
        means = [self._mean_mark(index) for index in range(len(info.means))]
        if info.by:
            stops = list(range(len(info.points), len(info.points) + len(means)))
        self.set_marks([*map(self._point_mark, info.points), *(means if info.by else ())], stops)
        self._write_names()
        self.emphasise(None)

    def colour(self, series: int) -> QColor:
        """Of a value of the second knob."""
        return run_colour(self.theme, series) if self.info.by else QColor(self.theme.text)

    def emphasise(self, pointed: int | None) -> None:
        """Put a ring round what is selected, and round what is pointed at."""
        chosen = self.chosen()
        means = {
            run_id
            for index in chosen
            if index >= len(self.info.points)
            for run_id in self.marks[index].run_ids
        }
        # The ring round a mean stands for its runs, too.
        chosen = [
            index
            for index in chosen
            if index >= len(self.info.points) or self.marks[index].run_ids[0] not in means
        ]
        rings = [*chosen, *([pointed] if pointed is not None and pointed not in chosen else [])]
        self.ringed = tuple(chosen)
        self._ring.setData(
            [self.marks[index].x for index in rings],
            [self.marks[index].y for index in rings],
            pen=pg.mkPen(self.theme.text, width=2),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Names find their room anew."""
        super().resizeEvent(event)
        if hasattr(self, "_names"):
            self._write_names()

    # -- drawing --------------------------------------------------------------------------

    def _add(self, item: Any, z: float) -> None:
        item.setZValue(z)
        self.item.addItem(item, ignoreBounds=True)
        self._items.append(item)

    def _point_colour(self, point: Point) -> QColor:
        if not self.info.by:
            return run_colour(self.theme, point.colour)
        return mixed(self.colour(point.series), QColor(self.theme.base), _FAINT)

    def _draw_points(self) -> None:
        palette = len(self.theme.runs)
        brushes: dict[str, QBrush] = {}
        edge, hollow = pg.mkPen(self.theme.base), pg.mkBrush(None)
        many = len(self.info.points) > _MANY
        spots = []
        for point in self.info.points:
            colour = self._point_colour(point)
            brush = brushes.setdefault(colour.name(), QBrush(colour))
            symbol = (
                SYMBOLS[point.series % MOST_SERIES]
                if self.info.by
                else _RUN_SYMBOLS[point.colour // palette % len(_RUN_SYMBOLS)]
            )
            spots.append(
                {
                    "pos": (point.x, point.y),
                    "symbol": symbol,
                    "size": 6 if self.info.by or many else 11,
                    "brush": hollow if point.apart else brush,
                    "pen": pg.mkPen(colour, width=1.5) if point.apart else edge,
                }
            )
        self._add(symbols(spots), 5)

    def _draw_means(self) -> None:
        info = self.info
        for line in info.lines:
            means = [info.means[index] for index in line]
            colour = self.colour(means[0].series) if info.by else QColor(self.theme.muted)
            self._add(
                pg.PlotCurveItem(
                    np.array([one.x for one in means]),
                    np.array([one.mean.value for one in means]),
                    pen=pg.mkPen(colour, width=1),
                    antialias=True,
                ),
                8,
            )
        for series in range(len(info.series)):
            means = [one for one in info.means if one.series == series]
            known = [one for one in means if one.mean.low is not None]
            colour = self.colour(series)
            if known:
                values, lows, highs = np.array(
                    [(m.mean.value, m.mean.low, m.mean.high) for m in known], float
                ).T
                bars = pg.ErrorBarItem(
                    x=np.array([one.x for one in known]),
                    y=values,
                    top=highs - values,
                    bottom=values - lows,
                    beam=0.3 * _HALF_MEAN / len(info.series),
                    pen=pg.mkPen(colour if info.by else self.theme.muted, width=2),
                )
                self._add(bars, 10 if info.by else 4)
            if info.by:
                self._add(
                    symbols(
                        x=[one.x for one in means],
                        y=[one.mean.value for one in means],
                        symbol=SYMBOLS[series % MOST_SERIES],
                        size=13,
                        brush=QBrush(colour),
                        pen=pg.mkPen(self.theme.base, width=1),
                    ),
                    12,
                )
                continue
            several = [one for one in means if len(one.mean.run_ids) > 1]
            self._add(
                pg.PlotCurveItem(
                    np.array([one.x + s * _HALF_MEAN for one in several for s in (-1, 1)], float),
                    np.array([one.mean.value for one in several for _ in range(2)], float),
                    connect="pairs",
                    pen=pg.mkPen(colour, width=2),
                ),
                10,
            )

    def _write_names(self) -> None:
        while self._names:
            self.item.removeItem(self._names.pop())
        points = self.info.points
        if self.info.by or len(points) > _MAX_NAMES:
            return
        box, metrics = self.item.vb, self.fontMetrics()
        places = [box.mapFromView(QPointF(point.x, point.y)) for point in points]
        sizes = [(metrics.horizontalAdvance(p.name) + 8.0, 18.0) for p in points]
        corners = place_labels(
            [(place.x(), place.y()) for place in places], sizes, (box.width(), box.height())
        )
        for point, corner in zip(points, corners, strict=True):
            if corner is None:
                continue
            name = pg.TextItem(point.name, color=self.theme.text, anchor=(0, 0))
            name.setFont(self.font())
            self.item.addItem(name, ignoreBounds=True)
            name.setPos(box.mapToView(QPointF(*corner)))
            self._names.append(name)

    # -- what is pointed at ---------------------------------------------------------------

    def _point_mark(self, point: Point) -> Mark:
        gathered = self._gathered
        assert gathered is not None
        rows = ((point.name, gathered.number(point.y)), *point.values)
        note = f"not counted: {point.apart}" if point.apart else gathered.source
        return Mark((point.run_id,), point.x, point.y, rows, note, self._point_colour(point))

    def _mean_mark(self, index: int) -> Mark:
        gathered, one = self._gathered, self.info.means[index]
        assert gathered is not None
        rows = [("mean", gathered.number(one.mean.value)), *one.values]
        if interval := gathered.interval(one.mean):
            rows.insert(1, ("95 % interval", interval))
        configurations = plural(one.mean.configurations, "configuration")
        rows.append(("of", f"{configurations}, {plural(len(one.mean.run_ids), 'run')}"))
        return Mark(
            one.mean.run_ids,
            one.x,
            one.mean.value,
            tuple(rows),
            gathered.source,
            self.colour(one.series),
        )


def _y_range(info: OneKnob, gathered: Gathered) -> tuple[float, float]:
    values = [point.y for point in info.points]
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    # A figure with a unit is a quantity: seen from 0, heights compare. A loss is not.
    from_zero = bool(gathered.metric.unit) and low >= 0
    span = high - (0.0 if from_zero else low) or 0.1 * abs(high) or 1.0
    # Intervals are seen, but one that says next to nothing must not press all else flat.
    ends = [end for one in info.means for end in (one.mean.low, one.mean.high) if end is not None]
    high = max([high, *(min(end, high + span / 2) for end in ends)])
    low = min([low, *(max(end, low - span / 2) for end in ends)])
    room = 0.08 * span
    return (0.0 if from_zero else low - room), high + room
