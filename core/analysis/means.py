"""Means over the runs of a configuration, with how far they can be trusted."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from core.analysis.statistics import ERROR_RATE, t_quantile
from core.metrics.metric import Metric
from core.model.quantity import Quantity, not_measured
from core.model.run import Run


@dataclass(frozen=True)
class Spread:
    """A mean of repeats and its 95 % interval.

    Attributes:
        mean: Arithmetic mean.
        low: Lower end of the interval; None with fewer than two values.
        high: Upper end.
        count: How many values.
    """

    mean: float
    low: float | None
    high: float | None
    count: int


def spread(values: Sequence[float]) -> Spread | None:
    """Mean and Student-t interval of values that cannot be below 0; None of none.

    It is that of one configuration by itself. Whether two configurations differ is judged over
    pairs (``core.analysis.statistics``), not by whether such intervals overlap.
    """
    if not values:
        return None
    mean = float(np.mean(values))
    if len(values) == 1:
        return Spread(mean, None, None, 1)
    scatter = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    half = t_quantile(1 - ERROR_RATE / 2, len(values) - 1) * scatter
    return Spread(mean, max(mean - half, 0.0), mean + half, len(values))


def mean_of(metric: Metric, runs: Iterable[Run]) -> Quantity:
    """Arithmetic mean of a metric over those runs that have it, or why there is none."""
    found = [metric.of(run) for run in runs]
    known = [one for one in found if one.value is not None]
    if not known:
        reason = next((one.reason for one in found if one.reason), "no run was done")
        return not_measured(metric.unit, metric.source, reason)
    emulated = tuple(dict.fromkeys(word for one in known for word in one.emulated))
    mean = sum(one.value for one in known if one.value is not None) / len(known)
    return Quantity(mean, metric.unit, known[0].source, emulated=emulated)
