"""How many examples a second go through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import pyqtgraph as pg

from core.metrics.throughput import Throughput
from core.model.run import Run
from core.model.samples import FloatArray
from gui.plots.canvas import FOCUS_Z, LINE_Z, Canvas
from gui.plots.curve import CurvesInfo, RunCache, Seen, binned, curve, stepped, warm_up
from gui.plots.plot import Headline, Plot, XAxis
from gui.plots.present import NO_RUN, no_step, present
from gui.theme import Theme, run_pen

_METRIC = Throughput()


class ThroughputPlot(Plot):
    """Examples a second, a line for each run."""

    key: ClassVar[str] = "throughput"
    title: ClassVar[str] = "throughput (examples/s)"
    unit: ClassVar[str] = _METRIC.unit
    help: ClassVar[str] = (
        "Examples that went through the train step, over wall time, waiting included. High is "
        "good. The shaded warm-up is not averaged in."
    )

    def __init__(self) -> None:
        self._lines = RunCache(_line)

    def headline(self, focus: Run | None) -> Headline:
        """Examples a second of the run in focus."""
        if focus is None:
            return NO_RUN
        found = present(focus)
        if found is None:
            return no_step(focus)
        account, when = found
        quantity = _METRIC.found(_METRIC.value(account), focus)
        return Headline(quantity.text(), when, quantity.provenance())

    def info(self, runs: Sequence[Run], focus: Run | None, x_axis: XAxis) -> CurvesInfo:
        """A line per run that has steps."""
        return self._info(runs, focus, x_axis, None)

    def close_info(
        self, runs: Sequence[Run], focus: Run | None, x_axis: XAxis, seen: Seen
    ) -> CurvesInfo:
        """See the base class."""
        return self._info(runs, focus, x_axis, seen)

    def _info(
        self, runs: Sequence[Run], focus: Run | None, x_axis: XAxis, seen: Seen | None
    ) -> CurvesInfo:
        lines = ((run, *self._lines.get(run, x_axis, seen)) for run in runs if run.samples.steps)
        curves = tuple(curve(run, focus, x, y) for run, x, y in lines)
        return CurvesInfo(curves, warm_up(runs, focus, x_axis))

    def draw(self, info: CurvesInfo, item: pg.PlotItem, theme: Theme) -> None:
        """The run in focus above the others."""
        canvas = Canvas.of(item)
        canvas.begin()
        for one in info.curves:
            pen = run_pen(theme, one.colour, 2.0 if one.focus else 1.0)
            canvas.line(one.run_id, one.x, one.y, pen, z=FOCUS_Z if one.focus else LINE_Z)
        canvas.warm_up(info.warm_up, theme)
        canvas.end()

    def y_range(self, info: CurvesInfo, x_min: float, x_max: float) -> tuple[float, float]:
        """From 0, so that twice as high is twice as fast."""
        extent = info.y_extent(x_min, x_max)
        return 0.0, 1.08 * extent[1] if extent and extent[1] > 0 else 1.0


def _line(run: Run, x_axis: XAxis, seen: Seen | None = None) -> tuple[FloatArray, FloatArray]:
    bins = binned(run, x_axis, seen)
    return stepped(bins.edges, bins.series.examples_per_s)
