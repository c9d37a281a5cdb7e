"""Numbers that every plot over the course of runs has in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np

from core.metrics.accounting import steady_start
from core.metrics.series import Series, series
from core.metrics.x_axis import XAxis, step_at, x_at
from core.model.measured.samples import FloatArray, IntArray
from core.model.run import Run

_CACHED_RUNS = 256

Seen = tuple[float, float]
"""The part of the x axis that is looked at closely."""


@dataclass(frozen=True, eq=False)
class Curve:
    """One run's line.

    Attributes:
        run_id: Id of the run.
        name: Its name.
        colour: Its index into the palette of runs.
        focus: Whether headlines speak of it.
        x: Positions, ascending, shape ``(points,)``.
        y: Values, shape ``(points,)``.
    """

    run_id: str
    name: str
    colour: int
    focus: bool
    x: FloatArray
    y: FloatArray

    def at(self, x: float) -> float | None:
        """The last value at or before a position; None outside the line or where it is NaN."""
        if len(self.x) == 0 or not self.x[0] <= x <= self.x[-1]:
            return None
        value = float(self.y[np.searchsorted(self.x, x, side="right") - 1])
        return value if np.isfinite(value) else None


@dataclass(frozen=True, eq=False)
class CurvesInfo:
    """What a plot shows.

    Attributes:
        curves: One line per run; a run without anything to show has none.
        warm_up: From where to where the run in focus warms up; None where it does not.
        traced: From where to where it was traced; None where it was not.
    """

    curves: tuple[Curve, ...]
    warm_up: tuple[float, float] | None
    traced: tuple[float, float] | None = field(default=None, kw_only=True)

    @property
    def focus(self) -> Curve | None:
        """The line of the run in focus."""
        return next((curve for curve in self.curves if curve.focus), None)

    def y_extent(self, x_min: float, x_max: float) -> tuple[float, float] | None:
        """Least and greatest finite value seen between two positions; None for none."""
        seen = [_within(curve, x_min, x_max) for curve in self.curves]
        values = np.concatenate([part[np.isfinite(part)] for part in seen] or [np.empty(0)])
        return (float(values.min()), float(values.max())) if len(values) else None


@dataclass(frozen=True, eq=False)
class Binned:
    """A run's steps in bins, and where the bins' edges are on the x axis, ``(bins + 1,)``."""

    edges: FloatArray
    series: Series


T = TypeVar("T")


class RunCache(Generic[T]):
    """Keeps what was computed of a run until the run has something new.

    Runs that are over are computed once for each x axis. What was cached is the same object
    again, so that ``draw`` can see that nothing changed.
    """

    def __init__(self, compute: Callable[..., T]) -> None:
        """Make a cache.

        Args:
            compute: Takes a run, what the x axis counts and, where only a part of it is looked
                at, that part.
        """
        self._compute = compute
        self._known: dict[tuple[str, XAxis], tuple[tuple[object, ...], T]] = {}

    def get(self, run: Run, x_axis: XAxis, seen: Seen | None = None) -> T:
        """What ``compute`` makes of the run as it stands."""
        stamp = (
            run.samples.steps,
            len(run.samples.losses),
            len(run.epoch_losses),
            len(run.resources),
            seen,
        )
        known = self._known.get((run.id, x_axis))
        if known is not None and known[0] == stamp:
            return known[1]
        if known is None and len(self._known) >= _CACHED_RUNS:
            self._known.pop(next(iter(self._known)))
        result = self._compute(run, x_axis, *([] if seen is None else [seen]))
        self._known[run.id, x_axis] = (stamp, result)
        return result


def _bin_run(run: Run, x_axis: XAxis, seen: Seen | None = None) -> Binned:
    binned = series(run.samples, within=steps_within(run, x_axis, seen))
    if run.samples.steps == 0:
        return Binned(np.empty(0), binned)
    ends: IntArray = np.append(np.int64(0), binned.step)
    return Binned(x_at(run, ends, x_axis), binned)


_binned = RunCache(_bin_run)


def binned(run: Run, x_axis: XAxis, seen: Seen | None = None) -> Binned:
    """The bins of a run, finer in the part that is looked at; plots share them."""
    return _binned.get(run, x_axis, seen)


def steps_within(run: Run, x_axis: XAxis, seen: Seen | None) -> tuple[int, int] | None:
    """From which step to before which one a part of the x axis reaches; None for all or none."""
    if seen is None or run.samples.steps == 0:
        return None
    begin, end = x_at(run, np.array([0, run.samples.steps]), x_axis)
    if seen[1] <= begin or seen[0] >= end:
        return None
    first, last = (step_at(run, min(max(x, begin), end), x_axis) for x in seen)
    return first or 0, run.samples.steps if last is None else last + 1


def stepped(edges: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """A line that is level over each bin: a bin's value is the mean of all of it.

    Args:
        edges: Shape ``(bins + 1,)``.
        values: Shape ``(bins,)``.

    Returns:
        x and y, both of shape ``(2 * bins,)``.
    """
    return np.repeat(edges, 2)[1:-1], np.repeat(values, 2)


def make_curve(run: Run, focus: Run | None, x: FloatArray, y: FloatArray) -> Curve:
    """The line of a run, with the name and colour that it has now."""
    is_focus = focus is not None and run.id == focus.id
    return Curve(run.id, run.name, run.label.colour, is_focus, x, y)


def warm_up(runs: Sequence[Run], focus: Run | None, x_axis: XAxis) -> tuple[float, float] | None:
    """Where the run in focus warms up; None where it does not or is not among the runs."""
    if focus is None or all(run.id != focus.id for run in runs):
        return None
    stop = steady_start(focus)
    if stop == 0:
        return None
    begin, end = x_at(focus, np.array([0, stop]), x_axis)
    return float(begin), float(end)


def traced(runs: Sequence[Run], focus: Run | None, x_axis: XAxis) -> tuple[float, float] | None:
    """Where steps of the run in focus were traced; None where none were."""
    if focus is None or all(run.id != focus.id for run in runs):
        return None
    tracing, steps = focus.tracing, focus.samples.steps
    if tracing is None or not tracing.steps or tracing.first >= steps:
        return None
    stop = min(tracing.stop, steps)
    begin, end = x_at(focus, np.array([tracing.first, stop]), x_axis)
    return float(begin), float(end)


def x_extent(infos: Sequence[CurvesInfo]) -> tuple[float, float] | None:
    """From the first to the last position of all lines; None where there is none."""
    lines = [curve.x for info in infos for curve in info.curves if len(curve.x)]
    if not lines:
        return None
    return float(min(x[0] for x in lines)), float(max(x[-1] for x in lines))


def looked_at(view: tuple[float, float], extent: tuple[float, float] | None) -> Seen | None:
    """The part of the x axis to be shown in more detail; None where the view shows most of it.

    It reaches a little beyond the view and goes by steps of about a third of it, so that what
    was computed of it serves while the view moves a little.
    """
    if extent is None:
        return None
    width, whole = view[1] - view[0], extent[1] - extent[0]
    if not 0 < width < 0.6 * whole:
        return None
    a_step = 2.0 ** np.floor(np.log2(width)) / 2
    first, last = np.floor(np.array(view) / a_step)
    return float((first - 1) * a_step), float((last + 2) * a_step)


def _within(curve: Curve, x_min: float, x_max: float) -> FloatArray:
    if len(curve.x) == 0 or curve.x[-1] < x_min or curve.x[0] > x_max:
        return curve.y[:0]
    # One point more on either side: the line reaches in from there.
    first = max(int(np.searchsorted(curve.x, x_min)) - 1, 0)
    last = int(np.searchsorted(curve.x, x_max, side="right")) + 1
    return curve.y[first:last]
