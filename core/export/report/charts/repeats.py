"""The throughput of each repeat, those that ran side by side above one another."""

from __future__ import annotations

from collections.abc import Sequence

from core.analysis.repeats import Repeat, RepeatsOf
from core.export.report import drawing
from core.export.report.markup import Markup, element
from core.export.report.scales import Scale, linear
from core.model.plural import plural
from core.model.quantity import significant

_LEFT, _TOP, _BOTTOM, _HEIGHT = 52.0, 40.0, 242.0, 284.0
_COLUMN, _MOST_FOR_COLUMNS = 26.0, 156.0


def draw(of: Sequence[RepeatsOf], source: str) -> Markup:
    """Each repeat as a mark, and mean and interval of each configuration on the right.

    Args:
        of: Every configuration, the baseline first.
        source: Where the figures come from, with what was emulated.
    """
    column = min(_COLUMN, _MOST_FOR_COLUMNS / len(of))
    right = drawing.WIDTH - 14 - column * len(of)
    rounds = max((len(one.repeats) for one in of), default=0)
    figures = [one.value for each in of for one in each.repeats if one.value is not None]
    ends = [end for one in of if one.spread for end in (one.spread.low, one.spread.high)]
    y = linear([*figures, *(one for one in ends if one is not None)], _BOTTOM, _TOP)
    width = (right - _LEFT) / max(rounds, 1)

    def x(repeat: int, index: int) -> float:
        """Configurations of one repeat stand beside each other so that none hides another."""
        beside = (index - (len(of) - 1) / 2) * min(width * 0.6 / max(len(of), 1), 12)
        return _LEFT + (repeat - 0.5) * width + beside

    return drawing.figure(
        "repeats",
        "Throughput of each repeat",
        _described(of),
        _HEIGHT,
        drawing.left_axis(y, _LEFT, drawing.WIDTH - 4, "throughput (examples/s)"),
        _numbers(rounds, width),
        [
            _pair([(x(number, index), one) for index, one in enumerate(pair)], y)
            for number, pair in enumerate(zip(*(each.repeats for each in of), strict=False), 1)
        ],
        [
            _mark(index, x(one.number, index), y, one)
            for index, each in enumerate(of)
            for one in each.repeats
        ],
        drawing.line(right + 4, _TOP - 4, right + 4, _BOTTOM, "edge"),
        [_mean(index, right + 14 + (index + 0.5) * column, y, one) for index, one in enumerate(of)],
        keys=_keys(of),
        caption=(
            f"{source}. Marks that a line joins ran side by side. On the right the mean of each "
            "configuration with its own 95 % interval (Student's t over its repeats); the verdict "
            "comes from the pairs, not from whether these overlap.",
            _without(of),
        ),
    )


def _numbers(rounds: int, width: float) -> Markup:
    every = -(-rounds // 12)
    middle = _LEFT + rounds * width / 2
    return element(
        "g",
        [
            drawing.text(
                _LEFT + (number - 0.5) * width, _BOTTOM + 16, str(number), anchor="middle",
                class_="tick",
            )
            for number in range(1, rounds + 1, every)
        ],
        drawing.text(middle, _BOTTOM + 34, "repeat", anchor="middle", class_="axis"),
    )  # fmt: skip


def _pair(places: Sequence[tuple[float, Repeat]], y: Scale) -> Markup | None:
    counted = [(x, y.at(one.value)) for x, one in places if one.counted and one.value is not None]
    if len(counted) < 2:
        return None
    return element(
        "polyline", points=" ".join(f"{x:.2f},{at:.2f}" for x, at in counted), class_="pair"
    )


def _mark(index: int, x: float, y: Scale, one: Repeat) -> Markup | None:
    if one.value is None:
        return None
    hover = f"{one.name}: {significant(one.value)} examples/s"
    if not one.counted:
        return drawing.struck(x, y.at(one.value), f"{hover}, {one.state}: does not count")
    if one.doubtful:
        hover += f", {plural(one.doubtful, 'doubt')}"
    if one.far:
        hover += ", far from the other repeats; it counts"
    return element(
        "g",
        drawing.outlined(x, y.at(one.value)) if one.far else None,
        drawing.mark(index, x, y.at(one.value), hover, class_="hollow" if one.doubtful else ""),
    )


def _mean(index: int, x: float, y: Scale, one: RepeatsOf) -> Markup | None:
    label = drawing.text(x, _BOTTOM + 16, one.name, anchor="middle", class_="tick")
    if one.spread is None:
        return label
    found = one.spread
    over = plural(found.count, "repeat")
    hover = f"{one.name}: mean {significant(found.mean)} examples/s over {over}"
    ends = None
    if found.low is not None and found.high is not None:
        hover += f", 95 % interval {significant(found.low)} to {significant(found.high)}"
        ends = drawing.interval(index, x, (y.at(found.low), y.at(found.high)), upright=True)
    return element("g", ends, drawing.mark(index, x, y.at(found.mean), hover), label)


def _keys(of: Sequence[RepeatsOf]) -> tuple[drawing.Key, ...]:
    every = [one for each in of for one in each.repeats if one.value is not None]
    counted = [one for one in every if one.counted]
    found = list(drawing.series_keys([one.name for one in of]))
    if any(one.doubtful for one in counted):
        found.append(
            drawing.Key(drawing.mark(0, 10, 7, "", class_="hollow muted"), "doubtful, counts")
        )
    if any(one.far for one in counted):
        ring = element("g", drawing.outlined(10, 7, 6), element("circle", cx=10, cy=7, r=3))
        found.append(drawing.Key(ring, "far from the others, counts"))
    if any(not one.counted for one in every):
        found.append(drawing.Key(drawing.struck(10, 7, ""), "does not count"))
    return tuple(found)


def _without(of: Sequence[RepeatsOf]) -> str:
    """Repeats that have no mark, and why."""
    missing = [
        f"{one.name} ({one.state})" for each in of for one in each.repeats if one.value is None
    ]
    return f"Without a figure: {', '.join(missing)}." if missing else ""


def _described(of: Sequence[RepeatsOf]) -> str:
    said = []
    for one in of:
        figures = [each.value for each in one.repeats if each.counted and each.value is not None]
        mean = "no figure" if one.spread is None else f"mean {significant(one.spread.mean)}"
        said.append(f"{one.name}: {', '.join(map(significant, figures)) or 'none'}; {mean}")
    return f"Examples a second of each repeat that counts. {'. '.join(said)}."
