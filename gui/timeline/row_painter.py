"""Draws one row of a picture: single events where there is room, else each pixel's share."""

from __future__ import annotations

import math
from collections.abc import Sequence, Set

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter

from core.timeline.rows import UNNAMED, Row, RowPart
from gui.theme import Theme, mixed, readable_on
from gui.timeline.time_window import TimeWindow, time_words
from gui.timeline.timeline_colours import tone_colour

MOST_SINGLE = 400
"""Of a row; with more events in sight each pixel shows how much of its time was busy."""
_LEAST_SEEN = 0.3
"""Anything at all in a pixel is at least so dense: one short event must not vanish."""
_LEAST_TEXT_PX, _LEAST_TEXT = 26, 3
_SHADES = 64


class RowPainter:
    """Draws rows in the colours of a theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._base = QColor(theme.base)
        self._shades: dict[str, np.ndarray] = {}

    def draw(
        self,
        painter: QPainter,
        row: Row,
        window: TimeWindow,
        place: QRectF,
        names: Sequence[str],
        marked: Set[int],
    ) -> None:
        """Draw a row.

        Args:
            painter: Draws.
            row: The row.
            window: What is seen.
            place: Where, in pixels.
            names: Names of events.
            marked: Indices of those that stand out, as they were searched for.
        """
        for part in row.parts:
            seen = part.between(window.begin_s, window.end_s)
            colour = tone_colour(self._theme, part.tone)
            if seen.stop - seen.start > MOST_SINGLE:
                self._draw_shares(painter, part, window, place, colour)
            else:
                self._draw_single(painter, part, seen, window, place, colour, names)
            if marked:
                self._draw_marked(painter, part, seen, window, place, marked)

    def _draw_shares(
        self, painter: QPainter, part: RowPart, window: TimeWindow, place: QRectF, colour: QColor
    ) -> None:
        count = max(int(place.width()), 1)
        shares = part.shares(np.linspace(window.begin_s, window.end_s, count + 1))
        shade = np.ceil(
            np.where(shares > 0, _LEAST_SEEN + (1 - _LEAST_SEEN) * shares, 0.0) * (_SHADES - 1)
        ).astype(np.int64)
        pixels = np.ascontiguousarray(self._ramp(colour)[shade])
        image = QImage(pixels.data, count, 1, 4 * count, QImage.Format.Format_ARGB32)
        painter.drawImage(place, image, QRectF(0, 0, count, 1))

    def _ramp(self, colour: QColor) -> np.ndarray:
        """The colour in so many shades, the first of which is no colour at all."""
        key = colour.name()
        if key not in self._shades:
            shades = [
                mixed(colour, self._base, step / (_SHADES - 1)).rgba() for step in range(_SHADES)
            ]
            self._shades[key] = np.array([0, *shades[1:]], np.uint32)
        return self._shades[key]

    def _draw_single(
        self,
        painter: QPainter,
        part: RowPart,
        seen: slice,
        window: TimeWindow,
        place: QRectF,
        colour: QColor,
        names: Sequence[str],
    ) -> None:
        edge = mixed(QColor(self._theme.base), colour, 0.45)
        text = QColor(readable_on(colour))
        metrics = painter.fontMetrics()
        starts_s = part.start_s[seen].tolist()
        spans = zip(
            starts_s,
            part.end_s[seen].tolist(),
            part.name_index[seen].tolist(),
            [*starts_s, math.inf][1:],
            strict=True,
        )
        for start_s, end_s, name, next_s in spans:
            left, right = max(window.x(start_s), -1.0), min(window.x(end_s), place.width() + 1)
            if right < 0 or left > place.width():
                continue
            box = QRectF(place.left() + left, place.top(), max(right - left, 1.0), place.height())
            painter.fillRect(box, colour)
            if box.width() > 3:
                painter.setPen(edge)
                painter.drawLine(box.topLeft(), box.bottomLeft())
            # What goes on within it is drawn over it.
            box.setWidth(min(box.width(), max(window.x(next_s) - max(left, 0.0), 0.0)))
            if box.width() >= _LEAST_TEXT_PX:
                painter.setPen(text)
                said = _name(part, name, names).rpartition("::")[2]
                self._write(painter, box, said, metrics)

    @staticmethod
    def _write(painter: QPainter, box: QRectF, text: str, metrics: QFontMetrics) -> None:
        room = box.adjusted(4, 0, -2, 0)
        short = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
        if short == text or len(short) > _LEAST_TEXT:
            align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(room, align, short)

    def _draw_marked(
        self,
        painter: QPainter,
        part: RowPart,
        seen: slice,
        window: TimeWindow,
        place: QRectF,
        marked: Set[int],
    ) -> None:
        chosen = np.isin(part.name_index[seen], list(marked))
        left = (part.start_s[seen][chosen] - window.begin_s) / window.length_s * place.width()
        # One line a pixel, however many there are.
        colour = QColor(self._theme.text)
        for x in np.unique(np.clip(left, 0, place.width()).astype(np.int64)).tolist():
            painter.fillRect(QRectF(place.left() + x, place.top(), 2, place.height()), colour)


def event_words(row: Row, names: Sequence[str], begin_s: float, end_s: float) -> list[str]:
    """What of a row lies in a short stretch of time: the last event of each part."""
    said = []
    for part in row.parts:
        near = part.between(begin_s, end_s)
        touching = np.flatnonzero(part.end_s[near] >= begin_s)
        if len(touching):
            event = near.start + int(touching[-1])
            took = time_words(float(part.end_s[event] - part.start_s[event]))
            more = f" (and {len(touching) - 1} more here)" if len(touching) > 1 else ""
            said.append(f"{_name(part, int(part.name_index[event]), names)}: {took}{more}")
    return said


def _name(part: RowPart, index: int, names: Sequence[str]) -> str:
    return str(part.tone) if index == UNNAMED else names[index]
