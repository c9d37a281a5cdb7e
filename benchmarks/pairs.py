"""Ratios from interleaved pairs: the only sound measure on a machine that drifts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Ratio:
    """A median ratio with its interval.

    Attributes:
        median: Median of the ratios of the pairs.
        low: Lower end of the interval that holds the true median with at least 95 % confidence.
        high: Upper end.
        pairs: How many pairs.
    """

    median: float
    low: float
    high: float
    pairs: int

    def __str__(self) -> str:
        return f"{self.median:.3f} [{self.low:.3f}, {self.high:.3f}] over {self.pairs} pairs"


def interleaved(
    first: Callable[[], float], second: Callable[[], float], pairs: int
) -> tuple[list[float], list[float]]:
    """Measure two things in turn, in balanced order: A B, B A, A B, ...

    Returns:
        The figures of the first and of the second, pair by pair.
    """
    figures: tuple[list[float], list[float]] = ([], [])
    for pair in range(pairs):
        for which in (0, 1) if pair % 2 == 0 else (1, 0):
            figures[which].append((first, second)[which]())
    return figures


def ratio(above: Sequence[float], below: Sequence[float]) -> Ratio:
    """Median of ``above[i] / below[i]`` with a distribution-free 95 % interval.

    The interval is the one of the sign test: order statistics by the binomial distribution.
    With fewer than six pairs no such interval reaches 95 %; it is then the whole range.
    """
    ratios = sorted(a / b for a, b in zip(above, below, strict=True))
    count = len(ratios)
    # From the rank-th smallest to the rank-th largest misses with 2 P(at most rank - 1 heads).
    rank = 0
    while 2 * _at_most(rank, count) <= 0.05:
        rank += 1
    rank = max(rank, 1)
    return Ratio(median(ratios), ratios[rank - 1], ratios[count - rank], count)


def _at_most(heads: int, count: int) -> float:
    """Chance that a fair coin thrown ``count`` times shows at most so many heads."""
    return sum(math.comb(count, k) for k in range(heads + 1)) / 2.0**count
