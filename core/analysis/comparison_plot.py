"""A comparison as it is drawn: every repeat in one metric, means with their intervals."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.analysis.comparison import Comparison, Configuration
from core.analysis.doubt import Doubt
from core.analysis.doubts import doubts
from core.analysis.means import is_geometric, spread
from core.analysis.outliers import outliers
from core.metrics.metric import Metric
from core.model.quantity import Quantity, significant
from core.model.run import Run

_SPREAD = 0.5
"""Repeats of a configuration stand over so much of the room between two configurations."""
_BESIDE = 0.4
"""The interval of the mean stands so far beside the middle of its configuration."""


class Mark(StrEnum):
    """What is to be known of a repeat at a glance, the gravest first."""

    WITHOUT = "no figure"
    APART = "not pooled"
    FAR = "far from the others"
    DOUBTFUL = "doubtful"
    COUNTED = "counts"


@dataclass(frozen=True)
class RepeatPoint:
    """One repeat of one configuration.

    Attributes:
        run_id: Id of its run.
        name: The run's name.
        colour: The run's index into the palette of runs.
        which: The configuration, from 0.
        repeat: Which repeat, from 0.
        x: Position: the configuration, and aside in the order of the repeats.
        y: The figure; None where there is none.
        mark: The gravest that is to be known of it.
        remarks: Everything that is, in sentences.
    """

    run_id: str
    name: str
    colour: int
    which: int
    repeat: int
    x: float
    y: float | None
    mark: Mark
    remarks: tuple[str, ...]

    @property
    def counts(self) -> bool:
        """Whether means and ratios contain it."""
        return self.mark not in (Mark.WITHOUT, Mark.APART)


@dataclass(frozen=True)
class ConfigurationMean:
    """The mean over the repeats of a configuration that count.

    Attributes:
        which: The configuration, from 0.
        x: Where its interval stands.
        mean: See ``core.analysis.means.is_geometric``.
        low: Lower end of its 95 % interval, Student's t; None with fewer than two repeats.
        high: Upper end.
        count: How many repeats.
    """

    which: int
    x: float
    mean: float
    low: float | None
    high: float | None
    count: int


@dataclass(frozen=True)
class RepeatsInfo:
    """Every repeat of a comparison in one metric.

    Attributes:
        metric: Which one.
        names: What the configurations are called, the baseline first; they stand at 0, 1, 2, ...
        points: One for each repeat that is over, by configuration and repeat.
        links: From each repeat that counts to the same repeat of the next configuration, which
            ran beside it: both ends as ``(x, y)``.
        means: One for each configuration that has a figure.
        source: Where the figures come from, with what was emulated.
    """

    metric: Metric
    names: tuple[str, ...]
    points: tuple[RepeatPoint, ...]
    links: tuple[tuple[tuple[float, float], tuple[float, float]], ...]
    means: tuple[ConfigurationMean, ...]
    source: str

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Those that occur."""
        return tuple(mark for mark in Mark if any(one.mark is mark for one in self.points))


def repeats_info(found: Comparison, metric: Metric) -> RepeatsInfo:
    """Every repeat of a comparison in one metric."""
    each = [_points(which, one, found, metric) for which, one in enumerate(found.configurations)]
    means = [_mean(metric, which, points) for which, points in enumerate(each)]
    provenance = dict.fromkeys(
        quantity.provenance()
        for one in found.configurations
        for run in one.repeats
        if run is not None and (quantity := metric.of(run)).value is not None
    )
    return RepeatsInfo(
        metric,
        tuple(one.name for one in found.configurations),
        tuple(point for points in each for point in points),
        _links(each),
        tuple(mean for mean in means if mean is not None),
        " / ".join(provenance),
    )


def _points(
    which: int, configuration: Configuration, found: Comparison, metric: Metric
) -> tuple[RepeatPoint, ...]:
    rounds = len(configuration.repeats)
    known = [
        (repeat, run, metric.of(run))
        for repeat, run in enumerate(configuration.repeats)
        if run is not None
    ]
    values = [_finite(one) if found.pool.counts(run) else None for _, run, one in known]
    medians = {one.index: one.median for one in outliers(values)}
    points = []
    for place, (repeat, run, quantity) in enumerate(known):
        y, doubtful = _finite(quantity), doubts(run)
        missing = quantity.reason if quantity.value is None else ""
        remarks = _remarks(run, found, missing, doubtful)
        mark = _mark(run, found, y, doubtful)
        if place in medians:
            median = f"{significant(medians[place])} {metric.unit}".rstrip()
            remarks = (f"Far from the others (median {median}); it counts.", *remarks)
            mark = Mark.FAR
        aside = (repeat - (rounds - 1) / 2) * _SPREAD / max(rounds - 1, 1)
        points.append(
            RepeatPoint(
                run.id,
                run.name,
                run.label.colour,
                which,
                repeat,
                which + aside,
                y,
                mark,
                remarks,
            )
        )
    return tuple(points)


def _finite(found: Quantity) -> float | None:
    return found.value if found.value is not None and math.isfinite(found.value) else None


def _mark(run: Run, found: Comparison, value: float | None, doubtful: Sequence[Doubt]) -> Mark:
    if value is None:
        return Mark.WITHOUT
    if not found.pool.counts(run):
        return Mark.APART
    return Mark.DOUBTFUL if doubtful else Mark.COUNTED


def _remarks(
    run: Run, found: Comparison, missing: str, doubtful: Sequence[Doubt]
) -> tuple[str, ...]:
    said = []
    if any(run.id == one.id for one in found.pool.undone):
        said.append(f"It {run.state} and counts for nothing.")
    said += [
        f"Another environment, not pooled: {reason}."
        for one, reason in found.pool.apart
        if one.id == run.id
    ]
    if missing:
        said.append(f"Not measured: {missing}.")
    return (*said, *(doubt.text for doubt in doubtful if doubt.key != "ended_early"))


def _mean(metric: Metric, which: int, points: Sequence[RepeatPoint]) -> ConfigurationMean | None:
    values = [one.y for one in points if one.counts and one.y is not None]
    found = spread(values, geometric=is_geometric(metric, values))
    if found is None:
        return None
    return ConfigurationMean(which, which + _BESIDE, found.mean, found.low, found.high, found.count)


def _links(
    each: Sequence[Sequence[RepeatPoint]],
) -> tuple[tuple[tuple[float, float], tuple[float, float]], ...]:
    found = []
    for left, right in itertools.pairwise(each):
        beside = {one.repeat: (one.x, one.y) for one in right if one.counts}
        for one in left:
            x, y = beside.get(one.repeat, (0.0, None))
            if one.counts and one.y is not None and y is not None:
                found.append(((one.x, one.y), (x, y)))
    return tuple(found)
