"""The throughput of a sweep against one knob, grouped by a second one."""

from __future__ import annotations

from core.analysis.against_knob import AgainstKnob, Spot
from core.export.report import drawing
from core.export.report.markup import Markup, element
from core.export.report.scales import Scale, linear
from core.model.quantity import significant

OVER_THE_SAME = (
    "are only over configurations whose other knobs are the same at every place: the sweep "
    "is no whole grid."
)
_LEFT, _TOP, _BOTTOM, _HEIGHT = 52.0, 40.0, 240.0, 282.0


def draw(number: int, found: AgainstKnob, source: str) -> Markup:
    """Every configuration as a mark with its interval, and a line through the means of a group.

    Args:
        number: Counts the charts of this kind on the page.
        found: The numbers.
        source: Where the figures come from, with what was emulated.
    """
    ends = [end for spot in found.spots for end in (spot.point.low, spot.point.high)]
    figures = [*(spot.point.throughput.value for spot in found.spots), *ends]
    y = linear([one for one in figures if one is not None], _BOTTOM, _TOP)
    width = (drawing.WIDTH - 8 - _LEFT) / max(len(found.levels), 1)
    groups = max(len(found.groups), 1)

    def x(level: int, group: int) -> float:
        beside = (group - (groups - 1) / 2) * min(width * 0.6 / groups, 16)
        return _LEFT + (level + 0.5) * width + beside

    return drawing.figure(
        f"against-{number}",
        f"Against {found.key}",
        _described(found),
        _HEIGHT,
        drawing.left_axis(y, _LEFT, drawing.WIDTH - 4, "throughput (examples/s)"),
        [
            drawing.text(
                _LEFT + (index + 0.5) * width, _BOTTOM + 16, level, anchor="middle",
                class_="tick", room=width - 4,
            )
            for index, level in enumerate(found.levels)
        ],
        drawing.text(
            (_LEFT + drawing.WIDTH) / 2, _BOTTOM + 34, found.key, anchor="middle", class_="axis"
        ),
        [
            _line([(x(level, group), mean) for level, mean in enumerate(means)], y, group)
            for group, means in enumerate(found.means)
        ],
        [_spot(spot, x(spot.level, spot.group), y, found) for spot in found.spots],
        keys=drawing.series_keys([f"{found.second} {group}" for group in found.groups]),
        caption=(
            f"{source}. A mark is a configuration (hollow: doubtful), with its 95 % interval where "
            "it was repeated; lines go through the geometric means"
            + ("." if found.alike else f", which {OVER_THE_SAME}"),
        ),
    )  # fmt: skip


def _line(points: list[tuple[float, float | None]], y: Scale, group: int) -> Markup:
    known = [f"{x:.2f},{y.at(mean):.2f}" for x, mean in points if mean is not None]
    return element("polyline", points=" ".join(known), class_=f"thin l{group % drawing.SERIES}")


def _spot(spot: Spot, x: float, y: Scale, found: AgainstKnob) -> Markup:
    one, ends = spot.point, None
    words = f"{found.key}={found.levels[spot.level]}"
    if found.second:
        words += f", {found.second}={found.groups[spot.group]}"
    words += f": {one.throughput.text()}"
    if one.low is not None and one.high is not None:
        words += f" [{significant(one.low)}, {significant(one.high)}]"
        ends = drawing.interval(spot.group, x, (y.at(one.low), y.at(one.high)), upright=True, cap=3)
    hollow = "hollow" if one.doubts else ""
    at = y.at(one.throughput.value or 0)
    return element("g", ends, drawing.mark(spot.group, x, at, words, size=4.5, class_=hollow))


def _described(found: AgainstKnob) -> str:
    said = []
    for group, means in enumerate(found.means):
        name = f"{found.second} {found.groups[group]}: " if found.second else ""
        figures = [
            f"{level} {significant(mean)}"
            for level, mean in zip(found.levels, means, strict=True)
            if mean is not None
        ]
        said.append(f"{name}{', '.join(figures)}")
    return f"Mean examples a second by {found.key}. {'. '.join(said)}."
