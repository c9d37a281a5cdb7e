"""What came of a sweep: every configuration with its interval, and which knob mattered most."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.analysis.design import Axis
from core.analysis.doubts import doubts
from core.analysis.statistics import ERROR_RATE, f_quantile, t_quantile
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
class Influence:
    """How much a knob matters.

    Attributes:
        key: The knob.
        share: Of the differences in log throughput that it explains by itself, 0 to 1.
        told_from_noise: Whether that is more than repeats differ by; None without repeats.
    """

    key: str
    share: float
    told_from_noise: bool | None


@dataclass(frozen=True)
class SweepResult:
    """A sweep, the fastest configuration first.

    Attributes:
        axes: What was varied.
        points: What each configuration reached.
        influence: How much each knob matters, the greatest first; empty where nothing differs.
        sentence: The same in words.
    """

    axes: tuple[Axis, ...]
    points: tuple[PointResult, ...]
    influence: tuple[Influence, ...]
    sentence: str


def sweep_result(axes: Sequence[Axis], points: Sequence[Point]) -> SweepResult:
    """Put the runs of a sweep together; configurations without a figure come last."""
    found = sorted((_point(one) for one in points), key=lambda one: -(one.throughput.value or 0.0))
    influence = _influence(axes, found)
    return SweepResult(tuple(axes), tuple(found), influence, _sentence(influence, found))


def _point(point: Point) -> PointResult:
    runs = point.done
    values = _speeds(point)
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


def _influence(axes: Sequence[Axis], found: Sequence[PointResult]) -> tuple[Influence, ...]:
    """Main effects of an analysis of variance of log throughput.

    The share is the sum of squares between the values of a knob over that of all configurations:
    over a whole grid the knobs' shares and that of their interplay add up to 1. Whether it can be
    told from noise is an F test against how the repeats of a configuration differ, the error rate
    shared out over the knobs.
    """
    known = [one for one in found if one.throughput.value]
    means = np.array([math.log(one.throughput.value or 1.0) for one in known])
    repeats = [np.log(_speeds(one.point)) for one in known]
    total = float(((means - means.mean()) ** 2).sum()) if len(means) else 0.0
    if total <= 0:
        return ()
    noise = sum(float(((logs - logs.mean()) ** 2).sum()) for logs in repeats)
    degrees = sum(len(logs) - 1 for logs in repeats)
    shares = []
    for axis in axes:
        values = [one.point.settings[axis.key] for one in known]
        levels = dict.fromkeys(values)
        between = of_runs = 0.0
        for value in levels:
            chosen = [index for index, other in enumerate(values) if other == value]
            effect = float(means[chosen].mean() - means.mean())
            between += len(chosen) * effect**2
            of_runs += sum(len(repeats[index]) for index in chosen) * effect**2
        told = None
        if degrees and len(levels) > 1:
            limit = f_quantile(1 - ERROR_RATE / len(axes), len(levels) - 1, degrees)
            told = of_runs / (len(levels) - 1) > limit * noise / degrees
        shares.append(Influence(axis.key, min(between / total, 1.0), told))
    return tuple(sorted(shares, key=lambda one: -one.share))


def _speeds(point: Point) -> list[float]:
    return [value for run in point.done if (value := THROUGHPUT.of(run).value)]


def _sentence(influence: Sequence[Influence], found: Sequence[PointResult]) -> str:
    known = [one.throughput.value for one in found if one.throughput.value]
    if not influence or max(known) / min(known) - 1 < _NEXT_TO_NOTHING:
        return "No knob mattered: all configurations were equally fast within 2 %."
    first, *others = influence
    rest = ", ".join(f"{one.key} {100 * one.share:.0f} %" for one in others)
    beside = f" ({rest})" if rest else ""
    explains = (
        f"explains {100 * first.share:.0f} % of the differences in throughput over what was "
        f"swept{beside}"
    )
    if first.told_from_noise:
        return f"{first.key} mattered most: by itself it {explains}."
    if first.told_from_noise is None:
        return (
            f"{first.key} {explains}. With one run of each that cannot be told from noise: "
            "repeat them."
        )
    return (
        f"No knob's effect can be told from how the repeats differ; {first.key} {explains}. More "
        "repeats, or longer runs, would show."
    )
