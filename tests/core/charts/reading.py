"""Reads a chart: its marks by kind."""

from __future__ import annotations

from typing import TypeVar

from core.charts.chart import Axis, Bar, Chart, ChartLine, Dot, HeatCell, Interval, Mark

AnyMark = TypeVar("AnyMark", bound=Mark)


def marks(chart: Chart, kind: type[AnyMark]) -> list[AnyMark]:
    return [mark for mark in chart.marks if isinstance(mark, kind)]


def dots(chart: Chart) -> list[Dot]:
    return marks(chart, Dot)


def cells(chart: Chart) -> list[HeatCell]:
    return marks(chart, HeatCell)


def bars(chart: Chart) -> list[Bar]:
    return marks(chart, Bar)


def intervals(chart: Chart) -> list[Interval]:
    return marks(chart, Interval)


def lines(chart: Chart) -> list[list[tuple[float, float]]]:
    """Every stretch of a line that has no gap and leads through more than one point."""
    found: list[list[tuple[float, float]]] = []
    for line in marks(chart, ChartLine):
        stretch: list[tuple[float, float]] = []
        for x, y in (*line.points, (0.0, None)):
            if y is not None:
                stretch.append((x, y))
                continue
            if len(stretch) > 1:
                found.append(stretch)
            stretch = []
    return found


def ticks(axis: Axis) -> list[str]:
    return [tick.text for tick in axis.ticks or ()]
