"""The throughput of a sweep against one knob or two."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from core.analysis.sweep import PointResult, SweepResult
from core.model.experiment import Axis
from core.model.kinds import Value

MOST_GROUPS = 8
"""A second knob with more values is not told apart: no more colours and shapes are."""


@dataclass(frozen=True)
class Spot:
    """One configuration: where it stands and what it reached.

    Attributes:
        level: Index of its value of the knob.
        group: Index of its value of the second knob; 0 where there is none.
        point: The configuration with its figure and interval.
    """

    level: int
    group: int
    point: PointResult


@dataclass(frozen=True)
class AgainstKnob:
    """Throughput against a knob.

    Attributes:
        key: The knob.
        levels: Its values as tables show them, in the order in which the sweep names them.
        second: The knob that groups; empty where there is none.
        groups: Its values.
        spots: Every configuration that has a figure.
        means: Geometric mean for each group and level in examples/s, all over the same values of
            the other knobs; None where there is none.
        alike: Whether the means contain every configuration; else only those whose other knobs
            are as somewhere in each of the other places.
    """

    key: str
    levels: tuple[str, ...]
    second: str
    groups: tuple[str, ...]
    spots: tuple[Spot, ...]
    means: tuple[tuple[float | None, ...], ...]
    alike: bool = True


@dataclass(frozen=True)
class Heat:
    """Throughput over two knobs: ``cells[row][column]`` in examples/s, geometric means.

    Attributes:
        row_key: The knob that changes from row to row.
        column_key: The knob that changes from column to column.
        rows: Its values.
        columns: Those of the other.
        cells: Means, all over the same values of the other knobs; None where there is none.
        counts: How many configurations are in each.
        alike: Whether the cells contain every configuration (see ``AgainstKnob``).
    """

    row_key: str
    column_key: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[float | None, ...], ...]
    counts: tuple[tuple[int, ...], ...]
    alike: bool = True


def by_influence(found: SweepResult) -> tuple[Axis, ...]:
    """The axes that take several values, the one that matters most first."""
    places = {one.key: place for place, one in enumerate(found.influence)}
    varied = [axis for axis in found.axes if len(_values(axis.key, found)) > 1]
    return tuple(sorted(varied, key=lambda axis: places.get(axis.key, len(places))))


def against_knob(found: SweepResult, key: str) -> AgainstKnob:
    """Throughput against a knob, grouped by the most influential other one."""
    others = [axis.key for axis in by_influence(found) if axis.key != key]
    second = next((one for one in others if len(_values(one, found)) <= MOST_GROUPS), "")
    levels, groups = _values(key, found), _values(second, found) if second else ()
    spots = tuple(
        Spot(
            levels.index(one.point.settings[key]),
            groups.index(one.point.settings[second]) if second else 0,
            one,
        )
        for one in found.points
        if one.throughput.value
    )
    members = [
        [
            [one.point for one in spots if (one.group, one.level) == (group, level)]
            for level in range(len(levels))
        ]
        for group in range(max(len(groups), 1))
    ]
    common, alike = _over_the_same(members, [one for one in others if one != second])
    return AgainstKnob(
        key,
        _texts(key, levels, found),
        second,
        _texts(second, groups, found),
        spots,
        tuple(tuple(map(_mean, line)) for line in common),
        alike,
    )


def heat(found: SweepResult) -> Heat | None:
    """Throughput over the two knobs that matter most; None where fewer than two vary."""
    axes = by_influence(found)
    if len(axes) < 2:
        return None
    # The one with more values across: pages are wider than their rows are many.
    column, row = sorted((axes[0].key, axes[1].key), key=lambda one: -len(_values(one, found)))
    rows, columns = _values(row, found), _values(column, found)
    members = [
        [
            [
                one
                for one in found.points
                if one.throughput.value
                and (one.point.settings[row], one.point.settings[column]) == (up, across)
            ]
            for across in columns
        ]
        for up in rows
    ]
    members, alike = _over_the_same(
        members, [axis.key for axis in axes if axis.key not in (row, column)]
    )
    return Heat(
        row,
        column,
        _texts(row, rows, found),
        _texts(column, columns, found),
        tuple(tuple(map(_mean, line)) for line in members),
        tuple(tuple(map(len, line)) for line in members),
        alike,
    )


def _over_the_same(
    members: Sequence[Sequence[Sequence[PointResult]]], others: Sequence[str]
) -> tuple[list[list[list[PointResult]]], bool]:
    """Only what every place with a figure has: a mean over other settings is of other things.

    Args:
        members: Configurations at each place.
        others: Knobs that vary beside those of the places.

    Returns:
        Those of them whose other knobs occur at every place that has any, and whether those are
        all.
    """

    def rest(one: PointResult) -> tuple[Value, ...]:
        return tuple(one.point.settings[key] for key in others)

    sets = [{rest(one) for one in place} for line in members for place in line if place]
    common = set.intersection(*sets) if sets else set()
    kept = [[[one for one in place if rest(one) in common] for place in line] for line in members]
    return kept, all(found == common for found in sets)


def _values(key: str, found: SweepResult) -> tuple[Value, ...]:
    """Values that occur: the axis's own in its order, then that of the settings around it."""
    axis = next((one for one in found.axes if one.key == key), None)
    occur = {one.point.settings[key] for one in found.points}
    named = axis.values if axis else ()
    return tuple(dict.fromkeys((*(v for v in named if v in occur), *sorted(occur, key=str))))


def _texts(key: str, values: Sequence[Value], found: SweepResult) -> tuple[str, ...]:
    if not values or not found.points:
        return ()
    knob = found.points[0].point.settings.chain.knob(key)
    return tuple(knob.format(value) for value in values)


def _mean(points: Sequence[PointResult]) -> float | None:
    logs = [math.log(one.throughput.value) for one in points if one.throughput.value]
    return math.exp(sum(logs) / len(logs)) if logs else None
