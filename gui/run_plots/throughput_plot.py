"""How many examples a second go through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from core.metrics.throughput import Throughput
from core.metrics.x_axis import XAxis
from core.model.measured.ceilings import UPPER_BOUND
from core.model.measured.samples import FloatArray
from core.model.quantity import significant
from core.model.run import Run
from gui.plotting.canvas import LINE_Z, Canvas
from gui.run_plots.curve import (
    CurvesInfo,
    RunCache,
    Seen,
    binned,
    make_curve,
    stepped,
    traced,
    warm_up,
)
from gui.run_plots.headline_values import NO_RUN, no_step, present
from gui.run_plots.plot import Headline, Plot, draw_curves
from gui.theme import Theme, line_pen

if TYPE_CHECKING:
    import pyqtgraph as pg

_METRIC = Throughput()

_FAR_OFF = 3.0
"""A ceiling so many times as high as the highest line would press the lines to the ground."""
_LABEL_PLACES = (0.62, 0.86)


@dataclass(frozen=True)
class Level:
    """A ceiling: what it is of, and its height in examples/s."""

    name: str
    y: float


@dataclass(frozen=True, eq=False)
class ThroughputInfo(CurvesInfo):
    """Lines of runs, and the ceilings of the run in focus."""

    levels: tuple[Level, ...] = ()


class ThroughputPlot(Plot):
    """Examples a second, a line for each run."""

    key: ClassVar[str] = "throughput"
    title: ClassVar[str] = "throughput (examples/s)"
    unit: ClassVar[str] = _METRIC.unit
    help: ClassVar[str] = (
        "Examples that went through the train step, over wall time, waiting included. High is "
        "good. The shaded warm-up is not averaged in. Dashed: the ceilings of the run in focus, "
        f"where they were measured (Ceilings). {UPPER_BOUND}"
    )

    def __init__(self) -> None:
        self._lines = RunCache(_line)

    def headline(self, focus: Run | None) -> Headline:
        """Examples a second of the run in focus."""
        if focus is None:
            return NO_RUN
        accounted = present(focus)
        if accounted is None:
            return no_step(focus)
        account, when = accounted
        value = _METRIC.value(account)
        quantity = _METRIC.found(value, focus)
        levels = _levels(focus)
        if levels:
            lower = min(levels, key=lambda level: level.y)
            # Short: the source beside it must not be cut.
            when += f" · {100.0 * value / lower.y:.0f} % of {lower.name} ({significant(lower.y)})"
        example = focus.prepared.example if focus.prepared else ""
        source = quantity.provenance() + (f" · an example is {example}" if example else "")
        return Headline(quantity.text(), when, source)

    def info(
        self, runs: Sequence[Run], focus: Run | None, x_axis: XAxis, seen: Seen | None = None
    ) -> ThroughputInfo:
        """A line per run that has steps, and the ceilings of the run in focus."""
        lines = ((run, *self._lines.get(run, x_axis, seen)) for run in runs if run.samples.steps)
        curves = tuple(make_curve(run, focus, x, y) for run, x, y in lines)
        levels = _levels(focus) if any(curve.focus for curve in curves) else ()
        return ThroughputInfo(
            curves, warm_up(runs, focus, x_axis), levels, traced=traced(runs, focus, x_axis)
        )

    def draw(self, info: ThroughputInfo, item: pg.PlotItem, theme: Theme) -> None:
        """The run in focus above the others."""
        canvas = Canvas.of(item)
        canvas.begin()
        draw_curves(canvas, info.curves, theme)
        _draw_levels(canvas, info, item, theme)
        canvas.shades(info.warm_up, info.traced, theme)
        canvas.end()

    def y_range(self, info: ThroughputInfo, x_min: float, x_max: float) -> tuple[float, float]:
        """From 0, so that twice as high is twice as fast; up to ceilings that are not far off."""
        extent = info.y_extent(x_min, x_max)
        if extent is None or extent[1] <= 0:
            return 0.0, 1.0
        near = [level.y for level in info.levels if level.y <= _FAR_OFF * extent[1]]
        return 0.0, 1.08 * max(extent[1], *near, 0.0)


def _levels(run: Run | None) -> tuple[Level, ...]:
    if run is None or run.ceilings is None:
        return ()
    return (
        Level("model alone", run.ceilings.model_examples_per_s),
        Level("pipeline alone", run.ceilings.pipeline_examples_per_s),
    )


def _draw_levels(canvas: Canvas, info: ThroughputInfo, item: pg.PlotItem, theme: Theme) -> None:
    (low, high), (_, top) = item.getViewBox().viewRange()
    ground = QColor(theme.base)
    for level, place in zip(info.levels, _LABEL_PLACES, strict=False):
        if level.y > top:
            continue
        pen = line_pen(theme.text, style=Qt.PenStyle.DashLine)
        canvas.line(level.name, np.array([low, high]), np.full(2, level.y), pen, z=LINE_Z - 1)
        canvas.text(
            f"{level.name} label", level.name, (low + place * (high - low), level.y), ground
        )


def _line(run: Run, x_axis: XAxis, seen: Seen | None = None) -> tuple[FloatArray, FloatArray]:
    bins = binned(run, x_axis, seen)
    return stepped(bins.edges, bins.series.examples_per_s)
