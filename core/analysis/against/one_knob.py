"""A metric against one knob, by a second one where that is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.analysis.against.gathered import Gathered, Mean, Reading, Texts
from core.analysis.against.matching import Cell, matched
from core.analysis.knob_values import in_order, joinable
from core.model.kinds import Value

_SPREAD = 0.5
"""Runs that share a value stand side by side over so much of the room between two values."""
_SERIES_SPREAD = 0.64
"""So do the values of the second knob."""


@dataclass(frozen=True)
class Point:
    """One run.

    Attributes:
        run_id: Its id.
        name: Its name.
        colour: Its index into the palette of runs.
        x: Position: the index of its value, and a little to the side where others share it.
        y: The metric.
        series: Index of the value of the second knob; 0 where there is none.
        apart: Why it does not count; empty where it does.
        values: Its settings that differ from the others', as ``(knob, value)``.
    """

    run_id: str
    name: str
    colour: int
    x: float
    y: float
    series: int
    apart: str
    values: Texts


@dataclass(frozen=True)
class GroupMean:
    """The mean over one value of the knob, and of the second knob.

    Attributes:
        x: Its position.
        mean: The mean.
        series: Index of the value of the second knob; 0 where there is none.
        values: The values of the two knobs, as ``(knob, value)``.
    """

    x: float
    mean: Mean
    series: int
    values: Texts


@dataclass(frozen=True)
class OneKnob:
    """What the plot shows.

    Attributes:
        key: The knob on the x axis.
        by: The second knob; empty where there is none.
        ticks: The values that occur, in order; their positions are 0, 1, 2, ...
        series: Values of the second knob, in order; one without a name where there is none.
        points: One per run, by value and then in the order of the runs.
        means: One per value of the knob and of the second, from left to right within a series.
        lines: Means that a line joins, by their index into ``means``.
        notes: What must be known to read the plot, in sentences.
    """

    key: str
    by: str = ""
    ticks: tuple[str, ...] = ()
    series: tuple[str, ...] = ("",)
    points: tuple[Point, ...] = ()
    means: tuple[GroupMean, ...] = ()
    lines: tuple[tuple[int, ...], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def several(self) -> bool:
        """Whether a mean is over more than one run."""
        return any(len(one.mean.run_ids) > 1 for one in self.means)


def one_knob(gathered: Gathered, key: str, by: str = "") -> OneKnob:
    """The metric against a knob.

    Args:
        gathered: The metric of the runs.
        key: Id of the knob.
        by: Id of a second knob that tells series apart; empty for none.
    """
    knob = gathered.knobs[key]
    values = in_order((one.values[key] for one in gathered.readings), knob)
    groups: tuple[Value, ...] = ("",)
    if by:
        groups = in_order((one.values[by] for one in gathered.readings), gathered.knobs[by])
    keys = (key, by) if by else (key,)
    places = matched(gathered.configurations, keys, gathered.keys)
    means: list[GroupMean] = []
    lines: list[tuple[int, ...]] = []
    for series, group in enumerate(groups):
        line: list[int] = []
        for position, value in enumerate(values):
            cell: Cell = (value, group) if by else (value,)
            members = places.cells.get(cell)
            # A line leads on only where the next value follows in the knob's own order.
            if not members or not places.balanced or not joinable(value, knob):
                lines, line = _ended(lines, line), []
            if not members:
                continue
            if places.balanced and joinable(value, knob):
                line.append(len(means))
            x = position + _aside(series, len(groups))
            means.append(
                GroupMean(
                    x,
                    places.mean(gathered, members),
                    series,
                    gathered.texts(dict(zip(keys, cell, strict=True)), keys),
                )
            )
        lines = _ended(lines, line)
    notes = [places.note()]
    if len(values) == 1:
        shown = knob.format(values[0])
        notes.insert(0, f"All have {key} {shown}: change it and run again to compare.")
    if means and places.balanced:
        notes.append(gathered.interval_note())
    return OneKnob(
        key,
        by,
        tuple(knob.format(value) for value in values),
        tuple(gathered.knobs[by].format(group) for group in groups) if by else ("",),
        tuple(_points(gathered, keys, values, groups)),
        tuple(means),
        tuple(lines),
        tuple(note for note in (*notes, *gathered.notes()) if note),
    )


def _ended(lines: list[tuple[int, ...]], line: Sequence[int]) -> list[tuple[int, ...]]:
    return [*lines, tuple(line)] if len(line) > 1 else lines


def _points(
    gathered: Gathered, keys: Sequence[str], values: Sequence[Value], groups: Sequence[Value]
) -> list[Point]:
    by_cell: dict[Cell, list[Reading]] = {}
    for one in gathered.readings:
        by_cell.setdefault(tuple(one.values[key] for key in keys), []).append(one)
    room = _SPREAD if len(keys) == 1 else 0.6 * _SERIES_SPREAD / max(len(groups), 1)
    found: list[Point] = []
    for position, value in enumerate(values):
        for series, group in enumerate(groups):
            members = by_cell.get((value, group) if len(keys) > 1 else (value,), [])
            middle = position + _aside(series, len(groups))
            for one, aside in zip(members, _spread(len(members), room), strict=True):
                texts = gathered.texts(one.values, dict.fromkeys((keys[0], *gathered.keys)))
                run = one.run
                found.append(
                    Point(
                        run.id,
                        run.name,
                        run.label.colour,
                        middle + aside,
                        one.value,
                        series,
                        one.apart,
                        texts,
                    )
                )
    return found


def _aside(series: int, count: int) -> float:
    """Where a series stands beside the middle of a value."""
    return 0.0 if count == 1 else _SERIES_SPREAD * (series / (count - 1) - 0.5)


def _spread(count: int, room: float) -> tuple[float, ...]:
    if count == 1:
        return (0.0,)
    return tuple(float(x) for x in np.linspace(-room / 2, room / 2, count))
