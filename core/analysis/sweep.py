"""What came of a sweep: every configuration with its interval, and which knob mattered most."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.analysis.design import Axis
from core.analysis.doubts import doubts
from core.analysis.statistics import ERROR_RATE, t_quantile
from core.metrics.catalogue import metric
from core.model.quantity import Quantity, not_measured
from core.model.run import Run, RunState
from core.model.settings import Settings

THROUGHPUT = metric("throughput_examples_per_s")
IDLE = metric("device_idle_percent")
_NEXT_TO_NOTHING = 0.02


@dataclass(frozen=True)
class Point:
    """One configuration of a sweep, and its runs so far."""

    settings: Settings
    runs: tuple[Run, ...]

    @property
    def done(self) -> tuple[Run, ...]:
        """The runs that count."""
        return tuple(run for run in self.runs if run.state is RunState.DONE)


@dataclass(frozen=True)
class PointResult:
    """What a configuration reached.

    Attributes:
        point: The configuration.
        throughput: Geometric mean over its repeats.
        low: Lower end of the 95 % interval of that mean; None with fewer than two repeats.
        high: Upper end.
        idle: Mean device idle.
        doubts: Keys of what is doubtful about some of its runs.
    """

    point: Point
    throughput: Quantity
    low: float | None
    high: float | None
    idle: Quantity
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class SweepResult:
    """A sweep, the fastest configuration first.

    Attributes:
        axes: What was varied.
        points: What each configuration reached.
        influence: Share of the differences in log throughput that each knob explains by itself,
            0 to 1, the greatest first; empty where there are none.
        sentence: The same in words.
    """

    axes: tuple[Axis, ...]
    points: tuple[PointResult, ...]
    influence: tuple[tuple[str, float], ...]
    sentence: str


def sweep_result(axes: Sequence[Axis], points: Sequence[Point]) -> SweepResult:
    """Put the runs of a sweep together; configurations without a figure come last."""
    found = sorted((_point(one) for one in points), key=lambda one: -(one.throughput.value or 0.0))
    influence = _influence(axes, found)
    return SweepResult(tuple(axes), tuple(found), influence, _sentence(influence, found))


def _point(point: Point) -> PointResult:
    runs = point.done
    values = [value for run in runs if (value := THROUGHPUT.of(run).value)]
    idle = [value for run in runs if (value := IDLE.of(run).value) is not None]
    emulated = runs[0].emulations if runs else ()
    low = high = None
    mean = not_measured(THROUGHPUT.unit, THROUGHPUT.source, "no run was done")
    if values:
        logs = np.log(values)
        centre = float(logs.mean())
        mean = Quantity(math.exp(centre), THROUGHPUT.unit, THROUGHPUT.source, emulated=emulated)
        if len(values) > 1:
            spread = float(logs.std(ddof=1)) / math.sqrt(len(values))
            half = t_quantile(1 - ERROR_RATE / 2, len(values) - 1) * spread
            low, high = math.exp(centre - half), math.exp(centre + half)
    idle_mean = (
        Quantity(sum(idle) / len(idle), IDLE.unit, IDLE.source, emulated=emulated)
        if idle
        else not_measured(IDLE.unit, IDLE.source, "no run has it")
    )
    keys = dict.fromkeys(doubt.key for run in runs for doubt in doubts(run))
    return PointResult(point, mean, low, high, idle_mean, tuple(keys))


def _influence(axes: Sequence[Axis], found: Sequence[PointResult]) -> tuple[tuple[str, float], ...]:
    """Sum of squares between the values of a knob over that of all configurations.

    The main effect of an analysis of variance; over a whole grid the knobs' shares and that of
    their interplay add up to 1.
    """
    known = [one for one in found if one.throughput.value]
    logs = np.array([math.log(one.throughput.value or 1.0) for one in known])
    total = float(((logs - logs.mean()) ** 2).sum()) if len(logs) else 0.0
    if total <= 0:
        return ()
    shares = []
    for axis in axes:
        values = [one.point.settings[axis.key] for one in known]
        between = 0.0
        for value in dict.fromkeys(values):
            group = logs[[other == value for other in values]]
            between += len(group) * float(group.mean() - logs.mean()) ** 2
        shares.append((axis.key, min(between / total, 1.0)))
    return tuple(sorted(shares, key=lambda share: -share[1]))


def _sentence(influence: Sequence[tuple[str, float]], found: Sequence[PointResult]) -> str:
    known = [one.throughput.value for one in found if one.throughput.value]
    if not influence or max(known) / min(known) - 1 < _NEXT_TO_NOTHING:
        return "No knob mattered: all configurations were equally fast within 2 %."
    key, share = influence[0]
    rest = ", ".join(f"{other} {100 * part:.0f} %" for other, part in influence[1:])
    beside = f" ({rest})" if rest else ""
    return (
        f"{key} mattered most: by itself it explains {100 * share:.0f} % of the differences in "
        f"throughput over what was swept{beside}."
    )
