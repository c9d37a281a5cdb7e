"""Configurations of a sweep by throughput, each with its interval."""

from __future__ import annotations

from collections.abc import Mapping

from core.analysis.sweep import PointResult, SweepResult
from core.export.report import drawing
from core.export.report.markup import Markup, element
from core.export.report.scales import Scale, linear
from core.model.quantity import significant

MOST = 40
"""More than these are left to the table."""

_ROW, _TOP, _LEFT = 20.0, 24.0, 176.0


def draw(found: SweepResult, names: Mapping[int, str], source: str) -> Markup | None:
    """The fastest on top; None where nothing was measured.

    Args:
        found: What came of the sweep.
        names: What each configuration is called, by the place in ``found.points``.
        source: Where the figures come from, with what was emulated.
    """
    known = [(place, one) for place, one in enumerate(found.points) if one.throughput.value]
    if not known:
        return None
    shown = known[:MOST]
    figures = [
        figure
        for _, one in shown
        for figure in (one.throughput.value, one.low, one.high)
        if figure is not None
    ]
    x = linear(figures, _LEFT, drawing.WIDTH - 20, count=4)
    bottom = _TOP + _ROW * len(shown)
    keys = [axis.key for axis in found.axes]
    rows = [
        _row(_TOP + _ROW * index, x, names[place], keys, one)
        for index, (place, one) in enumerate(shown)
    ]
    more = len(known) - len(shown)
    return drawing.figure(
        "ranked",
        "Throughput by configuration",
        f"The fastest first: {'; '.join(_words(names[p], keys, one) for p, one in shown)}.",
        bottom + 42,
        drawing.text(0, 12, " · ".join(keys), class_="axis", room=drawing.WIDTH),
        drawing.bottom_axis(x, bottom, _TOP, "throughput (examples/s)"),
        rows,
        caption=(
            f"{source}. Geometric means over the runs that count, with 95 % intervals where "
            "configurations were repeated; hollow marks are doubtful.",
            f"{more} more, slower ones are in the table below." if more else "",
        ),
    )


def _row(y: float, x: Scale, name: str, keys: list[str], one: PointResult) -> Markup:
    settings = one.point.settings
    # Without units, which the hover has: there is little room.
    values = " · ".join(settings.chain.knob(key).kind.format(settings[key]) for key in keys)
    label = f"{name}: {values}"
    at, ends = y + 10, None
    if one.low is not None and one.high is not None:
        ends = drawing.interval(0, at, (x.at(one.low), x.at(one.high)), upright=False, cap=3)
    return element(
        "g",
        drawing.text(0, y + 14, label, class_="tick dark", room=_LEFT - 12),
        ends,
        drawing.mark(
            0, x.at(one.throughput.value or 0), at, _words(name, keys, one), size=4,
            class_="hollow" if one.doubts else "",
        ),
    )  # fmt: skip


def _words(name: str, keys: list[str], one: PointResult) -> str:
    values = ", ".join(f"{key}={one.point.settings.format(key)}" for key in keys)
    found = f"{name} ({values}): {one.throughput.text()}"
    if one.low is None or one.high is None:
        return found
    return f"{found} [{significant(one.low)}, {significant(one.high)}]"
