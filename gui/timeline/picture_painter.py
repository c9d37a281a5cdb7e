"""Draws the picture of a trace: axis, steps, names of rows, rows, selection."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from core.timeline.rows import Timeline
from gui.theme import Theme, marked_ground, mixed
from gui.timeline.row_layout import AXIS_PX, GUTTER_PX, HEADING_PX, RowLayout
from gui.timeline.row_painter import RowPainter
from gui.timeline.time_window import TimeWindow, time_words

_INDENT_PX, _TICK_PX, _STEP_PX = 14, 90, 8
_FOLDED = "\N{BLACK RIGHT-POINTING SMALL TRIANGLE} "
_UNFOLDED = "\N{BLACK DOWN-POINTING SMALL TRIANGLE} "


@dataclass(frozen=True)
class Picture:
    """What is to be drawn.

    Attributes:
        timeline: What is in it.
        name: What it is called, beside the steps in sight; empty for nothing.
        layout: Where its rows are.
        seen: Which stretch of time is seen.
        scrolled: Pixels that the rows are scrolled up.
        width: Of the picture, in pixels.
        height: Of the picture, in pixels.
        marked: Names that stand out.
        selection: The selected stretch, in seconds; None for none.
        cursor: The row that the keyboard is at; None while it is elsewhere.
    """

    timeline: Timeline
    name: str
    layout: RowLayout
    seen: TimeWindow
    scrolled: int
    width: int
    height: int
    marked: frozenset[int]
    selection: tuple[float, float] | None
    cursor: int | None


class PicturePainter:
    """Draws pictures in the colours of a theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._rows = RowPainter(theme)

    def draw(self, painter: QPainter, picture: Picture) -> None:
        """Draw what is in sight."""
        painter.fillRect(0, 0, picture.width, picture.height, QColor(self._theme.base))
        area = QRectF(GUTTER_PX, AXIS_PX, picture.seen.width, picture.height - AXIS_PX)
        painter.setClipRect(QRectF(0, AXIS_PX, picture.width, picture.height - AXIS_PX))
        self._draw_steps(painter, picture, area)
        high, names = picture.layout.row_px, picture.timeline.names
        for at, top in enumerate(picture.layout.tops):
            y = AXIS_PX + top - picture.scrolled
            if y + high < AXIS_PX or y - HEADING_PX > picture.height:
                continue
            row = picture.layout.rows[at][1]
            if row.heading:
                self._draw_heading(painter, picture, row.heading, y)
            self._draw_name(painter, picture, at, y)
            place = QRectF(GUTTER_PX, y + 2, picture.seen.width, high - 4)
            painter.save()
            painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
            self._rows.draw(painter, row, picture.seen, place, names, picture.marked)
            painter.restore()
        painter.setClipping(False)
        self._draw_axis(painter, picture)
        self._draw_selection(painter, picture, area)

    def _draw_steps(self, painter: QPainter, picture: Picture, area: QRectF) -> None:
        """Every other step on a plate of its own, while they can be told apart."""
        steps_s, seen = picture.timeline.steps_s, picture.seen
        plate = mixed(QColor(self._theme.window), QColor(self._theme.base), 0.8)
        steps = seen.steps(steps_s)
        if len(steps) > area.width() / _STEP_PX:
            return
        for index in steps:
            if index % 2 == 0:
                left, right = (seen.x(at_s) for at_s in steps_s[index].tolist())
                box = QRectF(area.left() + left, area.top(), right - left, area.height())
                painter.fillRect(box & area, plate)

    def _draw_heading(self, painter: QPainter, picture: Picture, heading: str, y: int) -> None:
        place = QRectF(6, y - HEADING_PX, picture.width - 6, HEADING_PX)
        painter.setPen(QColor(self._theme.muted))
        painter.drawText(place, _LEFT, heading.upper())
        painter.setPen(QColor(self._theme.border))
        painter.drawLine(0, y - 1, picture.width, y - 1)

    def _draw_name(self, painter: QPainter, picture: Picture, at: int, y: int) -> None:
        index, row = picture.layout.rows[at]
        high = picture.layout.row_px
        if at == picture.cursor:
            painter.fillRect(QRectF(0, y, GUTTER_PX - 4, high), marked_ground(self._theme))
        sign = ""
        if row.threads:
            sign = _UNFOLDED if picture.layout.is_unfolded(index) else _FOLDED
        left = 6 + (_INDENT_PX if row.depth else 0)
        room = GUTTER_PX - left - 8
        painter.setPen(QColor(self._theme.muted if row.depth else self._theme.text))
        text = painter.fontMetrics().elidedText(
            sign + row.label, Qt.TextElideMode.ElideMiddle, room
        )
        painter.drawText(QRectF(left, y, room, high), _LEFT, text)

    def _draw_axis(self, painter: QPainter, picture: Picture) -> None:
        theme, seen = self._theme, picture.seen
        painter.fillRect(QRectF(0, 0, picture.width, AXIS_PX), QColor(theme.window))
        painter.setPen(QColor(theme.muted))
        ticks = seen.ticks(_TICK_PX)
        apart_s = ticks[1] - ticks[0] if len(ticks) > 1 else seen.length_s
        for at_s in ticks:
            x = GUTTER_PX + seen.x(at_s)
            painter.drawLine(QPointF(x, AXIS_PX - 5), QPointF(x, AXIS_PX))
            painter.drawText(QPointF(x + 3, AXIS_PX - 7), time_words(at_s, apart_s))
        words = painter.fontMetrics().elidedText(
            _step_words(picture), Qt.TextElideMode.ElideMiddle, GUTTER_PX - 12
        )
        painter.drawText(QPointF(6, AXIS_PX - 7), words)
        painter.setPen(QColor(theme.border))
        painter.drawLine(0, AXIS_PX - 1, picture.width, AXIS_PX - 1)

    def _draw_selection(self, painter: QPainter, picture: Picture, area: QRectF) -> None:
        if picture.selection is None:
            return
        left, right = (area.left() + picture.seen.x(at_s) for at_s in picture.selection)
        colour = QColor(self._theme.accent)
        painter.setPen(colour)
        painter.setClipRect(area)
        for x in (left, right):
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        colour.setAlphaF(0.12)
        painter.fillRect(QRectF(left, area.top(), right - left, area.height()), colour)


_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


def _step_words(picture: Picture) -> str:
    """What it is, and which steps are in sight."""
    steps, numbers = picture.seen.steps(picture.timeline.steps_s), picture.timeline.numbers
    said = [picture.name] if picture.name else []
    if numbers and steps:
        first, last = numbers[steps[0]], numbers[steps[-1]]
        said.append(f"step {first}" if first == last else f"steps {first}–{last}")
    return " · ".join(said)
