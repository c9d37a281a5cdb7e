"""Draws cells and bars of a chart in pixels: text and hatching keep their size."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen

from core.charts.chart import Bar, HeatCell
from gui.plotting.pixel_item import ToPixels
from gui.theme import Theme, ramp_colour, readable_on

_BEHIND_PX = 8.0
_GAP, _HATCH_PX = 1.5, 7
_HALF_BAR, _MOST_BAR_PX = 0.34, 40


def draw_cell(
    painter: QPainter,
    to_pixels: ToPixels,
    cell: HeatCell,
    theme: Theme,
    font: QFont,
    *,
    chosen: bool,
    pointed: bool,
) -> None:
    """A cell of a heat map with its figure; hatched if it was not measured.

    Args:
        painter: Where to.
        to_pixels: From the plot's coordinates.
        cell: The cell.
        theme: Colours.
        font: Of its text.
        chosen: It is selected.
        pointed: It is pointed at.
    """
    x, y = cell.column, cell.row
    box = QRectF(to_pixels(x - 0.5, y + 0.5), to_pixels(x + 0.5, y - 0.5))
    box.adjust(_GAP, _GAP, -_GAP, -_GAP)
    if cell.share is None:
        _draw_blank(painter, box, cell.text, theme, font)
        return
    ground = ramp_colour(theme, cell.share)
    painter.fillRect(box, ground)
    text = QColor(readable_on(ground))
    if chosen or cell.best or pointed:
        width = 4 if chosen else 2
        painter.setPen(QPen(text, width, j=Qt.PenJoinStyle.MiterJoin))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inner = width / 2 + 1
        painter.drawRect(box.adjusted(inner, inner, -inner, -inner))
    painter.setPen(text)
    shown = QFont(font)
    shown.setPixelSize(_fitting(cell.text, font, box))
    shown.setBold(cell.best)
    painter.setFont(shown)
    lines = [cell.text]
    if cell.best and QFontMetricsF(shown).height() * 2 + 4 <= box.height():
        lines.append("best")
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "\n".join(lines))


def draw_bar(
    painter: QPainter,
    to_pixels: ToPixels,
    bar: Bar,
    ink: QColor,
    theme: Theme,
    font: QFont,
    *,
    framed: bool,
    across_px: Sequence[float] = (),
) -> None:
    """A bar with its words behind it.

    Args:
        painter: Where to.
        to_pixels: From the plot's coordinates.
        bar: The bar.
        ink: Its colour.
        theme: Colours of the text.
        font: Of the text.
        framed: It is pointed at.
        across_px: Where upright lines are, in pixels: the words go behind those that they meet.
    """
    box = QRectF(to_pixels(bar.start, bar.row + _HALF_BAR), to_pixels(bar.end, bar.row - _HALF_BAR))
    if box.height() > _MOST_BAR_PX:
        middle = box.center().y()
        box.setTop(middle - _MOST_BAR_PX / 2)
        box.setBottom(middle + _MOST_BAR_PX / 2)
    painter.setPen(QPen(QColor(theme.text), 2) if framed else QPen(ink, 1))
    painter.setBrush(QBrush(ink, Qt.BrushStyle.BDiagPattern) if bar.hatched else QBrush(ink))
    painter.drawRect(box)
    if bar.text:
        painter.setPen(QColor(theme.text))
        painter.setFont(font)
        wide = QFontMetricsF(font).horizontalAdvance(bar.text) + 4
        left = words_left(box.right(), wide, across_px, painter.viewport().right())
        behind = QRectF(left, box.top(), wide, box.height())
        painter.drawText(behind, Qt.AlignmentFlag.AlignVCenter, bar.text)


def words_left(end_px: float, wide_px: float, across_px: Sequence[float], most_px: float) -> float:
    """Where the words behind a bar begin: on no upright line, if there is room behind it.

    Args:
        end_px: The end of the bar.
        wide_px: Width of the words.
        across_px: Where the lines are.
        most_px: Where the words have to end.
    """
    usual = left = end_px + _BEHIND_PX
    for line in sorted(across_px):
        if left - _BEHIND_PX / 2 <= line <= left + wide_px:
            left = line + _BEHIND_PX
    return left if left + wide_px <= most_px else usual


def room_behind(
    bars: Sequence[Bar], high: float, width_px: float, font: QFont, low: float = 0.0
) -> float:
    """The end of an x axis at which the words behind all bars are seen.

    Args:
        bars: The bars.
        high: The end of the axis unless they need more.
        width_px: Width of the axis.
        font: Of the words.
        low: Where the axis begins.
    """
    metrics = QFontMetricsF(font)
    for bar in bars:
        words_px = metrics.horizontalAdvance(bar.text) + 4 + _BEHIND_PX
        # In less than a quarter of the width bars say nothing.
        left_px = max(width_px - words_px, width_px / 4)
        if left_px > 0:
            high = max(high, low + (bar.end - low) * width_px / left_px)
    return high


def _draw_blank(painter: QPainter, box: QRectF, words: str, theme: Theme, font: QFont) -> None:
    painter.save()
    painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
    painter.setPen(QPen(QColor(theme.border), 1))
    reach = box.height()
    left = box.left() - reach
    while left < box.right():
        painter.drawLine(QPointF(left, box.bottom()), QPointF(left + reach, box.top()))
        left += _HATCH_PX
    painter.restore()
    metrics = QFontMetricsF(font)
    wide = metrics.horizontalAdvance(words) + 8
    if wide <= box.width() and metrics.height() <= box.height():
        plate = QRectF(0, 0, wide, metrics.height() + 2)
        plate.moveCenter(box.center())
        painter.fillRect(plate, QColor(theme.base))
        painter.setPen(QColor(theme.muted))
        painter.setFont(font)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def _fitting(text: str, font: QFont, box: QRectF) -> int:
    """The largest size in pixels, up to 16, at which the text fits; at least 7."""
    trial = QFont(font)
    for size in range(16, 7, -1):
        trial.setPixelSize(size)
        metrics = QFontMetricsF(trial)
        if metrics.horizontalAdvance(text) + 6 <= box.width() and metrics.height() <= box.height():
            return size
    return 7
