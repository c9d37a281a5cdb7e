"""Draws throughput against peak memory, with the Pareto front."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF
from PySide6.QtGui import QBrush, QColor, QResizeEvent

from core.analysis.against.gathered import Gathered, Mean
from core.analysis.against.memory import Memory, Trade
from core.analysis.knob_values import short_name
from core.model.plural import plural
from gui.plotting.label_layout import place_labels
from gui.plotting.marks_view import DoubtsOf, Mark, MarksView, symbols
from gui.theme import Theme, run_colour

_FEW = 2


class MemoryView(MarksView):
    """The plot.

    Attributes:
        info: What is shown.
    """

    def __init__(self, theme: Theme, doubts_of: DoubtsOf) -> None:
        super().__init__(
            "throughput against peak memory", "One point a configuration", theme, doubts_of
        )
        self.info = Memory()
        self._speed: Gathered | None = None
        self._memory: Gathered | None = None
        self._items: list[Any] = []
        self._names: list[Any] = []
        self._ring = symbols(size=20, brush=pg.mkBrush(None))
        self._ring.setZValue(50)
        self.item.addItem(self._ring, ignoreBounds=True)
        self.item.getAxis("left").setWidth(80)
        self.item.getAxis("bottom").setHeight(46)
        self.apply(theme)

    def show_info(self, info: Memory, speed: Gathered, memory: Gathered) -> None:
        """Show other points."""
        self.info, self._speed, self._memory = info, speed, memory
        for item in self._items:
            self.item.removeItem(item)
        self._items.clear()
        self.item.setLabel("bottom", memory.label)
        self.item.setLabel("left", speed.label)
        xs = np.array([one.memory.value for one in info.trades])
        ys = np.array([one.speed.value for one in info.trades])
        self.item.vb.setXRange(*_range(xs), padding=0)
        self.item.vb.setYRange(*_range(ys), padding=0)
        self._draw_bars()
        front = np.array([one.front for one in info.trades], bool)
        self._draw_front(xs[front], ys[front])
        accent, quiet = run_colour(self.theme, 0), QColor(self.theme.muted)
        for chosen, brush, pen, size, z in (
            (~front, pg.mkBrush(self.theme.base), pg.mkPen(quiet, width=1.5), 9, 10),
            (front, pg.mkBrush(accent), pg.mkPen(self.theme.base), 13, 12),
        ):
            dots = symbols(x=xs[chosen], y=ys[chosen], size=size, brush=brush, pen=pen)
            self._add(dots, z)
        self.set_marks(list(map(self._mark, info.trades)))
        self._write_names()
        self.emphasise(None)

    @property
    def name_key(self) -> str:
        """What the values in the names of points are values of; empty where names say it."""
        speed = self._speed
        if speed is None or len(speed.varied_keys) <= _FEW:
            return ""
        return " · ".join(short_name(key, speed.knobs[key]) for key in speed.varied_keys)

    def emphasise(self, pointed: int | None) -> None:
        """Put a ring round what is selected, and round what is pointed at."""
        chosen = self.chosen()
        rings = [*chosen, *([pointed] if pointed is not None and pointed not in chosen else [])]
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

    def _draw_bars(self) -> None:
        """The intervals, as a thin cross through each point."""
        x: list[float] = []
        y: list[float] = []
        for one in self.info.trades:
            for mean, across in ((one.memory, True), (one.speed, False)):
                if mean.low is None or mean.high is None:
                    continue
                x += [mean.low, mean.high] if across else [one.memory.value] * 2
                y += [one.speed.value] * 2 if across else [mean.low, mean.high]
        pen = pg.mkPen(self.theme.grid, width=1)
        self._add(pg.PlotCurveItem(np.array(x), np.array(y), connect="pairs", pen=pen), 5)

    def _draw_front(self, xs: np.ndarray, ys: np.ndarray) -> None:
        """Steps: to the right as much memory buys nothing, until the next one is faster."""
        if not len(xs):
            return
        end = self.item.vb.viewRange()[0][1]
        steps_x = np.append(np.repeat(xs, 2)[1:], end)
        steps_y = np.repeat(ys, 2)
        pen = pg.mkPen(run_colour(self.theme, 0), width=1)
        self._add(pg.PlotCurveItem(steps_x, steps_y, pen=pen), 8)

    def _write_names(self) -> None:
        while self._names:
            self.item.removeItem(self._names.pop())
        box, metrics = self.item.vb, self.fontMetrics()
        trades = sorted(self.info.trades, key=lambda one: not one.front)
        places = [box.mapFromView(QPointF(one.memory.value, one.speed.value)) for one in trades]
        texts = [_short(one) for one in trades if one.front]
        sizes = [(metrics.horizontalAdvance(text) + 8.0, 18.0) for text in texts]
        corners = place_labels(
            [(place.x(), place.y()) for place in places], sizes, (box.width(), box.height())
        )
        for text, corner in zip(texts, corners, strict=True):
            if corner is None:
                continue
            plate = QColor(self.theme.base)
            plate.setAlpha(200)
            name = pg.TextItem(text, color=self.theme.text, anchor=(0, 0), fill=QBrush(plate))
            name.setFont(self.font())
            self._names.append(name)
            name.setZValue(20)
            self.item.addItem(name, ignoreBounds=True)
            name.setPos(box.mapToView(QPointF(*corner)))

    def _mark(self, one: Trade) -> Mark:
        speed, memory = self._speed, self._memory
        assert speed is not None
        assert memory is not None
        rows = [
            *_rows(speed, one.speed),
            *_rows(memory, one.memory),
            *one.values,
            ("of", plural(len(one.run_ids), "run")),
        ]
        if one.front:
            rows.append(("on the front", "no other is both faster and smaller"))
        note = f"{speed.source}; {memory.source}"
        colour = run_colour(self.theme, 0) if one.front else QColor(self.theme.muted)
        return Mark(one.run_ids, one.memory.value, one.speed.value, tuple(rows), note, colour)


def _rows(gathered: Gathered, mean: Mean) -> list[tuple[str, str]]:
    rows = [(gathered.metric.label, gathered.number(mean.value))]
    if interval := gathered.interval(mean):
        rows.append(("95 % interval", interval))
    return rows


def _short(one: Trade) -> str:
    """What a point is called: of many settings only their values, in the order of ``name_key``."""
    if len(one.values) <= _FEW:
        return one.name or "all alike"
    return " · ".join(text for _, text in one.values)


def _range(values: np.ndarray) -> tuple[float, float]:
    if not len(values):
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    room = 0.12 * (high - low) or 0.1 * abs(high) or 1.0
    return low - room, high + room
