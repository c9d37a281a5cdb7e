"""What repeats scatter by, taken from all configurations together, and what knobs explain.

A single configuration is repeated a few times: by itself that says next to nothing about how
much its figure scatters. As in an analysis of variance the scatter is taken from the repeats of
all configurations together, and only from how the repeats of one configuration differ: never
from differences that settings make.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.metrics.metric import Metric
from core.model.kinds import Value
from core.statistics import ERROR_RATE, f_quantile, t_quantile

_NEXT_TO_NOTHING = 0.02
_NEXT_TO_NOTHING_POINTS = 1.0


@dataclass(frozen=True)
class Scatter:
    """How much repeats scatter.

    Attributes:
        squares: Sum of squares within configurations, on the scale of the metric (see ``logs``).
        degrees: Degrees of freedom: runs less configurations.
    """

    squares: float
    degrees: int

    @property
    def deviation(self) -> float | None:
        """Standard deviation of one run; None where nothing was repeated."""
        return math.sqrt(self.squares / self.degrees) if self.degrees else None

    def half_width(self, *repeats: int) -> float | None:
        """Half of the 95 % interval of a mean of configuration means, by Student's t.

        Args:
            repeats: Runs of each configuration that the mean is taken over.

        Returns:
            None where nothing was repeated.
        """
        if self.deviation is None or not repeats:
            return None
        error = math.sqrt(sum(1 / count for count in repeats)) / len(repeats)
        return self._quantile * self.deviation * error

    @cached_property
    def _quantile(self) -> float:
        return t_quantile(1 - ERROR_RATE / 2, self.degrees)


def scatter_of(groups: Sequence[Sequence[float]]) -> Scatter:
    """The scatter of the repeats of configurations; each group is one configuration."""
    arrays = [np.asarray(group, float) for group in groups if len(group)]
    return Scatter(
        sum(float(((array - array.mean()) ** 2).sum()) for array in arrays),
        sum(len(array) - 1 for array in arrays),
    )


@dataclass(frozen=True)
class Influence:
    """How much a knob matters.

    Attributes:
        key: The knob.
        share: Of the differences of the metric (of log throughput, ...) that it explains by
            itself, 0 to 1.
        told_from_noise: Whether that is more than repeats differ by; None without repeats.
    """

    key: str
    share: float
    told_from_noise: bool | None

    @property
    def verdict(self) -> str:
        """The same in words: in the words of a comparison's verdict."""
        if self.told_from_noise is None:
            return "not repeated"
        return "measurable difference" if self.told_from_noise else "no measurable difference"


def main_effects(
    keys: Sequence[str],
    settings: Sequence[Mapping[str, Value]],
    means: Sequence[float],
    repeats: Sequence[int],
    scatter: Scatter,
) -> tuple[Influence, ...]:
    """Main effects of an analysis of variance, the greatest first; empty where nothing differs.

    The share is the sum of squares between the values of a knob over that of all configurations:
    over a whole grid the knobs' shares and that of their interplay add up to 1. Whether it can be
    told from noise is an F test against how the repeats of a configuration differ, the error rate
    shared out over the knobs.

    Args:
        keys: The knobs.
        settings: Of each configuration.
        means: The metric of each, on the scale on which its repeats scatter.
        repeats: Runs of each.
        scatter: How much these differ within configurations.
    """
    values = np.asarray(means, float)
    total = float(((values - values.mean()) ** 2).sum()) if len(values) else 0.0
    if total <= 0:
        return ()
    shares = []
    for key in keys:
        levels = dict.fromkeys(setting[key] for setting in settings)
        between = of_runs = 0.0
        for level in levels:
            chosen = [index for index, point in enumerate(settings) if point[key] == level]
            effect = float(values[chosen].mean() - values.mean())
            between += len(chosen) * effect**2
            of_runs += sum(repeats[index] for index in chosen) * effect**2
        measurable = None
        if scatter.degrees and len(levels) > 1:
            limit = f_quantile(1 - ERROR_RATE / len(keys), len(levels) - 1, scatter.degrees)
            measurable = of_runs / (len(levels) - 1) > limit * scatter.squares / scatter.degrees
        shares.append(Influence(key, min(between / total, 1.0), measurable))
    return tuple(sorted(shares, key=lambda influence: -influence.share))


def is_whole_grid(keys: Sequence[str], settings: Sequence[Mapping[str, Value]]) -> bool:
    """Whether each value of each knob was measured with all values of the others."""
    levels = [len({setting[key] for setting in settings}) for key in keys]
    return math.prod(levels) == len({tuple(setting[key] for key in keys) for setting in settings})


def influence_sentence(
    metric: Metric,
    influence: Sequence[Influence],
    figures: Sequence[float],
    over: str,
    *,
    whole: bool = True,
) -> str:
    """Which knob mattered most, in words.

    Args:
        metric: What it is about.
        influence: The knobs, the greatest first.
        figures: The metric of each configuration, in its unit.
        over: What the configurations are, such as "what was swept".
        whole: Whether they are a whole grid; else one knob's share overlaps with the others'.
    """
    if len(figures) < 2:
        return "Fewer than two configurations were measured: nothing can be said of the knobs yet."
    alike = _alike(metric, figures)
    if not influence or alike:
        within = alike or _within(metric)
        what = "equally fast" if metric.unit == "examples/s" else f"alike in {metric.label}"
        return f"No knob mattered: all configurations were {what} within {within}."
    first, *others = influence
    rest = ", ".join(f"{other.key} {100 * other.share:.0f} %" for other in others)
    beside = f" ({rest})" if rest else ""
    explains = (
        f"explains {100 * first.share:.0f} % of the differences in {metric.label} over "
        f"{over}{beside}"
    )
    if not whole:
        return (
            f"{first.key} {explains}. What was measured is no whole grid, so that cannot be told "
            "apart from what the other knobs did."
        )
    if first.told_from_noise:
        return f"{first.key} mattered most: by itself it {explains}."
    if first.told_from_noise is None:
        return (
            f"{first.key} {explains}. With one run of each, nobody knows whether that is a "
            "measurable difference: repeat them."
        )
    return (
        f"No knob makes a measurable difference; {first.key} {explains}. More repeats, or longer "
        "runs, would show."
    )


def _within(metric: Metric) -> str:
    if metric.unit == "%":
        return f"{_NEXT_TO_NOTHING_POINTS:g} point"
    return f"{100 * _NEXT_TO_NOTHING:g} %"


def _alike(metric: Metric, figures: Sequence[float]) -> str:
    """Within what all figures are alike, where that is next to nothing; else empty."""
    low, high = min(figures), max(figures)
    if metric.unit == "%":
        alike = high - low < _NEXT_TO_NOTHING_POINTS
    elif low > 0:
        alike = high / low - 1 < _NEXT_TO_NOTHING
    else:
        alike = high == low
    return _within(metric) if alike else ""
