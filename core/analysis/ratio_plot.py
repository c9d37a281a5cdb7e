"""The ratios of a comparison as they are drawn: all on one axis, with the ticks of that axis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from core.analysis.comparison import Comparison
from core.analysis.statistics import SAME_WITHIN, Verdict
from core.metrics.metric import Metric
from core.model.plural import plural
from core.model.quantity import significant

BAND = (1.0 / (1.0 + SAME_WITHIN), 1.0 + SAME_WITHIN)
"""Ratios within it are no measurable difference."""
_ROOM = 1.1
_MOST_BEYOND = 4.0
"""An interval that reaches further is cut off: two pairs can give one from 0.001 to 1000."""
_TICKS = (
    *(0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.33, 0.5, 0.67, 0.8, 0.9, 0.95),
    *(1.0, 1.05, 1.1, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0, 1000.0),
)


@dataclass(frozen=True)
class RatioPoint:
    """One configuration over the baseline.

    Attributes:
        which: The configuration, from 1.
        name: What it is called.
        ratio: Geometric mean of the pairs' ratios; None where there is none.
        low: Lower end of its interval; None with fewer than two pairs.
        high: Upper end.
        settled: Whether it has a verdict: different, or not measurably so.
        verdict: In a word or two.
        pairs: How many.
    """

    which: int
    name: str
    ratio: float | None
    low: float | None
    high: float | None
    settled: bool
    verdict: str
    pairs: int

    def figures(self) -> str:
        """``1.48 [1.40, 1.57]``."""
        if self.ratio is None:
            return "no ratio"
        if self.low is None or self.high is None:
            return significant(self.ratio)
        return f"{significant(self.ratio)} [{significant(self.low)}, {significant(self.high)}]"

    def words(self) -> str:
        """``faster, 5 pairs``."""
        if self.ratio is None:
            return "no pair has both figures above 0"
        return f"{self.verdict}, {plural(self.pairs, 'pair')}"


@dataclass(frozen=True)
class RatiosInfo:
    """All ratios of a comparison in one metric.

    Attributes:
        baseline: What the first configuration is called.
        points: One for each other configuration.
        confidence_percent: Of each interval.
    """

    baseline: str
    points: tuple[RatioPoint, ...]
    confidence_percent: float

    def axis_range(self) -> tuple[float, float]:
        """From which to which ratio the axis leads: 1, the band and all ratios are within it."""
        low, high = BAND
        for one in self.points:
            if one.ratio is None:
                continue
            low = min(low, max(one.low or one.ratio, one.ratio / _MOST_BEYOND))
            high = max(high, min(one.high or one.ratio, one.ratio * _MOST_BEYOND))
        return low / _ROOM, high * _ROOM


def ratios_info(found: Comparison, metric: Metric) -> RatiosInfo:
    """The ratio of each other configuration to the baseline in one metric."""
    result = next(one for one in found.results if one.metric.key == metric.key)
    names = [one.name for one in found.configurations]
    points = []
    for index, (name, ratio) in enumerate(zip(names[1:], result.ratios, strict=True)):
        points.append(
            RatioPoint(
                index + 1,
                name,
                ratio.ratio if ratio else None,
                ratio.low if ratio else None,
                ratio.high if ratio else None,
                ratio is not None and ratio.verdict is not Verdict.OPEN,
                result.verdict(index),
                ratio.pairs if ratio else 0,
            )
        )
    return RatiosInfo(names[0], tuple(points), 100.0 * (1.0 - found.schedule.error_rate))


def ratio_ticks(low: float, high: float, room: int) -> tuple[float, ...]:
    """Ratios to be written along an axis of logarithms; 1 is always among them.

    Args:
        low: Where the axis begins; above 0 and below 1.
        high: Where it ends; above 1.
        room: How many numbers fit side by side along the whole axis.
    """
    least = (math.log(high) - math.log(low)) / max(room, 1)
    kept = [1.0]
    # From 1 outwards: those close to it say the most.
    for one in sorted(_within(low, high), key=lambda one: abs(math.log(one))):
        if all(abs(math.log(one) - math.log(other)) >= least for other in kept):
            kept.append(one)
    return tuple(sorted(kept))


def _within(low: float, high: float) -> Sequence[float]:
    return [one for one in _TICKS if low <= one <= high]
