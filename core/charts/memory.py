"""Throughput against memory, and which configurations no other one beats in both."""

from __future__ import annotations

import itertools

from core.analysis.by_setting.run_groups import RunGroup, RunGroups
from core.analysis.comparisons.knob_values import knob_name
from core.analysis.comparisons.pareto import pareto_front
from core.charts.chart import (
    MUTED,
    Axis,
    Chart,
    ChartKey,
    ChartLine,
    Dot,
    Interval,
    Mark,
    Row,
    Size,
    Target,
    series_colour,
)
from core.charts.words import mean_cells, mean_rows, nothing_to_draw
from core.text.plural import plural

FRONT = "Pareto front: no other configuration is both faster and smaller"
_FEW = 2


def speed_and_memory(speed: RunGroups, memory: RunGroups) -> Chart:
    """A dot for each configuration, and the Pareto front as a staircase.

    A configuration is on the front if no other has at least its throughput with at most its
    memory and is better in one of them; by the means, whose differences may be noise.

    Args:
        speed: Throughput of the runs.
        memory: Memory of the same runs.
    """
    sizes = {group.frozen: group for group in memory.groups}
    both = [(group, other) for group in speed.groups if (other := sizes.get(group.frozen))]
    points = sorted(
        ((memory.mean((other,)), speed.mean((group,)), group) for group, other in both),
        key=lambda point: (point[0].value, -point[1].value),
    )
    front = pareto_front(
        [faster.value for _, faster, _ in points], [size.value for size, _, _ in points]
    )
    x = Axis(memory.label, *_range([size.value for size, _, _ in points]))
    y = Axis(speed.label, *_range([faster.value for _, faster, _ in points]))
    dots: list[Mark] = []
    marks: list[Mark] = []
    ends = ("95 % from", "95 % to")
    table: list[Row] = [
        (*speed.varied_keys, memory.label, *ends, speed.label, *ends, "runs", "on the front")
    ]
    for index, (size, faster, group) in enumerate(points):
        on_front = index in front
        colour = series_colour(0) if on_front else MUTED
        run_ids = tuple(dict.fromkeys((*faster.run_ids, *size.run_ids)))
        values = speed.texts(group.values, speed.varied_keys)
        rows = (
            *mean_rows(speed, faster, speed.metric.label),
            *mean_rows(memory, size, memory.metric.label),
            *values,
            ("of", plural(len(run_ids), "run")),
            *((("on the front", "no other is both faster and smaller"),) if on_front else ()),
        )
        note = f"{speed.source}; {memory.source}"
        target = Target(size.value, faster.value, rows, run_ids, note=note, colour=colour)
        for at, mean, upright in ((size, faster, True), (faster, size, False)):
            if mean.low is not None and mean.high is not None:
                marks.append(Interval(at.value, mean.low, mean.high, upright, MUTED, 1, caps=False))
        dots.append(
            Dot(
                size.value,
                faster.value,
                colour,
                size=Size.LARGE if on_front else Size.NORMAL,
                hollow=not on_front,
                label=_label(speed, group) if on_front else "",
                target=target,
            )
        )
        table.append(
            (
                *(text for _, text in values),
                *mean_cells(size)[:3],
                *mean_cells(faster)[:3],
                str(len(run_ids)),
                "yes" if on_front else "no",
            )
        )
    stairs = _stairs([(points[at][0].value, points[at][1].value) for at in front], x.high)
    if stairs:
        marks.append(ChartLine(stairs, series_colour(0)))
    # What is on the front lies on top.
    dots.sort(key=lambda dot: isinstance(dot, Dot) and not dot.hollow)
    named = len(speed.varied_keys) > _FEW
    return Chart(
        name="memory",
        title=f"Throughput against {memory.metric.label}",
        description="On the front, from little to much memory: "
        + "; ".join(
            f"{_label(speed, group)}: {speed.number(faster.value)}, {memory.number(size.value)}"
            for size, faster, group in (points[at] for at in front)
        )
        + ".",
        x=x,
        y=y,
        marks=(*marks, *dots),
        keys=(
            ChartKey(FRONT, Dot(0, 0, series_colour(0))),
            ChartKey("the others", Dot(0, 0, MUTED, hollow=True)),
        ),
        key_title=" · ".join(knob_name(key, speed.knobs[key]) for key in speed.varied_keys) + ":"
        if named
        else "",
        notes=_notes(speed, len(points)),
        source="; ".join(text for text in dict.fromkeys((speed.source, memory.source)) if text),
        why_empty="" if points else nothing_to_draw(speed if not speed.readings else memory),
        table=tuple(table),
    )


def _notes(speed: RunGroups, count: int) -> tuple[str, ...]:
    notes = []
    if count:
        notes.append(speed.interval_note())
    unread = len(speed.groups) - count
    if unread:
        notes.append(f"Left out: {plural(unread, 'configuration')} without a reading of memory.")
    return tuple(note for note in (*notes, *speed.notes()) if note)


def _label(speed: RunGroups, group: RunGroup) -> str:
    """The name of a point: of many settings only their values, in the order of the key's title."""
    values = speed.texts(group.values, speed.varied_keys)
    if len(values) <= _FEW:
        return speed.described(group.values) or "all alike"
    return " · ".join(text for _, text in values)


def _stairs(front: list[tuple[float, float]], end: float) -> tuple[tuple[float, float | None], ...]:
    """To the right more memory buys nothing, until the next configuration is faster."""
    if not front:
        return ()
    steps = [front[0]]
    for (_, low), (x, high) in itertools.pairwise(front):
        steps += [(x, low), (x, high)]
    return (*steps, (end, front[-1][1]))


def _range(values: list[float]) -> tuple[float, float]:
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    room = 0.12 * (high - low) or 0.1 * abs(high) or 1.0
    return low - room, high + room
