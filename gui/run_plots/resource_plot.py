"""What plots of the machine have in common: readings taken beside the loop, a line a run."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.metrics.metric import Metric
from core.metrics.resource_use import NOTHING_READ
from core.metrics.x_axis import XAxis, x_of_times
from core.model.measured.resources import Resources
from core.model.measured.samples import FloatArray
from core.model.quantity import Quantity
from core.model.run import Run
from gui.plotting.canvas import Canvas
from gui.run_plots.curve import CurvesInfo, RunCache, Seen, make_curve, traced, warm_up
from gui.run_plots.headline_values import NO_RUN, NOW_S, STEADY, no_step
from gui.run_plots.plot import Headline, Plot, draw_curves
from gui.theme import Theme

if TYPE_CHECKING:
    import pyqtgraph as pg


class ResourcePlot(Plot):
    """A quantity that was read beside the loop, a line for each run."""

    metric: Metric
    """The figure that its headline says of a run that is over."""

    def __init__(self) -> None:
        self._lines = RunCache(self._line)

    @abstractmethod
    def values(self, resources: Resources) -> tuple[FloatArray, FloatArray]:
        """Moments in seconds since fit began, ascending, and the values then; few of them."""

    def beside(self, run: Run) -> str:
        """What the headline says beside the value."""
        return ""

    def headline(self, focus: Run | None) -> Headline:
        """The last two seconds while a run is under way; its metric once it is over."""
        if focus is None:
            return NO_RUN
        if focus.samples.steps == 0:
            return no_step(focus)
        if focus.state.over:
            quantity, when = self.metric.of(focus), STEADY
        else:
            quantity, when = self._now(focus), "now"
        if quantity.value is None:
            return Headline("not measured", quantity.reason)
        detail = " · ".join(part for part in (self.when(when), self.beside(focus)) if part)
        return Headline(quantity.text(), detail, quantity.provenance())

    def when(self, when: str) -> str:
        """How the headline calls the stretch that it speaks of."""
        return when

    def info(
        self, runs: Sequence[Run], focus: Run | None, x_axis: XAxis, seen: Seen | None = None
    ) -> CurvesInfo:
        """A line per run of which something was read; all of it, wherever the view is."""
        lines = ((run, *self._lines.get(run, x_axis)) for run in runs if run.samples.steps)
        curves = tuple(make_curve(run, focus, x, y) for run, x, y in lines if len(x))
        return CurvesInfo(curves, warm_up(runs, focus, x_axis), traced=traced(runs, focus, x_axis))

    def draw(self, info: CurvesInfo, item: pg.PlotItem, theme: Theme) -> None:
        """The run in focus above the others."""
        canvas = Canvas.of(item)
        canvas.begin()
        draw_curves(canvas, info.curves, theme)
        canvas.shades(info.warm_up, info.traced, theme)
        canvas.end()

    def y_range(self, info: CurvesInfo, x_min: float, x_max: float) -> tuple[float, float]:
        """From 0, so that twice as high is twice as much."""
        extent = info.y_extent(x_min, x_max)
        return 0.0, 1.08 * extent[1] if extent and extent[1] > 0 else 1.0

    def _line(self, run: Run, x_axis: XAxis) -> tuple[FloatArray, FloatArray]:
        if len(run.resources) < 2:
            return np.empty(0), np.empty(0)
        at_s, values = self.values(run.resources)
        samples = run.samples
        seen = (at_s >= samples.asked_s[0]) & (at_s <= samples.done_s[-1])
        return x_of_times(run, at_s[seen], x_axis), values[seen]

    def _now(self, run: Run) -> Quantity:
        at_s, values = (
            self.values(run.resources) if len(run.resources) > 1 else (np.empty(0), np.empty(0))
        )
        recent = values[at_s >= (at_s[-1] - NOW_S)] if len(at_s) else values
        recent = recent[np.isfinite(recent)]
        if len(recent) == 0:
            about = run.resources.about
            return self.metric.missing((about.gpu_note if about else "") or NOTHING_READ)
        return self.metric.found(float(recent.mean()), run)
