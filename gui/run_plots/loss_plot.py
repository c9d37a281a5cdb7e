"""What the training comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from core.analysis.doubts.not_finite import not_finite
from core.metrics.final_loss import FinalLoss
from core.metrics.x_axis import XAxis, x_at
from core.model.measured.samples import FloatArray, IntArray
from core.model.run import Run
from gui.plotting.canvas import FOCUS_Z, LINE_Z, Canvas
from gui.run_plots.curve import (
    Curve,
    CurvesInfo,
    RunCache,
    Seen,
    make_curve,
    steps_within,
    traced,
    warm_up,
)
from gui.run_plots.headline_values import NO_RUN, no_step
from gui.run_plots.plot import Headline, Plot, draw_curves
from gui.theme import Theme, run_pen

if TYPE_CHECKING:
    import pyqtgraph as pg

_METRIC = FinalLoss()
_MOST = 400
"""So many readings of a run, and as many means of epochs, are drawn at most; where a part of the
x axis is looked at closely, as many again for that part."""


@dataclass(frozen=True, eq=False)
class LossInfo(CurvesInfo):
    """Readings as lines; ``epoch_means`` holds for each run the means at the ends of epochs."""

    epoch_means: tuple[Curve, ...] = ()

    def y_extent(self, x_min: float, x_max: float) -> tuple[float, float] | None:
        """Least and greatest of readings and epoch means."""
        every = CurvesInfo((*self.curves, *self.epoch_means), None)
        return every.y_extent(x_min, x_max)


class LossPlot(Plot):
    """The loss as Keras reports it: the mean of the epoch so far."""

    key: ClassVar[str] = "loss"
    title: ClassVar[str] = "loss (mean of the epoch so far)"
    help: ClassVar[str] = (
        "Keras's loss: the mean over the epoch so far, so it lags behind and starts anew with "
        "each epoch. A dot is the mean of a whole epoch. It shows whether a faster pipeline "
        "still trains alike."
    )

    def __init__(self) -> None:
        self._lines = RunCache(_readings)
        self._means = RunCache(_epoch_means)

    def headline(self, focus: Run | None) -> Headline:
        """The last reading, or the last epoch's mean once the run is over."""
        if focus is None:
            return NO_RUN
        samples = focus.samples
        if samples.steps == 0:
            return no_step(focus)
        final = _METRIC.of(focus)
        if focus.state.over and final.value is not None:
            detail = _lost(focus) or "mean of the last finished epoch"
            return Headline(final.text(), detail, final.provenance())
        if len(samples.losses) == 0:
            return Headline("not measured", "the loss was not read yet")
        last = _METRIC.found(float(samples.losses[-1]), focus)
        epoch = max(int(np.searchsorted(samples.epoch_starts, samples.loss_steps[-1])), 1)
        when = "last reading" if focus.state.over else "now"
        detail = _lost(focus) or f"{when}: mean of epoch {epoch} so far"
        return Headline(last.text(), detail, last.provenance())

    def info(
        self, runs: Sequence[Run], focus: Run | None, x_axis: XAxis, seen: Seen | None = None
    ) -> LossInfo:
        """Readings and epoch means of each run that has them."""
        lines = ((run, *self._lines.get(run, x_axis, seen)) for run in runs)
        means = ((run, *self._means.get(run, x_axis, seen)) for run in runs)
        return LossInfo(
            curves=tuple(make_curve(run, focus, x, y) for run, x, y in lines if len(x)),
            warm_up=warm_up(runs, focus, x_axis),
            traced=traced(runs, focus, x_axis),
            epoch_means=tuple(make_curve(run, focus, x, y) for run, x, y in means if len(x)),
        )

    def draw(self, info: LossInfo, item: pg.PlotItem, theme: Theme) -> None:
        """Lines of readings, dots for whole epochs."""
        canvas = Canvas.of(item)
        canvas.begin()
        draw_curves(canvas, info.curves, theme)
        for curve in info.epoch_means:
            pen = run_pen(theme, curve.colour, 1.0)
            z = FOCUS_Z + 1 if curve.focus else LINE_Z + 1
            canvas.points(f"{curve.run_id} epochs", curve.x, curve.y, pen.color(), z=z)
        canvas.shades(info.warm_up, info.traced, theme)
        canvas.end()

    def y_range(self, info: LossInfo, x_min: float, x_max: float) -> tuple[float, float]:
        """All that is seen, with a little room."""
        extent = info.y_extent(x_min, x_max)
        if extent is None:
            return 0.0, 1.0
        low, high = extent
        room = 0.08 * (high - low) or 0.05 * abs(high) or 0.5
        return low - room, high + room


def _lost(run: Run) -> str:
    """Since when the loss is no number: a line merely ends there."""
    lost = not_finite(run)
    return "" if lost is None or lost.recovered else lost.when()


def _readings(run: Run, x_axis: XAxis, seen: Seen | None = None) -> tuple[FloatArray, FloatArray]:
    samples = run.samples
    if len(samples.losses) == 0 or samples.steps == 0:
        return np.empty(0), np.empty(0)
    kept = _thinned(samples.loss_steps, samples.losses, steps_within(run, x_axis, seen))
    return x_at(run, samples.loss_steps[kept], x_axis), samples.losses[kept]


def _epoch_means(
    run: Run, x_axis: XAxis, seen: Seen | None = None
) -> tuple[FloatArray, FloatArray]:
    samples = run.samples
    if samples.steps == 0 or not run.epoch_losses:
        return np.empty(0), np.empty(0)
    # An epoch without a mean is None, which NumPy takes for NaN.
    values = np.array(run.epoch_losses, np.float64)
    ends = np.append(samples.epoch_starts[1:], samples.steps)[: len(values)]
    kept = _thinned(ends, values[: len(ends)], steps_within(run, x_axis, seen))
    return x_at(run, ends[kept], x_axis), values[kept]


def _thinned(steps: IntArray, values: FloatArray, within: tuple[int, int] | None) -> IntArray:
    """Indices of the values to be drawn, ascending: few enough, with all peaks and the last."""
    kept = [_peaks(values, 0, len(values))]
    if within is not None:
        first, stop = np.searchsorted(steps, within)
        kept.append(_peaks(values, int(first), int(stop)))
    return np.unique(np.concatenate(kept))


def _peaks(values: FloatArray, first: int, stop: int) -> IntArray:
    """The least and the greatest of each of few, even groups of values, and the last value."""
    count = stop - first
    if count <= _MOST:
        return np.arange(first, stop)
    a_group = -(-count // (_MOST // 2 - 1))
    groups = count // a_group
    table = values[first : first + groups * a_group].reshape(groups, a_group)
    begins = first + a_group * np.arange(groups)
    # What is no number is neither the least nor the greatest, unless there is nothing else.
    least, greatest = (np.where(np.isnan(values), bound, values) for bound in (np.inf, -np.inf))
    low, high = (
        array[first : first + table.size].reshape(table.shape) for array in (least, greatest)
    )
    peaks = [begins + low.argmin(axis=1), begins + high.argmax(axis=1)]
    rest = np.arange(first + groups * a_group, stop)
    if len(rest):
        peaks += [rest[:1] + least[rest].argmin(), rest[:1] + greatest[rest].argmax(), rest[-1:]]
    return np.concatenate((*peaks, [stop - 1]))
