"""A metric of runs against one of their knobs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.metrics.metric import Metric
from core.model.kinds import AUTOTUNE, OFF, Value
from core.model.knob import Knob
from core.model.run import Run, RunState

_SPREAD = 0.5
"""Runs that share a value stand side by side over so much of the room between two values."""


@dataclass(frozen=True)
class Candidate:
    """A run and the value of each of its knobs, with those that it did not have at default."""

    run: Run
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Point:
    """One run in the plot.

    Attributes:
        run_id: Id of the run.
        name: Its name.
        colour: Its index into the palette of runs.
        x: Position: the index of its value, and a little to the side where others share it.
        y: The metric.
        value: The knob's value as tables show it.
        others: Knobs in which the runs of the plot differ besides, as ``key value``.
    """

    run_id: str
    name: str
    colour: int
    x: float
    y: float
    value: str
    others: tuple[str, ...]


@dataclass(frozen=True)
class Mean:
    """The mean of several runs that share a value, at the position ``x`` of that value."""

    x: float
    y: float
    runs: int


@dataclass(frozen=True)
class AgainstInfo:
    """What the plot shows.

    Attributes:
        ticks: The values that occur, in order; their positions are 0, 1, 2, ...
        points: One per run, by value and then in the order of the runs.
        means: One per value that several runs share.
        left_out: Why runs are not in the plot, and how many for each reason.
        also_differ: Other knobs in which the runs differ.
        unlike: Whether runs were measured on unlike machines or versions; then no mean is drawn.
        source: Where the figures come from, with what was emulated.
    """

    ticks: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    means: tuple[Mean, ...] = ()
    left_out: tuple[tuple[str, int], ...] = ()
    also_differ: tuple[str, ...] = ()
    unlike: bool = False
    source: str = ""

    def note(self, key: str) -> str:
        """What must be known to read the plot, in sentences."""
        parts = []
        if self.also_differ:
            parts.append(f"These runs also differ in: {', '.join(self.also_differ)}.")
        if self.unlike:
            parts.append("They come from unlike machines or versions, so no mean is drawn.")
        if len(self.ticks) == 1:
            parts.append(f"All have {key} {self.ticks[0]}: change it and run again to compare.")
        if self.left_out:
            counted = ", ".join(f"{count} {reason}" for reason, count in self.left_out)
            parts.append(f"Left out: {counted}.")
        return " ".join(parts)


def against_info(
    candidates: Sequence[Candidate], key: str, metric: Metric, knobs: Mapping[str, Knob]
) -> AgainstInfo:
    """The metric of runs against a knob.

    Args:
        candidates: Runs of one workload (and one device, unless the device is the knob).
        key: Id of the knob.
        metric: The metric.
        knobs: The knobs of the workload by id.
    """
    left_out: Counter[str] = Counter()
    kept: list[tuple[Candidate, float]] = []
    sources: dict[str, None] = {}
    for candidate in candidates:
        quantity = metric.of(candidate.run)
        reason = _why_not(candidate.run)
        if not reason and (quantity.value is None or not np.isfinite(quantity.value)):
            reason = f"not measured ({quantity.reason})" if quantity.reason else "not measured"
        if reason or quantity.value is None:
            left_out[reason] += 1
            continue
        kept.append((candidate, quantity.value))
        sources[quantity.provenance()] = None
    values = in_order({one.values[key] for one, _ in kept}, knobs[key])
    also = _also_differ([one.values for one, _ in kept], key)
    unlike = len({_frozen(one.run.environment) for one, _ in kept}) > 1
    points: list[Point] = []
    means: list[Mean] = []
    for position, value in enumerate(values):
        group = [(one, y) for one, y in kept if one.values[key] == value]
        for (one, y), aside in zip(group, _aside(len(group)), strict=True):
            others = tuple(f"{other} {_text(knobs, other, one.values)}" for other in also)
            text = _text(knobs, key, one.values)
            run = one.run
            points.append(
                Point(run.id, run.name, run.label.colour, position + aside, y, text, others)
            )
        if len(group) > 1 and not unlike:
            means.append(Mean(position, float(np.mean([y for _, y in group])), len(group)))
    return AgainstInfo(
        ticks=tuple(knobs[key].format(value) for value in values),
        points=tuple(points),
        means=tuple(means),
        left_out=tuple(left_out.items()),
        also_differ=also,
        unlike=unlike,
        source=" / ".join(sources),
    )


def in_order(values: set[Value], knob: Knob) -> tuple[Value, ...]:
    """Values as they stand on the axis: off, numbers, words, autotune."""
    suggested = list(knob.kind.suggestions())

    def place(value: Value) -> tuple[int, float, str]:
        if value == OFF or value is False:
            return 0, 0.0, ""
        if value == AUTOTUNE:
            return 3, 0.0, ""
        if isinstance(value, (int, float)):
            return 1, float(value), ""
        head, _, number = value.partition(":")
        if number.replace(".", "", 1).isdigit():
            return 2, float(number), head
        known = suggested.index(value) - len(suggested) if value in suggested else 0
        return 2, float(known), value

    return tuple(sorted(values, key=place))


def varied(candidates: Sequence[Candidate]) -> dict[str, int]:
    """How many values each knob has among runs; only knobs that have more than one."""
    keys = dict.fromkeys(key for one in candidates for key in one.values)
    counts = {key: len({one.values.get(key) for one in candidates}) for key in keys}
    return {key: count for key, count in counts.items() if count > 1}


def _why_not(run: Run) -> str:
    if not run.state.over:
        return "still under way"
    return "failed" if run.state is RunState.FAILED else ""


def _also_differ(values: Sequence[Mapping[str, Value]], key: str) -> tuple[str, ...]:
    keys = dict.fromkeys(other for one in values for other in one)
    return tuple(
        other for other in keys if other != key and len({one.get(other) for one in values}) > 1
    )


def _aside(count: int) -> tuple[float, ...]:
    if count == 1:
        return (0.0,)
    return tuple(float(x) for x in np.linspace(-_SPREAD / 2, _SPREAD / 2, count))


def _text(knobs: Mapping[str, Knob], key: str, values: Mapping[str, Value]) -> str:
    if key not in values:
        return "–"
    return knobs[key].format(values[key]) if key in knobs else str(values[key])


def _frozen(environment: Mapping[str, Value]) -> tuple[tuple[str, Value], ...]:
    return tuple(sorted(environment.items()))
