"""Means over the runs of a configuration, with how far they can be trusted."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from core.metrics.metric import Metric
from core.model.quantity import Quantity, emulated_in_all, not_measured
from core.model.run import Run
from core.statistics import ERROR_RATE, t_quantile


@dataclass(frozen=True)
class Spread:
    """A mean of repeats and its 95 % interval.

    Attributes:
        mean: Geometric for rates, else arithmetic (``is_geometric``).
        low: Lower end of the interval; None with fewer than two values, and of values that are
            all the same (0, mostly): they say nothing of how far the next would be.
        high: Upper end.
        count: How many values.
    """

    mean: float
    low: float | None
    high: float | None
    count: int


def is_geometric(metric: Metric, values: Sequence[float] = ()) -> bool:
    """Whether repeats of a metric are averaged on the scale of logarithms.

    Rates are: so the ratio of two means is the mean of the ratios. Percentages, times and losses
    are not: their parts are to add up.

    Args:
        metric: Which one.
        values: The figures; one that is not positive has no logarithm.
    """
    return metric.unit == "examples/s" and all(value > 0 for value in values)


def spread(values: Sequence[float], *, geometric: bool = False) -> Spread | None:
    """Mean and Student-t interval of values that cannot be below 0; None of none.

    It is that of one configuration by itself. Whether two configurations differ is judged over
    pairs (``core.statistics``), not by whether such intervals overlap.
    """
    if not values:
        return None
    array = np.log(values) if geometric else np.asarray(values, float)
    mean = float(array.mean())
    if not math.isfinite(mean):
        # Of a loss that is NaN in one run there is no mean.
        return Spread(mean, None, None, len(values))
    scatter = float(array.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else 0.0
    if not scatter:
        return Spread(math.exp(mean) if geometric else mean, None, None, len(values))
    half = t_quantile(1 - ERROR_RATE / 2, len(values) - 1) * scatter
    if geometric:
        return Spread(math.exp(mean), math.exp(mean - half), math.exp(mean + half), len(values))
    return Spread(mean, max(mean - half, 0.0), mean + half, len(values))


def mean(metric: Metric, values: Sequence[float]) -> float:
    """The mean of figures of a metric, at least one."""
    if is_geometric(metric, values):
        return math.exp(float(np.mean(np.log(values))))
    return float(np.mean(values))


def mean_of(metric: Metric, runs: Iterable[Run]) -> Quantity:
    """Mean of a metric over those runs that have it (``is_geometric``), or why there is none."""
    quantities = [metric.of(run) for run in runs]
    known = [quantity for quantity in quantities if quantity.value is not None]
    if not known:
        reason = next(
            (quantity.reason for quantity in quantities if quantity.reason), "no run was done"
        )
        return not_measured(metric.unit, metric.source, reason)
    emulated = emulated_in_all(quantity.emulated for quantity in known)
    values = [quantity.value for quantity in known if quantity.value is not None]
    return Quantity(mean(metric, values), metric.unit, known[0].source, emulated=emulated)
