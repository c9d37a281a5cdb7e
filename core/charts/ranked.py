"""Configurations of a sweep by throughput, each with its interval."""

from __future__ import annotations

from collections.abc import Mapping

from core.analysis.comparisons.knob_values import assigned, knob_name
from core.analysis.sweeps.sweep import PointResult, SweepResult
from core.charts.chart import Axis, Chart, Dot, Interval, Mark, Target, Tick, series_colour
from core.model.quantity import interval_text

MOST = 40
"""More configurations than these are left to the table."""


def ranked(sweep: SweepResult, names: Mapping[int, str], source: str) -> Chart:
    """The fastest on top.

    Args:
        sweep: What came of the sweep.
        names: What each configuration is called, by its place in ``sweep.points``.
        source: Where the figures come from, with what was emulated.
    """
    known = [(place, point) for place, point in enumerate(sweep.points) if point.throughput.value]
    keys = [axis.key for axis in sweep.axes]
    marks: list[Mark] = []
    ticks, figures, described = [], [], []
    for row, (place, point) in enumerate(known[:MOST]):
        at, speed = float(-row), point.throughput.value or 0.0
        settings = point.point.settings
        # Without units, which the target has: there is little room.
        values = " · ".join(settings.chain.knob(key).kind.format(settings[key]) for key in keys)
        ticks.append(Tick(at, f"{names[place]}: {values}"))
        figures += [figure for figure in (speed, point.low, point.high) if figure is not None]
        colour = series_colour(0)
        if point.low is not None and point.high is not None:
            marks.append(Interval(at, point.low, point.high, upright=False, colour=colour))
        words = _words(keys, point)
        target = Target(speed, at, ((names[place], words),), tuple(run.id for run in point.counted))
        marks.append(Dot(speed, at, colour, hollow=bool(point.doubts), target=target))
        described.append(f"{names[place]} ({words})")
    names_of_knobs = " · ".join(knob_name(key, sweep.knobs.get(key)) for key in keys)
    more = len(known) - len(ticks)
    return Chart(
        name="ranked",
        title="Throughput by configuration",
        description=f"The fastest first: {'; '.join(described)}.",
        x=Axis("throughput (examples/s)", min(figures, default=0), max(figures, default=1)),
        y=Axis(names_of_knobs, 0.5 - len(ticks), 0.5, tuple(ticks)),
        marks=tuple(marks),
        notes=(
            "Geometric means over the runs that count, with 95 % intervals if configurations were "
            "repeated; hollow marks are doubtful.",
            *((f"{more} more, slower ones are in the table below.",) if more else ()),
        ),
        source=source,
        why_empty="" if known else "Nothing was measured.",
    )


def _words(keys: list[str], point: PointResult) -> str:
    speed = f"{point.throughput.text()} {interval_text(point.low, point.high)}".rstrip()
    return f"{assigned(point.point.settings, keys)}: {speed}"
