"""Throughput against peak memory, with the configurations that no other beats in both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.analysis.means import mean_of
from core.analysis.pareto import pareto_front
from core.analysis.sweep import SweepResult
from core.export.report import drawing
from core.export.report.markup import Markup, element
from core.export.report.scales import linear
from core.metrics.catalogue import metric
from core.model.quantity import significant

MEMORY = metric("memory_taken_mb")
_LEFT, _TOP, _BOTTOM, _HEIGHT = 52.0, 40.0, 250.0, 292.0
_ROOM = 26.0


def draw(found: SweepResult, names: Mapping[int, str], source: str) -> Markup | None:
    """A mark for each configuration and a line along the front; None without memory readings.

    Args:
        found: What came of the sweep.
        names: What each configuration is called, by the place in ``found.points``.
        source: Where throughput comes from, with what was emulated.
    """
    known = []
    for place, one in enumerate(found.points):
        memory = mean_of(MEMORY, one.counted).value
        if one.throughput.value and memory is not None:
            values = ", ".join(f"{a.key}={one.point.settings.format(a.key)}" for a in found.axes)
            known.append((names[place], values, one.throughput.value, memory))
    if len(known) < 2:
        return None
    speeds, megabytes = [one[2] for one in known], [one[3] for one in known]
    front = pareto_front(speeds, megabytes)
    y = linear(speeds, _BOTTOM, _TOP)
    x = linear(megabytes, _LEFT, drawing.WIDTH - _ROOM)
    places = [(x.at(memory), y.at(speed)) for *_, speed, memory in known]
    hovers = [
        f"{name} ({values}): {significant(speed)} examples/s, {significant(memory)} MB"
        for name, values, speed, memory in known
    ]
    return drawing.figure(
        "memory",
        "Throughput against peak memory",
        f"On the front, from little to much memory: {'; '.join(hovers[one] for one in front)}.",
        _HEIGHT,
        drawing.left_axis(y, _LEFT, drawing.WIDTH - 4, "throughput (examples/s)"),
        drawing.bottom_axis(x, _BOTTOM, _TOP, "peak memory (MB)"),
        element(
            "polyline",
            points=" ".join(f"{at:.2f},{up:.2f}" for at, up in (places[one] for one in front)),
            class_="front",
        ),
        [
            drawing.mark(0, *places[index], hovers[index], size=4, class_="hollow muted")
            for index in range(len(known))
            if index not in front
        ],
        [drawing.mark(1, *places[index], hovers[index]) for index in front],
        _labels([(known[index][0], *places[index]) for index in front]),
        keys=(
            drawing.Key(
                drawing.mark(1, 10, 7, ""), "Pareto front: none is faster with less memory"
            ),
            drawing.Key(drawing.mark(0, 10, 7, "", size=4, class_="hollow muted"), "the others"),
        ),
        caption=(
            f"{source}: throughput. Memory: {MEMORY.source}, means over the runs that count. It is "
            "that of the whole process: TensorFlow itself, and what earlier runs in it left "
            "behind, count too.",
        ),
    )


def _labels(front: Sequence[tuple[str, float, float]]) -> Markup:
    """Names beside the marks; where two would overlap, the later one is left to the hover."""
    shown: list[tuple[float, float]] = []
    found = []
    for name, x, y in reversed(front):
        if any(abs(x - left) < 30 and abs(y - top) < 14 for left, top in shown):
            continue
        shown.append((x, y))
        found.append(drawing.text(x, y - 9, name, anchor="middle", class_="tick dark"))
    return element("g", found)
