"""All knobs that vary at once: parallel coordinates, and what brushes let through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.analysis.against.gathered import Gathered, Mean, Texts
from core.analysis.knob_values import in_order, short_name

Brush = tuple[float, float]
"""The part of an axis that lines must go through, from below, 0 to 1."""

_ROUNDING = 1e-9


@dataclass(frozen=True)
class KnobAxis:
    """A knob as an axis.

    Attributes:
        key: The knob.
        short: What tables call it.
        ticks: Its values in order.
        heights: Where these stand, 0 to 1 from below.
    """

    key: str
    short: str
    ticks: tuple[str, ...]
    heights: tuple[float, ...]


@dataclass(frozen=True)
class Line:
    """One configuration.

    Attributes:
        heights: Where it meets each axis, 0 to 1; that of the metric last.
        mean: The metric.
        values: Its settings that differ from the others', as ``(knob, value)``.
    """

    heights: tuple[float, ...]
    mean: Mean
    values: Texts

    @property
    def share(self) -> float:
        """Where its metric lies between the least and the greatest, 0 to 1."""
        return self.heights[-1]


@dataclass(frozen=True)
class AllKnobs:
    """What the plot shows.

    Attributes:
        axes: The knobs that vary, in the order of the chain; the metric follows behind them.
        lines: One per configuration, the least metric first.
        low, high: The least and the greatest mean: the ends of the metric's axis.
        notes: What must be known to read it, in sentences.
    """

    axes: tuple[KnobAxis, ...] = ()
    lines: tuple[Line, ...] = ()
    low: float = 0.0
    high: float = 0.0
    notes: tuple[str, ...] = ()

    def passing(self, brushes: Mapping[int, Brush]) -> tuple[int, ...]:
        """Lines that go through all brushes, by index; all of them where there is no brush.

        Args:
            brushes: By the index of their axis; that of the metric is the last.
        """
        return tuple(
            index
            for index, line in enumerate(self.lines)
            if all(
                low - _ROUNDING <= line.heights[axis] <= high + _ROUNDING
                for axis, (low, high) in brushes.items()
            )
        )

    def run_ids(self, chosen: Sequence[int]) -> tuple[str, ...]:
        """Ids of the runs of some lines."""
        return tuple(run_id for index in chosen for run_id in self.lines[index].mean.run_ids)


def all_knobs(gathered: Gathered) -> AllKnobs:
    """Every configuration over all knobs that vary among those that count."""
    configurations = gathered.configurations
    keys = gathered.varied_keys
    axes: list[KnobAxis] = []
    places = []
    for key in keys:
        knob = gathered.knobs[key]
        values = in_order((one.values[key] for one in configurations), knob)
        heights = tuple(index / (len(values) - 1) for index in range(len(values)))
        axes.append(KnobAxis(key, short_name(key, knob), tuple(map(knob.format, values)), heights))
        places.append(dict(zip(values, heights, strict=True)))
    means = [gathered.mean((one,)) for one in configurations]
    low = min((mean.value for mean in means), default=0.0)
    high = max((mean.value for mean in means), default=0.0)
    span = high - low
    lines = [
        Line(
            (
                *(at[one.values[key]] for key, at in zip(keys, places, strict=True)),
                (mean.value - low) / span if span > 0 else 0.5,
            ),
            mean,
            gathered.texts(one.values, keys),
        )
        for one, mean in zip(configurations, means, strict=True)
    ]
    lines.sort(key=lambda line: line.share)
    runs = sum(len(mean.run_ids) for mean in means)
    notes = []
    if runs > len(lines):
        notes.append("Each line is the mean of the runs that share all settings.")
    return AllKnobs(tuple(axes), tuple(lines), low, high, (*notes, *gathered.notes()))
