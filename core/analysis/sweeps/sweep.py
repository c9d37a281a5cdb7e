"""What came of a sweep: every configuration with its interval, and which knob mattered most."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.analysis.doubts.catalogue import doubts
from core.analysis.numbers.pooling import pooled
from core.analysis.numbers.variance import (
    Influence,
    Scatter,
    influence_sentence,
    is_whole_grid,
    main_effects,
    scatter_of,
)
from core.metrics.catalogue import metric
from core.model.experiment import Experiment, SweptKnob
from core.model.knob import Knob
from core.model.quantity import Quantity, emulated_in_all, not_measured
from core.model.run import Run, RunState
from core.model.settings import Settings
from core.model.turn import Place
from core.text.plural import plural

THROUGHPUT = metric("throughput_examples_per_s")
IDLE = metric("device_idle_percent")


@dataclass(frozen=True)
class Point:
    """One configuration of a sweep, and its runs so far."""

    settings: Settings
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class PointResult:
    """What a configuration reached.

    Attributes:
        point: The configuration.
        counted: Its runs that count: done, in the environment of most.
        throughput: Geometric mean over them.
        low: Lower end of the 95 % interval of that mean; None where no configuration has two
            runs. What repeats scatter by is taken from all configurations together, as in an
            analysis of variance: two repeats by themselves say next to nothing of it.
        high: Upper end.
        idle: Mean device idle.
        doubts: Keys of what is doubtful about some of its runs.
    """

    point: Point
    counted: tuple[Run, ...]
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
        influence: How much each knob matters, the greatest first; empty where nothing differs.
        sentence: The same in words.
        notes: What is to be known beside the numbers.
    """

    axes: tuple[SweptKnob, ...]
    points: tuple[PointResult, ...]
    influence: tuple[Influence, ...]
    sentence: str
    notes: tuple[str, ...] = ()

    @property
    def knobs(self) -> Mapping[str, Knob]:
        """The knobs of its workload by id."""
        return self.points[0].point.settings.chain.knobs if self.points else {}


def sweep_of(experiment: Experiment, runs: Mapping[Place, Run]) -> SweepResult:
    """What came of a sweep so far.

    Args:
        experiment: A sweep whose chain is known.
        runs: Its runs by their place.
    """
    points = [
        Point(
            settings,
            tuple(run for (_, place), run in sorted(runs.items(), key=_by_place) if place == which),
        )
        for which, settings in enumerate(experiment.configurations)
    ]
    return sweep_result(experiment.axes, points, planned=len(experiment.order))


def sweep_result(
    axes: Sequence[SweptKnob], points: Sequence[Point], *, planned: int | None = None
) -> SweepResult:
    """Put the runs of a sweep together; configurations without a figure come last.

    Args:
        axes: What was varied.
        points: Every configuration.
        planned: Runs that there are to be in the end, where that is known.
    """
    pool = pooled(run for point in points for run in point.runs)
    counted = [tuple(run for run in point.runs if pool.counts(run)) for point in points]
    noise = _noise(counted)
    results = [_point(point, runs, noise) for point, runs in zip(points, counted, strict=True)]
    results.sort(key=lambda point: -(point.throughput.value or 0.0))
    influence = _influence(axes, results, noise)
    ended = (RunState.DONE, RunState.FAILED)
    over = sum(run.state in ended for point in points for run in point.runs)
    notes = list(pool.notes())
    if planned is not None and over < planned:
        notes.insert(0, f"{over} of {planned} runs so far.")
    failed = sum(run.state is RunState.FAILED for run in pool.undone)
    if failed:
        notes.append(f"Not counted: {plural(failed, 'failed run')}.")
    known = [point for point in results if point.throughput.value]
    whole = is_whole_grid([axis.key for axis in axes], [point.point.settings for point in known])
    if influence and not whole:
        notes.append(
            "What was measured is no whole grid: what one knob explains overlaps with what others "
            "do, so the shares may come to more than 100 % together."
        )
    if noise.degrees:
        notes.append(
            "Intervals hold with 95 % confidence each; what repeats scatter by is taken from all "
            "configurations together."
        )
    return SweepResult(
        tuple(axes), tuple(results), influence, _sentence(influence, known, whole), tuple(notes)
    )


def _noise(counted: Sequence[Sequence[Run]]) -> Scatter:
    return scatter_of([[math.log(value) for value in _speeds(runs)] for runs in counted])


def _point(point: Point, runs: tuple[Run, ...], noise: Scatter) -> PointResult:
    values = _speeds(runs)
    idle = [value for run in runs if (value := IDLE.of(run).value) is not None]
    emulated = emulated_in_all(run.emulations for run in runs)
    low = high = None
    mean = not_measured(THROUGHPUT.unit, THROUGHPUT.source, "no run was done")
    if values:
        centre = float(np.log(values).mean())
        mean = Quantity(math.exp(centre), THROUGHPUT.unit, THROUGHPUT.source, emulated=emulated)
        half = noise.half_width(len(values))
        if half is not None:
            low, high = math.exp(centre - half), math.exp(centre + half)
    idle_mean = (
        Quantity(sum(idle) / len(idle), IDLE.unit, IDLE.source, emulated=emulated)
        if idle
        else not_measured(IDLE.unit, IDLE.source, "no run has it")
    )
    keys = dict.fromkeys(doubt.key for run in runs for doubt in doubts(run))
    return PointResult(point, runs, mean, low, high, idle_mean, tuple(keys))


def _by_place(item: tuple[Place, Run]) -> Place:
    return item[0]


def _influence(
    axes: Sequence[SweptKnob], results: Sequence[PointResult], noise: Scatter
) -> tuple[Influence, ...]:
    known = [point for point in results if point.throughput.value]
    return main_effects(
        [axis.key for axis in axes],
        [point.point.settings for point in known],
        [math.log(point.throughput.value or 1.0) for point in known],
        [len(_speeds(point.counted)) for point in known],
        noise,
    )


def _speeds(runs: Sequence[Run]) -> list[float]:
    return [value for run in runs if (value := THROUGHPUT.of(run).value)]


def _sentence(influence: Sequence[Influence], known: Sequence[PointResult], whole: bool) -> str:
    figures = [point.throughput.value for point in known if point.throughput.value]
    return influence_sentence(THROUGHPUT, influence, figures, "what was swept", whole=whole)
