"""All knobs that vary at once, as parallel coordinates, and what brushes let through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.analysis.by_setting.run_groups import RunGroups
from core.analysis.comparisons.knob_values import in_order, knob_name
from core.charts.chart import Colour, Row, Target, Tick, Tone
from core.charts.words import MEAN_COLUMNS, mean_cells, mean_target, nothing_to_draw, titled
from core.model.quantity import significant

Brush = tuple[float, float]
"""The part of an axis that lines must go through, from below, 0 to 1."""

NO_KNOB = (
    "No setting differs between these runs. Change one and run again, or let Sweep… run a few "
    "values of several."
)
_ROUNDING = 1e-9
_METRIC_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class ParallelAxis:
    """One of the axes that stand beside each other.

    Attributes:
        key: The knob; empty for the metric.
        label: Its name.
        ticks: Its values with their heights, 0 to 1 from below.
    """

    key: str
    label: str
    ticks: tuple[Tick, ...]


@dataclass(frozen=True)
class ParallelLine:
    """One configuration.

    Attributes:
        heights: Where it meets each axis, 0 to 1; that of the metric last.
        target: What it says.
    """

    heights: tuple[float, ...]
    target: Target

    @property
    def share(self) -> float:
        """Where its metric lies between the least and the greatest, 0 to 1."""
        return self.heights[-1]


@dataclass(frozen=True)
class ParallelChart:
    """Parallel coordinates: an axis for each knob, a line for each configuration.

    Attributes:
        title: What it shows.
        axes: The knobs that vary, in the order of the chain, and the metric.
        lines: One for each configuration, the least metric first.
        ramp, notes, source, why_empty, table: As of ``Chart``.
    """

    title: str = ""
    axes: tuple[ParallelAxis, ...] = ()
    lines: tuple[ParallelLine, ...] = ()
    ramp: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    source: str = ""
    why_empty: str = ""
    table: tuple[Row, ...] = ()

    def passing(self, brushes: Mapping[int, Brush]) -> tuple[int, ...]:
        """Indices of the lines that go through all brushes; all of them if there is no brush.

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
        return tuple(run_id for index in chosen for run_id in self.lines[index].target.run_ids)


def all_knobs(groups: RunGroups) -> ParallelChart:
    """Every configuration over all knobs that vary among the runs that count."""
    keys = groups.varied_keys
    axes: list[ParallelAxis] = []
    places = []
    for key in keys:
        knob = groups.knobs[key]
        values = in_order((group.values[key] for group in groups.groups), knob)
        heights = {value: index / (len(values) - 1) for index, value in enumerate(values)}
        ticks = tuple(Tick(height, knob.format(value)) for value, height in heights.items())
        axes.append(ParallelAxis(key, knob_name(key, knob), ticks))
        places.append(heights)
    means = [groups.mean((group,)) for group in groups.groups]
    low = min((mean.value for mean in means), default=0.0)
    high = max((mean.value for mean in means), default=0.0)
    span = high - low
    lines: list[ParallelLine] = []
    for group, mean in zip(groups.groups, means, strict=True):
        share = (mean.value - low) / span if span > 0 else 0.5
        at = tuple(heights[group.values[key]] for key, heights in zip(keys, places, strict=True))
        texts, colour = groups.texts(group.values, keys), Colour(Tone.RAMP, share=share)
        target = mean_target(groups, mean, texts, len(keys), share, colour)
        lines.append(ParallelLine((*at, share), target))
    shown = _METRIC_TICKS if span > 0 else (0.5,)
    metric_ticks = tuple(
        Tick(at, significant(low + at * span if span > 0 else low)) for at in shown
    )
    runs = sum(len(mean.run_ids) for mean in means)
    notes = []
    if runs > len(lines):
        notes.append("Each line is the mean of the runs that share all settings.")
    table: list[Row] = [(*keys, groups.label, *MEAN_COLUMNS)]
    table += [
        (*(text for _, text in groups.texts(group.values, keys)), *mean_cells(mean))
        for group, mean in sorted(
            zip(groups.groups, means, strict=True), key=lambda pair: pair[1].value
        )
    ]
    why_empty = nothing_to_draw(groups) if not lines else NO_KNOB if not axes else ""
    return ParallelChart(
        titled(f"{groups.metric.label} over all settings that differ"),
        (*axes, ParallelAxis("", groups.label, metric_ticks)),
        tuple(sorted(lines, key=lambda line: line.share)),
        (f"{groups.metric.label}:", significant(low), groups.number(high)),
        (*notes, *groups.notes()),
        groups.source,
        why_empty,
        tuple(table),
    )
