"""The items that show the marks of a chart which lie in its coordinates: bands, lines, dots."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QPen

from core.charts.chart import Band, Chart, ChartLine, Dot, Interval, Size
from gui.plotting.marks_view import symbols, themed
from gui.theme import Theme, line_pen

SYMBOLS = ("o", "s", "t", "d", "t1", "p", "star", "h")
"""By the index of a shape: with the colour, never the colour alone."""
STRUCK = "x"
_SIZES = {Size.SMALL: 6, Size.NORMAL: 11, Size.LARGE: 13}
_DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)
_CAP = 0.008
"""Half the length of an interval's cap, as a share of the axis across."""

Item = tuple[Any, float]
"""An item and how far in front it stands."""
AlongX = Callable[[float], float]
"""Where a value stands along the x axis, which may be logarithmic."""


def chart_items(
    chart: Chart,
    along_x: AlongX,
    view_range: tuple[Sequence[float], Sequence[float]],
    theme: Theme,
) -> Iterator[Item]:
    """Make the items.

    Args:
        chart: Has the marks.
        along_x: Where values stand along the x axis.
        view_range: What is seen of the x axis and of the y axis.
        theme: The colours.
    """
    marks = chart.marks
    for band in (mark for mark in marks if isinstance(mark, Band)):
        yield from _band(band, along_x, theme)
    for line in (mark for mark in marks if isinstance(mark, ChartLine)):
        yield from _line(line, along_x, theme)
    intervals = [mark for mark in marks if isinstance(mark, Interval)]
    yield from _intervals(intervals, along_x, view_range, theme)
    yield _dots([mark for mark in marks if isinstance(mark, Dot)], along_x, theme)


def _band(band: Band, along_x: AlongX, theme: Theme) -> Iterator[Item]:
    shade = QColor(theme.muted)
    shade.setAlpha(50)
    region = pg.LinearRegionItem(
        (along_x(band.low), along_x(band.high)),
        movable=False,
        pen=pg.mkPen(None),
        brush=QBrush(shade),
    )
    region.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
    yield region, -4
    yield pg.InfiniteLine(along_x(band.line), angle=90, pen=line_pen(theme.muted)), -3


def _line(line: ChartLine, along_x: AlongX, theme: Theme) -> Iterator[Item]:
    if all(y is None for _, y in line.points):
        # pyqtgraph never returns from painting a curve without a finite point.
        return
    pen = line_pen(themed(theme, line.colour), line.width, _DASHES[line.dash % len(_DASHES)])
    x = np.array([along_x(x) for x, _ in line.points], float)
    y = np.array([np.nan if y is None else y for _, y in line.points], float)
    yield pg.PlotCurveItem(x, y, connect="finite", pen=pen, antialias=True), 8


def _intervals(
    intervals: Sequence[Interval],
    along_x: AlongX,
    view_range: tuple[Sequence[float], Sequence[float]],
    theme: Theme,
) -> Iterator[Item]:
    """One item for all that look alike."""
    (left, right), (bottom, top) = view_range
    looks: dict[tuple[Any, float], list[tuple[float, float]]] = {}
    for interval in intervals:
        ends = looks.setdefault((interval.colour, interval.width), [])
        strokes = [(interval.at, interval.low), (interval.at, interval.high)]
        cap = _CAP * ((right - left) if interval.upright else 3 * (top - bottom))
        if interval.caps:
            for end in (interval.low, interval.high):
                strokes += [(interval.at - cap, end), (interval.at + cap, end)]
        if not interval.upright:
            strokes = [(along_x(along), at) for at, along in strokes]
        ends += strokes
    for (colour, width), ends in looks.items():
        x, y = np.array(ends, float).T
        pen = line_pen(themed(theme, colour), width)
        yield pg.PlotCurveItem(x, y, connect="pairs", pen=pen), 10


def _dots(dots: Sequence[Dot], along_x: AlongX, theme: Theme) -> Item:
    pens: dict[Any, tuple[QBrush, QPen]] = {}
    edge, none = line_pen(theme.base), pg.mkBrush(theme.base)
    spots = []
    for dot in dots:
        if dot.colour not in pens:
            ink = themed(theme, dot.colour)
            pens[dot.colour] = QBrush(ink), line_pen(ink, 1.5)
        brush, outline = pens[dot.colour]
        outlined = dot.hollow or dot.struck
        spots.append(
            {
                "pos": (along_x(dot.x), dot.y),
                "symbol": STRUCK if dot.struck else SYMBOLS[dot.shape % len(SYMBOLS)],
                "size": _SIZES[dot.size],
                "brush": none if dot.hollow else brush,
                "pen": outline if outlined else edge,
            }
        )
    return symbols(spots), 12
