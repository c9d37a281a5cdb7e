"""Repeats that lie far from the others of their configuration: pointed out, never left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LEAST_VALUES = 4
"""With fewer, nothing can be said to lie far from the others."""
_FAR = 3.5
_LEAST_PERCENT = 10.0


@dataclass(frozen=True)
class Outlier:
    """One of several figures that should be alike.

    Attributes:
        index: Which one.
        value: The figure.
        median: The median of all of them.
    """

    index: int
    value: float
    median: float


def outliers(values: Sequence[float | None]) -> tuple[Outlier, ...]:
    """Figures whose logarithm lies far from the median, by the modified z-score.

    0.6745 |x - median| / MAD above 3.5 (Iglewicz and Hoaglin, "How to Detect and Handle
    Outliers", 1993), and at least 10 % from the median: where repeats agree closely, next to
    nothing would otherwise be far.

    Args:
        values: Positive figures; None where there is none. With fewer than four, none is far.
    """
    known = [
        (index, value) for index, value in enumerate(values) if value is not None and value > 0
    ]
    if len(known) < LEAST_VALUES:
        return ()
    logs = np.log([value for _, value in known])
    middle = float(np.median(logs))
    away = np.abs(logs - middle)
    spread = float(np.median(away)) / 0.6745
    limit = max(_FAR * spread, float(np.log1p(_LEAST_PERCENT / 100)))
    return tuple(
        Outlier(index, value, float(np.exp(middle)))
        for (index, value), far in zip(known, away, strict=True)
        if far > limit
    )
