"""Throughput over the two knobs of a sweep that matter most, as a table with a colour each."""

from __future__ import annotations

from core.analysis.against_knob import Heat
from core.export.report import drawing
from core.export.report.charts.against import OVER_THE_SAME
from core.export.report.colours import HEAT
from core.export.report.markup import Markup, element
from core.model.plural import plural
from core.model.quantity import significant

_LEFT, _TOP, _CELL = 92.0, 56.0, 34.0
_LEVELS = len(HEAT["light"])


def draw(found: Heat, source: str) -> Markup:
    """A cell for each pair of values, with its figure.

    Args:
        found: The numbers.
        source: Where the figures come from, with what was emulated.
    """
    width = (drawing.WIDTH - _LEFT) / len(found.columns)
    known = [cell for line in found.cells for cell in line if cell is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    several = max((count for line in found.counts for count in line), default=0) > 1
    return drawing.figure(
        "heat",
        "The two knobs that matter most, together",
        _described(found),
        _TOP + _CELL * len(found.rows) + 4,
        drawing.text(0, 12, f"{found.row_key} ↓", class_="axis", room=drawing.WIDTH),
        drawing.text(_LEFT, 30, f"{found.column_key} →", class_="axis", room=drawing.WIDTH - _LEFT),
        [
            drawing.text(
                _LEFT + (index + 0.5) * width, _TOP - 7, column, anchor="middle", class_="tick",
                room=width - 4,
            )
            for index, column in enumerate(found.columns)
        ],
        [
            drawing.text(
                _LEFT - 8, _TOP + (index + 0.5) * _CELL + 4, row, anchor="end", class_="tick",
                room=_LEFT - 8,
            )
            for index, row in enumerate(found.rows)
        ],
        [
            _cell(found, row, column, width, (low, high))
            for row in range(len(found.rows))
            for column in range(len(found.columns))
        ],
        keys=(drawing.Key(_swatches(), "from slow to fast, in even steps"),),
        caption=(
            f"Throughput in examples/s. {source}."
            + (" A cell is the geometric mean over the other knobs' values." if several else "")
            + ("" if found.alike else f" Means {OVER_THE_SAME}"),
        ),
    )  # fmt: skip


def _cell(found: Heat, row: int, column: int, width: float, ends: tuple[float, float]) -> Markup:
    value = found.cells[row][column]
    x, y = _LEFT + column * width, _TOP + row * _CELL
    place = f"{found.row_key}={found.rows[row]}, {found.column_key}={found.columns[column]}"
    if value is None:
        words, shown, heat = f"{place}: not measured", "–", "none"
    else:
        count = plural(found.counts[row][column], "configuration")
        words = f"{place}: {significant(value)} examples/s, {count}"
        shown, heat = significant(value), str(level(value, *ends))
    return element(
        "g",
        element("title", words),
        element("rect", x=x + 1, y=y + 1, width=width - 2, height=_CELL - 2, class_=f"h{heat}"),
        drawing.text(
            x + width / 2, y + _CELL / 2 + 5, shown, anchor="middle", class_=f"cell oh{heat}"
        ),
    )


def _swatches() -> Markup:
    return element(
        "g",
        [
            element("rect", x=4 * one, y=1, width=4, height=12, class_=f"h{one}")
            for one in range(_LEVELS)
        ],
    )


def level(value: float, low: float, high: float) -> int:
    """Which of the colours a figure has: even steps from the lowest to the highest."""
    if high <= low:
        return _LEVELS // 2
    share = (value - low) / (high - low)
    return min(int(share * _LEVELS), _LEVELS - 1)


def _described(found: Heat) -> str:
    said = [
        f"{found.row_key} {row}: "
        + ", ".join(
            f"{column} {'not measured' if cell is None else significant(cell)}"
            for column, cell in zip(found.columns, line, strict=True)
        )
        for row, line in zip(found.rows, found.cells, strict=True)
    ]
    return f"Examples a second by {found.column_key} in columns. {'. '.join(said)}."
