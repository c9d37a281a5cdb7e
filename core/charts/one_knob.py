"""A metric against one knob, by a second knob if you choose one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.analysis.by_setting.balanced_cells import Cell, balanced_cells
from core.analysis.by_setting.run_groups import GroupReading, Mean, RunGroups
from core.analysis.comparisons.knob_values import in_order, joinable
from core.charts.chart import (
    MUTED,
    TEXT,
    Axis,
    Chart,
    ChartKey,
    ChartLine,
    Colour,
    Dot,
    Interval,
    Mark,
    Row,
    Size,
    Target,
    Tick,
    series_colour,
)
from core.charts.words import MEAN_COLUMNS, mean_cells, mean_target, nothing_to_draw, number, titled
from core.model.kinds import Value
from core.model.quantity import significant

MOST_SERIES = 8
"""A second knob with more values is not told apart: there are no more shapes."""
_SPREAD, _SERIES_SPREAD = 0.5, 0.64
"""Share of the room between two values that runs with the same value, and series, take up."""
_HALF_MEAN = 0.3
_MAX_NAMES, _MANY = 24, 100


def one_knob(groups: RunGroups, key: str, by: str = "") -> Chart:
    """A dot for each run; means with their intervals, joined where the knob has an order.

    Args:
        groups: The metric of the runs.
        key: Id of the knob.
        by: Id of a second knob that tells series apart; empty for none.
    """
    knob = groups.knobs[key]
    values = in_order((reading.values[key] for reading in groups.readings), knob)
    series: tuple[Value, ...] = ("",)
    if by:
        series = in_order((reading.values[by] for reading in groups.readings), groups.knobs[by])
    keys = (key, by) if by else (key,)
    cells = balanced_cells(groups.groups, keys, groups.keys)
    dots = _dots(groups, keys, values, series)
    marks: list[Mark] = list(dots)
    rows: list[Row] = []
    means: list[Mean] = []
    described: list[str] = []
    for index, value in enumerate(series):
        colour = series_colour(index) if by else TEXT
        line: list[tuple[float, float | None]] = []
        for position, level in enumerate(values):
            cell: Cell = (level, value) if by else (level,)
            members = cells.cells.get(cell)
            if not members:
                line.append((position, None))
                continue
            x = position + _aside(index, len(series))
            mean = cells.mean(groups, members)
            means.append(mean)
            texts = groups.texts(dict(zip(keys, cell, strict=True)), keys)
            rows.append(("mean", *(text for _, text in texts), *mean_cells(mean)))
            described.append(f"{', '.join(text for _, text in texts)} {significant(mean.value)}")
            # The line continues only if the next value follows in the knob's own order.
            joined = cells.balanced and joinable(level, knob)
            line.append((x, mean.value if joined else None))
            if mean.low is not None and mean.high is not None:
                marks.append(Interval(x, mean.low, mean.high, True, colour if by else MUTED))
            if by:
                target = mean_target(groups, mean, texts, x, mean.value, colour)
                marks.append(
                    Dot(x, mean.value, colour, index % MOST_SERIES, Size.LARGE, target=target)
                )
            elif len(mean.run_ids) > 1:
                ends = ((x - _HALF_MEAN, mean.value), (x + _HALF_MEAN, mean.value))
                marks.append(ChartLine(ends, colour, 2))
        marks.insert(len(dots), ChartLine(tuple(line), colour if by else MUTED))
    names = " and ".join(map(groups.name, keys))
    return Chart(
        name=f"against-{key}",
        title=titled(f"{groups.metric.label} against {groups.name(key)}"),
        description=f"Mean {groups.label} by {names}: {'; '.join(described)}.",
        x=Axis(
            groups.name(key),
            -0.6,
            max(len(values), 1) - 0.4,
            tuple(Tick(at, knob.format(value)) for at, value in enumerate(values)),
        ),
        y=Axis(groups.label, *_range(groups, means)),
        marks=tuple(marks),
        keys=_keys(groups, by, series, means),
        key_title=f"{groups.name(by)}:" if by else "",
        notes=_notes(groups, key, values, cells.note(), balanced=cells.balanced and bool(means)),
        source=groups.source,
        why_empty="" if groups.readings else nothing_to_draw(groups),
        table=_table(groups, keys, rows),
    )


def _keys(
    groups: RunGroups, by: str, series: Sequence[Value], means: Sequence[Mean]
) -> tuple[ChartKey, ...]:
    if by:
        format_value = groups.knobs[by].format
        return tuple(
            ChartKey(format_value(value), Dot(0, 0, series_colour(index), index % MOST_SERIES))
            for index, value in enumerate(series)
        )
    if any(len(mean.run_ids) > 1 for mean in means):
        return (
            ChartKey("mean of the runs that share a value", ChartLine(((0, 0), (1, 0)), TEXT, 2)),
        )
    return ()


def _notes(
    groups: RunGroups, key: str, values: Sequence[Value], cells: str, *, balanced: bool
) -> tuple[str, ...]:
    alike = ""
    if len(values) == 1:
        shown = groups.knobs[key].format(values[0])
        alike = f"All have {groups.name(key)} {shown}: change it and run again to compare."
    intervals = groups.interval_note() if balanced else ""
    return tuple(note for note in (alike, cells, intervals, *groups.notes()) if note)


def _dots(
    groups: RunGroups, keys: Sequence[str], values: Sequence[Value], series: Sequence[Value]
) -> list[Dot]:
    by_cell: dict[Cell, list[GroupReading]] = {}
    for reading in groups.readings:
        by_cell.setdefault(tuple(reading.values[key] for key in keys), []).append(reading)
    two = len(keys) > 1
    room = 0.6 * _SERIES_SPREAD / max(len(series), 1) if two else _SPREAD
    few, named = len(groups.readings) <= _MANY, len(groups.readings) <= _MAX_NAMES and not two
    dots = []
    for position, value in enumerate(values):
        for index, second in enumerate(series):
            members = by_cell.get((value, second) if two else (value,), [])
            middle = position + _aside(index, len(series))
            spread = np.linspace(-room / 2, room / 2, len(members)) if len(members) > 1 else (0.0,)
            for reading, aside in zip(members, spread, strict=False):
                run = reading.run
                colour = series_colour(index, faint=True) if two else _run_colour(reading)
                texts = groups.texts(reading.values, dict.fromkeys((keys[0], *groups.keys)))
                x = middle + float(aside)
                why = reading.excluded_reason
                target = Target(
                    x,
                    reading.value,
                    ((run.name, groups.number(reading.value)), *texts),
                    (run.id,),
                    note=f"not counted: {why}" if why else groups.source,
                    colour=colour,
                    stop=not two,
                )
                dots.append(
                    Dot(
                        x,
                        reading.value,
                        colour,
                        index % MOST_SERIES if two else 0,
                        Size.NORMAL if few and not two else Size.SMALL,
                        hollow=bool(why),
                        label=run.name if named else "",
                        target=target,
                    )
                )
    return dots


def _run_colour(reading: GroupReading) -> Colour:
    return series_colour(reading.run.label.colour)


def _aside(series: int, count: int) -> float:
    """How far a series stands beside the middle of a value."""
    return 0.0 if count == 1 else _SERIES_SPREAD * (series / (count - 1) - 0.5)


def _range(groups: RunGroups, means: Sequence[Mean]) -> tuple[float, float]:
    values = [reading.value for reading in groups.readings]
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    # A figure with a unit is a quantity: seen from 0, heights compare. A loss is not.
    from_zero = bool(groups.metric.unit) and low >= 0
    span = high - (0.0 if from_zero else low) or 0.1 * abs(high) or 1.0
    # Intervals are seen, but one that says next to nothing must not press all else flat.
    ends = [end for mean in means for end in (mean.low, mean.high) if end is not None]
    high = max([high, *(min(end, high + span / 2) for end in ends)])
    low = min([low, *(max(end, low - span / 2) for end in ends)])
    room = 0.08 * span
    return (0.0 if from_zero else low - room), high + room


def _table(groups: RunGroups, keys: Sequence[str], means: Sequence[Row]) -> tuple[Row, ...]:
    """Every mean, then every run."""
    rest = [key for key in groups.keys if key not in keys]
    rows: list[Row] = [("what", *keys, groups.label, *MEAN_COLUMNS, *rest, "not counted")]
    rows += [(*row, *("" for _ in rest), "") for row in means]
    for reading in groups.readings:
        at = (text for _, text in groups.texts(reading.values, keys))
        beside = (text for _, text in groups.texts(reading.values, rest))
        figure = (number(reading.value), "", "", "", "1")
        rows.append((reading.run.name, *at, *figure, *beside, reading.excluded_reason))
    return tuple(rows)
