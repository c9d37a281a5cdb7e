"""A metric of runs, put together by configuration: what every plot against settings starts from."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from core.analysis.comparisons.knob_values import in_short, knob_name, varied
from core.analysis.numbers.variance import Scatter
from core.metrics.metric import Better, Metric
from core.model.kinds import Value
from core.model.knob import Knob
from core.model.quantity import significant
from core.model.run import Run

Frozen = tuple[tuple[str, Value], ...]
Texts = tuple[tuple[str, str], ...]
"""Knobs with their values in words."""

LEAST_DEGREES = 2
"""With fewer repeats there is no interval: it would be so wide that it says nothing."""


@dataclass(frozen=True)
class GroupReading:
    """The metric of one run.

    Attributes:
        run: The run.
        values: Its settings.
        value: The figure.
        excluded_reason: Why it is shown but does not count; empty if it counts.
    """

    run: Run
    values: Mapping[str, Value]
    value: float
    excluded_reason: str = ""


@dataclass(frozen=True)
class Mean:
    """A mean of the metric over configurations, each of which counts alike.

    Attributes:
        value: The mean: geometric where the metric is looked at by its logarithm.
        low: Lower end of the 95 % interval; None where too little was repeated.
        high: Upper end.
        configurations: How many it is taken over.
        run_ids: Their runs that count, in order.
    """

    value: float
    low: float | None
    high: float | None
    configurations: int
    run_ids: tuple[str, ...]


@dataclass(frozen=True)
class RunGroup:
    """Runs that share all settings and count, with their figures; at least one."""

    values: Mapping[str, Value]
    runs: tuple[Run, ...]
    figures: tuple[float, ...]

    @property
    def run_ids(self) -> tuple[str, ...]:
        """Ids of its runs."""
        return tuple(run.id for run in self.runs)

    @property
    def frozen(self) -> Frozen:
        """Its settings as a key."""
        return tuple(self.values.items())


@dataclass(frozen=True)
class RunGroups:
    """A metric of runs by configuration.

    Attributes:
        metric: The metric.
        knobs: The knobs of the workload by id.
        readings: Every run that has the figure, whether it counts or not, in the given order.
        groups: Those that count, put together: one for each configuration.
        logs: Whether means and scatter are taken over logarithms; see
            ``core.analysis.numbers.means.is_geometric``.
        scatter: How much repeats of a configuration differ, from all configurations together.
        left_out: Why runs are not shown, and how many for each reason.
        pool_notes: Which runs are shown but not pooled, in sentences.
        source: Where the figures come from, with what was emulated.
    """

    metric: Metric
    knobs: Mapping[str, Knob]
    readings: tuple[GroupReading, ...] = ()
    groups: tuple[RunGroup, ...] = ()
    logs: bool = True
    scatter: Scatter = field(default_factory=lambda: Scatter(0.0, 0))
    left_out: tuple[tuple[str, int], ...] = ()
    pool_notes: tuple[str, ...] = ()
    source: str = ""

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Knobs in which what is shown differs, in the order of the chain."""
        return tuple(varied(group_reading.values for group_reading in self.readings))

    @cached_property
    def varied_keys(self) -> tuple[str, ...]:
        """Knobs in which what counts differs."""
        return tuple(varied(group.values for group in self.groups))

    @property
    def good(self) -> str:
        """Which way the metric gets better, in words."""
        higher = self.metric.better is Better.HIGHER
        return "higher is better" if higher else "lower is better"

    @property
    def label(self) -> str:
        """The metric with its unit."""
        return (
            f"{self.metric.label} ({self.metric.unit})" if self.metric.unit else self.metric.label
        )

    def scaled(self, group: RunGroup) -> tuple[float, ...]:
        """The figures of a configuration on the scale on which they scatter."""
        return tuple(map(math.log, group.figures)) if self.logs else group.figures

    def mean(self, chosen: Sequence[RunGroup]) -> Mean:
        """The mean of configuration means, with what its repeats alone leave open."""
        means = [math.fsum(values) / len(values) for values in map(self.scaled, chosen)]
        centre = math.fsum(means) / len(means)
        half = None
        if self.scatter.degrees >= LEAST_DEGREES:
            half = self.scatter.half_width(*(len(group.figures) for group in chosen))
        back: Callable[[float], float] = math.exp if self.logs else float
        # A time, a share or a size is never below 0; a loss, which has no unit, may be.
        least = 0.0 if self.metric.unit and not self.logs else -math.inf
        return Mean(
            back(centre),
            None if half is None else back(max(centre - half, least)),
            None if half is None else back(centre + half),
            len(chosen),
            tuple(run_id for group in chosen for run_id in group.run_ids),
        )

    def number(self, value: float) -> str:
        """A figure with its unit."""
        return f"{significant(value)} {self.metric.unit}".rstrip()

    def interval(self, mean: Mean) -> str:
        """The 95 % interval of a mean in words; empty where there is none."""
        if mean.low is None or mean.high is None:
            return ""
        return f"{significant(mean.low)} to {self.number(mean.high)}"

    def described(self, values: Mapping[str, Value]) -> str:
        """In what a configuration differs from the others, in short."""
        return in_short(values, self.varied_keys, self.knobs)

    def texts(self, values: Mapping[str, Value], keys: Iterable[str]) -> Texts:
        """Some knobs with their values in words."""
        return tuple((self.name(key), self.knobs[key].format(values[key])) for key in keys)

    def name(self, key: str) -> str:
        """What a knob is called."""
        return knob_name(key, self.knobs.get(key))

    def notes(self) -> tuple[str, ...]:
        """Which runs do not count or are not there, and what the intervals are."""
        notes = [*self.pool_notes]
        if self.left_out:
            counted = ", ".join(f"{count} {reason}" for reason, count in self.left_out)
            notes.append(f"Left out: {counted}.")
        return tuple(notes)

    def interval_note(self) -> str:
        """What the intervals hold, or why there is none."""
        if not self.groups:
            return ""
        if not self.scatter.degrees:
            return "No settings were run twice, so nothing is known of noise: no interval."
        if self.scatter.degrees < LEAST_DEGREES:
            return "Only one repeat so far: too little is known of noise for an interval."
        mean = "geometric mean" if self.logs else "mean"
        return (
            f"Bars: 95 % interval of the {mean} (Student's t; what repeats scatter by is taken "
            "from all configurations together)."
        )
