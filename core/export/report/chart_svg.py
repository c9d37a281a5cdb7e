"""Paints a chart of ``core.charts`` as SVG."""

from __future__ import annotations

from dataclasses import dataclass

from core.charts.chart import (
    Axis,
    Band,
    Bar,
    Chart,
    ChartKey,
    ChartLine,
    Colour,
    Dot,
    HeatCell,
    Interval,
    Mark,
    Size,
    Target,
    Tick,
    Tone,
)
from core.export.report import drawing
from core.export.report.colours import HEAT
from core.export.report.markup import Markup, element
from core.export.report.scales import Scale, linear, ratios

_LEFT, _ROW_HEAD, _HEAT_LEFT = 52.0, 176.0, 92.0
_TOP, _HEIGHT = 40.0, 210.0
_TALL_ROW, _LOW_ROW, _CELL = 46.0, 20.0, 34.0
_BAR, _LEVELS = 16.0, len(HEAT["light"])
_SIZES = {Size.SMALL: 3.0, Size.NORMAL: 4.5, Size.LARGE: 6.0}
_LABEL_ROOM = (60.0, 14.0)


@dataclass(frozen=True)
class _Frame:
    """The two axes in the units of the drawing, and where rows have their marks."""

    x: Scale
    y: Scale

    def place(self, x: float, y: float) -> tuple[float, float]:
        return self.x.at(x), self.y.at(y)


def draw(chart: Chart) -> Markup:
    """A figure with drawing, key and caption; a sentence if there is nothing to draw."""
    if chart.why_empty:
        return element("p", chart.why_empty)
    cells = [mark for mark in chart.marks if isinstance(mark, HeatCell)]
    if cells:
        height, drawn = _heat_map(chart, cells)
    elif chart.y.ticks is not None:
        height, drawn = _rows(chart, chart.y.ticks)
    else:
        height, drawn = _plane(chart)
    return drawing.figure(
        chart.name,
        chart.title,
        chart.description,
        height,
        drawn,
        keys=_keys(chart),
        caption=(*((f"{_sentence(chart.source)}.",) if chart.source else ()), *chart.notes),
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


# -- layouts --------------------------------------------------------------------------------


def _plane(chart: Chart) -> tuple[float, Markup]:
    """Figures upwards; values or figures from left to right."""
    bottom = _TOP + _HEIGHT
    y = linear((chart.y.low, chart.y.high), bottom, _TOP)
    x = _along(chart.x, _LEFT, drawing.WIDTH - 8)
    width = (x.stop - x.start) / max(len(chart.x.ticks or ()), 1)
    below: Markup | list[Markup]
    if chart.x.ticks is None:
        below = drawing.bottom_axis(x, bottom, _TOP, chart.x.label)
    else:
        below = _names_below(chart.x, chart.x.ticks, x, bottom, width - 4)
    frame = _Frame(x, y)
    return bottom + 42, element(
        "g",
        drawing.left_axis(y, _LEFT, drawing.WIDTH - 4, chart.y.label),
        below,
        [_mark(mark, frame) for mark in chart.marks],
        _labels([mark for mark in chart.marks if isinstance(mark, Dot) and mark.label], frame),
    )


def _rows(chart: Chart, ticks: tuple[Tick, ...]) -> tuple[float, Markup]:
    """A row for each value of the y axis; what belongs to it stands above its marks or beside."""
    tall = any(tick.more for tick in ticks)
    row = _TALL_ROW if tall else _LOW_ROW
    top = 30.0 if tall else 24.0
    bottom = top + row * len(ticks)
    first, last = max(tick.at for tick in ticks), min(tick.at for tick in ticks)
    middle = 0.66 * row if tall else 0.5 * row
    y = Scale(last - 1e-6, first, bottom - row + middle, top + middle, ())
    left = 10.0 if tall else _ROW_HEAD
    x = _along(chart.x, left, drawing.WIDTH - 18, bars=tall)
    names = [
        drawing.text(10, top + row * (first - tick.at) + 12, tick.more, class_="label",
                     room=drawing.WIDTH - 20)
        if tall
        else drawing.text(0, y.at(tick.at) + 4, tick.text, class_="tick dark", room=left - 12)
        for tick in ticks
    ]  # fmt: skip
    frame = _Frame(x, y)
    return bottom + 44, element(
        "g",
        drawing.text(0, 12, chart.y.label, class_="axis", room=drawing.WIDTH),
        drawing.bottom_axis(x, bottom, top, chart.x.label),
        [_mark(mark, frame) for mark in chart.marks if isinstance(mark, Band)],
        names,
        [_mark(mark, frame) for mark in chart.marks if not isinstance(mark, Band)],
    )


def _heat_map(chart: Chart, cells: list[HeatCell]) -> tuple[float, Markup]:
    """A cell for each pair of values, the lowest value of the y axis at the bottom."""
    columns, rows = chart.x.ticks or (), chart.y.ticks or ()
    width, top = (drawing.WIDTH - _HEAT_LEFT) / len(columns), 56.0
    names = [
        drawing.text(_HEAT_LEFT + (at + 0.5) * width, top - 7, tick.text, anchor="middle",
                     class_="tick", room=width - 4)
        for at, tick in enumerate(columns)
    ] + [
        drawing.text(_HEAT_LEFT - 8, top + (len(rows) - at - 0.5) * _CELL + 4, tick.text,
                     anchor="end", class_="tick", room=_HEAT_LEFT - 8)
        for at, tick in enumerate(rows)
    ]  # fmt: skip
    drawn = []
    for cell in cells:
        x, y = _HEAT_LEFT + cell.column * width, top + (len(rows) - 1 - cell.row) * _CELL
        level = "none" if cell.share is None else str(_level(cell.share))
        text = "–" if cell.share is None else cell.text
        words = cell.target.words if cell.target else cell.text
        drawn.append(
            element(
                "g",
                element("title", words),
                element("rect", x=x + 1, y=y + 1, width=width - 2, height=_CELL - 2,
                        class_=f"h{level}"),
                drawing.text(x + width / 2, y + _CELL / 2 + 5, text, anchor="middle",
                             class_=f"cell oh{level}{' best' if cell.best else ''}"),
            )
        )  # fmt: skip
    return top + _CELL * len(rows) + 4, element(
        "g",
        drawing.text(0, 12, f"{chart.y.label} ↑", class_="axis", room=drawing.WIDTH),
        drawing.text(_HEAT_LEFT, 30, f"{chart.x.label} →", class_="axis"),
        names,
        drawn,
    )


def _along(axis: Axis, start: float, stop: float, *, bars: bool = False) -> Scale:
    """An axis from left to right."""
    if axis.logarithmic:
        return ratios((axis.low, axis.high), start, stop)
    if axis.ticks is None:
        return linear((axis.low, axis.high), start, stop)
    places = tuple(tick.at for tick in axis.ticks)
    # Words behind bars stand above them here: no room is needed for them.
    high = max(places) if bars and places else axis.high
    return Scale(axis.low, high, start, stop, places if bars else ())


def _names_below(
    axis: Axis, ticks: tuple[Tick, ...], x: Scale, bottom: float, room: float
) -> list[Markup]:
    names = [
        drawing.text(
            x.at(tick.at), bottom + 16, tick.text, anchor="middle", class_="tick", room=room
        )
        for tick in ticks
    ]
    middle = (x.start + x.stop) / 2
    return [*names, drawing.text(middle, bottom + 34, axis.label, anchor="middle", class_="axis")]


# -- marks ----------------------------------------------------------------------------------


def _mark(mark: Mark, frame: _Frame) -> Markup | None:
    if isinstance(mark, Dot):
        return _dot(mark, *frame.place(mark.x, mark.y))
    if isinstance(mark, ChartLine):
        return _line(mark, frame)
    if isinstance(mark, Interval):
        scale, across = (frame.y, frame.x) if mark.upright else (frame.x, frame.y)
        ends = (scale.at(mark.low), scale.at(mark.high))
        cap = 4.0 if mark.caps else 0.0
        return element(
            "g",
            drawing.interval(across.at(mark.at), ends, upright=mark.upright, cap=cap),
            class_=f"{_stroke(mark.colour)}{'' if mark.width > 1 else ' thin'}",
        )
    if isinstance(mark, Bar):
        left, y = frame.place(mark.start, mark.row)
        return element(
            "rect", _title(mark.target), x=left, y=y - _BAR / 2,
            width=max(frame.x.at(mark.end) - left, 1), height=_BAR,
            class_=f"{_fill(mark.colour)}{' faint' if mark.hatched else ''}",
        )  # fmt: skip
    if isinstance(mark, Band):
        left, right, middle = (frame.x.at(at) for at in (mark.low, mark.high, mark.line))
        top, bottom = frame.y.stop - 24, frame.y.start + 12
        return element(
            "g",
            element("rect", x=left, y=top, width=right - left, height=bottom - top, class_="band"),
            drawing.line(middle, top, middle, bottom, "one"),
        )
    return None


def _dot(dot: Dot, x: float, y: float) -> Markup:
    words = dot.target.words if dot.target else ""
    if dot.struck:
        return drawing.struck(x, y, words)
    classes = f"{_fill(dot.colour)}{' hollow' if dot.hollow else ''}"
    return drawing.mark(dot.shape, x, y, words, size=_SIZES[dot.size], class_=classes)


def _line(line: ChartLine, frame: _Frame) -> Markup | None:
    """A line with gaps where a point has no figure."""
    path, up = "", True
    for at, value in line.points:
        if value is not None:
            x, y = frame.place(at, value)
            path += f"{'M' if up else 'L'}{x:.2f} {y:.2f}"
        up = value is None
    if not path:
        return None
    width = "curve" if line.width > 1 else "thin"
    return element("path", d=path, class_=f"{width} {_stroke(line.colour)} d{line.dash % 5}")


def _labels(dots: list[Dot], frame: _Frame) -> Markup:
    """Names beside dots; if two would overlap, the later one is left to the hover."""
    shown: list[tuple[float, float]] = []
    names = []
    wide, high = _LABEL_ROOM
    for dot in dots:
        x, y = frame.place(dot.x, dot.y)
        if any(abs(x - left) < wide and abs(y - top) < high for left, top in shown):
            continue
        shown.append((x, y))
        # A name at the edge ends at its dot.
        anchor = "end" if x > drawing.WIDTH - wide else "start" if x < _LEFT + wide else "middle"
        names.append(drawing.text(x, y - 9, dot.label, anchor=anchor, class_="tick dark label"))
    return element("g", names)


def _title(target: Target | None) -> Markup | None:
    return element("title", target.words) if target else None


def _fill(colour: Colour) -> str:
    if colour.tone is Tone.PALETTE:
        return f"s{colour.index % drawing.SERIES}"
    if colour.tone is Tone.CAUSE:
        return f"c{colour.index}"
    return {Tone.TEXT: "ink", Tone.ACCENT: "share"}.get(colour.tone, "quiet")


def _stroke(colour: Colour) -> str:
    if colour.tone is Tone.PALETTE:
        return f"l{colour.index % drawing.SERIES}"
    return "ink" if colour.tone is Tone.TEXT else "quiet"


def _level(share: float) -> int:
    """Which of the colours a share has: even steps from the lowest to the highest."""
    return min(int(share * _LEVELS), _LEVELS - 1)


# -- keys -----------------------------------------------------------------------------------


def _keys(chart: Chart) -> tuple[drawing.DrawnKey, ...]:
    keys = [drawing.DrawnKey(_swatch(key), key.text) for key in chart.keys]
    if chart.ramp:
        about, low, high = chart.ramp
        keys.append(drawing.DrawnKey(_ramp(), f"{about} {low} to {high}, in even steps"))
    if chart.key_title and keys:
        keys[0] = drawing.DrawnKey(keys[0].drawing, f"{chart.key_title} {keys[0].words}")
    return tuple(keys)


def _swatch(key: ChartKey) -> Markup:
    mark = key.mark
    if isinstance(mark, Dot):
        return _dot(mark, 10, 7)
    if isinstance(mark, ChartLine):
        width = "curve" if mark.width > 1 else "thin"
        return element("path", d="M1 7L19 7", class_=f"{width} {_stroke(mark.colour)}")
    classes = _fill(mark.colour) if isinstance(mark, Bar) else "band"
    return element("rect", x=1, y=1, width=18, height=12, class_=classes)


def _ramp() -> Markup:
    return element(
        "g",
        [
            element("rect", x=4 * level, y=1, width=4, height=12, class_=f"h{level}")
            for level in range(_LEVELS)
        ],
    )
