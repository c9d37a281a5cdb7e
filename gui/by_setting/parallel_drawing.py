"""Draws parallel coordinates: an axis for each knob, the metric's last, a line a configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from core.charts.all_knobs import Brush, ParallelChart
from gui.plotting.pixel_item import ToPixels
from gui.theme import Theme, mixed, ramp_colour

METRIC_STOPS = tuple(index / 10 for index in range(11))
"""Where keys stop on the metric's axis."""
_BUNDLE = 0.06
"""Lines through one value are spread over so much of an axis on either side, by their metric."""
_BRUSH_PX = 7
_SMOOTH_UP_TO = 300
_TONES = 64
_WIDE_UP_TO = 64


@dataclass(frozen=True)
class Emphasis:
    """How the lines are set off.

    Attributes:
        passing: Indices of the lines that go through all brushes.
        strong: Indices of those that are selected or pointed at.
        brushes: By the index of their axis.
        focus: The axis that keys act on; None where the keyboard is elsewhere.
    """

    passing: frozenset[int] = frozenset()
    strong: tuple[int, ...] = ()
    brushes: Mapping[int, Brush] = field(default_factory=dict)
    focus: int | None = None


def line_heights(chart: ParallelChart, index: int) -> tuple[float, ...]:
    """Where a line meets the axes; on a knob's axis a little aside, so that lines do not hide."""
    line = chart.lines[index]
    heights = []
    for axis, height in zip(chart.axes[:-1], line.heights, strict=False):
        room = min(_BUNDLE, 0.32 / max(len(axis.ticks) - 1, 1))
        heights.append(height + (line.share - 0.5) * 2 * room)
    return (*heights, line.heights[-1])


def draw_lines(
    painter: QPainter, to_pixels: ToPixels, chart: ParallelChart, emphasis: Emphasis, theme: Theme
) -> None:
    """The lines: those that do not pass are faint, selected ones are strong."""
    count = len(chart.lines)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, count <= _SMOOTH_UP_TO)
    faint = QPen(mixed(QColor(theme.muted), QColor(theme.base), 0.3), 1)
    origin, unit = to_pixels(0, 0), to_pixels(1, 1)
    wide, high = unit.x() - origin.x(), unit.y() - origin.y()
    shapes = [
        QPolygonF(
            [
                QPointF(origin.x() + x * wide, origin.y() + y * high)
                for x, y in enumerate(line_heights(chart, index))
            ]
        )
        for index in range(count)
    ]
    # Few tones are enough for the eye, and changing the pen for each of many lines costs time.
    pens = [QPen(ramp_colour(theme, step / _TONES), 1.2) for step in range(_TONES + 1)]
    painter.setPen(faint)
    for index, shape in enumerate(shapes):
        if index not in emphasis.passing:
            painter.drawPolyline(shape)
    for index, shape in enumerate(shapes):
        if index in emphasis.passing:
            painter.setPen(pens[round(chart.lines[index].share * _TONES)])
            painter.drawPolyline(shape)
    width = 2.5 if len(emphasis.strong) <= _WIDE_UP_TO else 1
    painter.setPen(QPen(QColor(theme.text), width))
    painter.setBrush(QColor(theme.text))
    for index in emphasis.strong:
        painter.drawPolyline(shapes[index])
        if len(emphasis.strong) <= _WIDE_UP_TO:
            for place in shapes[index].toList():
                painter.drawEllipse(place, 2.5, 2.5)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def draw_axes(
    painter: QPainter,
    to_pixels: ToPixels,
    chart: ParallelChart,
    emphasis: Emphasis,
    theme: Theme,
    font: QFont,
) -> None:
    """The axes with their values and names, and the brushes on them.

    Args:
        painter: Where to.
        to_pixels: From the plot's coordinates.
        chart: The axes.
        emphasis: The brushes and the axis in focus.
        theme: Colours.
        font: Of all texts.
    """
    metrics = QFontMetricsF(font)
    spacing = to_pixels(1, 0).x() - to_pixels(0, 0).x()
    for index, axis in enumerate(chart.axes):
        name = axis.label
        # The metric goes without its unit if there is no room for it.
        if not axis.key and metrics.horizontalAdvance(name) > 0.85 * spacing:
            name = name.partition(" (")[0]
        focused = index == emphasis.focus
        low, high = to_pixels(index, 0.0), to_pixels(index, 1.0)
        pen = QPen(QColor(theme.text if focused else theme.muted), 2 if focused else 1)
        painter.setPen(pen)
        reach = QPointF(0, _BUNDLE * (low.y() - high.y()))
        painter.drawLine(low + reach, high - reach)
        _draw_brush(painter, to_pixels, index, emphasis, theme)
        bold = QFont(font)
        bold.setBold(True)
        painter.setFont(bold)
        painter.setPen(QColor(theme.text))
        shown = QFontMetricsF(bold).elidedText(name, Qt.TextElideMode.ElideRight, spacing - 8)
        wide = QFontMetricsF(bold).horizontalAdvance(shown) + 4
        top = to_pixels(index, 1.0 + _BUNDLE).y() - metrics.height() - 6
        left = low.x() - wide / 2
        painter.drawText(
            QRectF(left, top, wide, metrics.height()), Qt.AlignmentFlag.AlignCenter, shown
        )
        painter.setFont(font)
        for tick in axis.ticks:
            _draw_tick(painter, to_pixels(index, tick.at), tick.text, metrics, theme, spacing)


def _draw_tick(
    painter: QPainter,
    place: QPointF,
    text: str,
    metrics: QFontMetricsF,
    theme: Theme,
    spacing: float,
) -> None:
    painter.setPen(QPen(QColor(theme.text), 1))
    painter.drawLine(place - QPointF(3, 0), place + QPointF(3, 0))
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, 0.62 * spacing)
    wide = metrics.horizontalAdvance(shown) + 6
    box = QRectF(place.x() + 6, place.y() - metrics.height() / 2, wide, metrics.height())
    plate = QColor(theme.base)
    plate.setAlpha(225)
    painter.fillRect(box, plate)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)


def _draw_brush(
    painter: QPainter, to_pixels: ToPixels, index: int, emphasis: Emphasis, theme: Theme
) -> None:
    brush = emphasis.brushes.get(index)
    if brush is None:
        return
    # Lines through the outermost values are spread beyond the ends of the axis.
    top = to_pixels(index, brush[1] + (_BUNDLE if brush[1] >= 1.0 else 0.0))
    bottom = to_pixels(index, brush[0] - (_BUNDLE if brush[0] <= 0.0 else 0.0))
    shade = QColor(theme.accent)
    painter.setPen(QPen(shade, 1.5))
    shade.setAlpha(70)
    painter.setBrush(shade)
    painter.drawRect(
        QRectF(top.x() - _BRUSH_PX, top.y(), 2 * _BRUSH_PX, max(bottom.y() - top.y(), 3.0))
    )
