"""The picture of a trace: rows over time, with keys and mouse."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from core.timeline.rows import Row, Timeline
from gui.theme import Theme, mixed
from gui.timeline.row_painter import RowPainter
from gui.timeline.time_window import TimeWindow, time_words
from gui.widgets.tooltip_text import as_tip

_AXIS_PX, _HEADING_PX, _GUTTER_PX, _INDENT_PX = 24, 22, 210, 14
_TICK_PX = 90
_ZOOM, _PAN, _FINE = 1.5, 0.25, 0.05
_LEAST_DRAG_PX = 4
_KEY = Qt.Key


class TimelineView(QAbstractScrollArea):
    """Shows a timeline. W and S zoom, A and D go sideways, F fits, ``.`` and ``,`` go by steps.

    Attributes:
        seen: Which stretch of time is in sight.
        selection: The stretch that was selected, in seconds; None for none.

    Signals:
        selected: Another stretch is selected, or none.
        moved: Another stretch is seen.
    """

    selected = Signal()
    moved = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("timeline")
        self.setAccessibleDescription(
            "W and S zoom, A and D go sideways, F shows all, period and comma go from step to "
            "step, Return unfolds a row, Escape clears"
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self._theme, self._timeline = theme, Timeline((), (), (0.0, 1.0), np.empty((0, 2)))
        self._painter = RowPainter(theme, self._name)
        self._open: set[int] = set()
        self._rows: list[tuple[int, Row]] = []
        self._row = 0
        self._marked: frozenset[int] = frozenset()
        self._drag: tuple[float, bool] | None = None
        self.seen = TimeWindow()
        self.selection: tuple[float, float] | None = None
        self._keys: dict[int, Callable[[], object]] = {
            _KEY.Key_W: partial(self._zoom, 1 / _ZOOM),
            _KEY.Key_S: partial(self._zoom, _ZOOM),
            _KEY.Key_Plus: partial(self._zoom, 1 / _ZOOM),
            _KEY.Key_Minus: partial(self._zoom, _ZOOM),
            _KEY.Key_A: partial(self._pan, -_PAN),
            _KEY.Key_D: partial(self._pan, _PAN),
            _KEY.Key_Left: partial(self._pan, -_FINE),
            _KEY.Key_Right: partial(self._pan, _FINE),
            _KEY.Key_F: self.fit,
            _KEY.Key_Period: partial(self.go_step, 1),
            _KEY.Key_Comma: partial(self.go_step, -1),
            _KEY.Key_Up: partial(self._go_row, -1),
            _KEY.Key_Down: partial(self._go_row, 1),
            _KEY.Key_Return: self._toggle_row,
            _KEY.Key_Space: self._toggle_row,
        }

    # -- what is shown ------------------------------------------------------------------------

    def show_timeline(self, timeline: Timeline) -> None:
        """Show another picture, all of it."""
        self._timeline = timeline
        self._open, self._row, self._marked, self.selection = set(), 0, frozenset(), None
        self.seen.set_whole(*timeline.span_s)
        self._take_rows()
        self.selected.emit()
        self.moved.emit()

    @property
    def rows(self) -> list[Row]:
        """The rows in sight or to be scrolled to, unfolded ones with their threads."""
        return [row for _, row in self._rows]

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme, self._painter = theme, RowPainter(theme, self._name)
        self.viewport().update()

    def mark(self, names: frozenset[int]) -> None:
        """Let events of these names stand out."""
        self._marked = names
        self.viewport().update()

    def go_match(self, forward: bool = True) -> bool:
        """Bring the next marked event into the middle; whether there is one."""
        middle = (self.seen.begin_s + self.seen.end_s) / 2.0
        wanted = list(self._marked)
        starts = [
            part.start_s[np.isin(part.name_index, wanted)]
            for row in self._timeline.rows
            for part in row.parts
        ]
        every = np.unique(np.concatenate(starts)) if starts else np.empty(0)
        if not len(every):
            return False
        least = 1e-9 + self.seen.length_s / max(self.seen.width, 1)
        ahead = every[every > middle + least] if forward else every[every < middle - least][::-1]
        self.seen.centre(float(ahead[0]) if len(ahead) else float(every[0 if forward else -1]))
        self._moved()
        return True

    def fit(self) -> None:
        """Show the selected stretch, else all of the trace."""
        if self.selection is not None:
            self.seen.show(*self.selection)
        else:
            self.seen.fit()
        self._moved()

    def go_step(self, by: int) -> None:
        """Show the next step, or the one before."""
        steps_s = self._timeline.steps_s
        if not len(steps_s):
            return
        middle = (self.seen.begin_s + self.seen.end_s) / 2.0
        # The step in the middle, else the last one that began before it.
        now = int(np.searchsorted(steps_s[:, 0], middle, side="right")) - 1
        whole = self.seen.length_s > 3 * float(np.median(np.diff(steps_s, axis=1)))
        wanted = (0 if by > 0 else len(steps_s) - 1) if whole else now + by
        self.seen.show(*steps_s[min(max(wanted, 0), len(steps_s) - 1)].tolist())
        self._moved()

    def select(self, stretch: tuple[float, float] | None) -> None:
        """Select a stretch of time, or none."""
        self.selection = stretch
        self.viewport().update()
        self.selected.emit()

    def toggle(self, index: int) -> None:
        """Fold or unfold a row of the timeline into its threads."""
        if self._timeline.rows[index].threads:
            self._open ^= {index}
            self._take_rows()

    def _name(self, index: int) -> str:
        return self._timeline.names[index]

    def _take_rows(self) -> None:
        self._rows = []
        for index, row in enumerate(self._timeline.rows):
            self._rows.append((index, row))
            if index in self._open:
                self._rows += [(index, thread) for thread in row.threads]
        self._fit_bars()
        self.viewport().update()

    def _moved(self) -> None:
        self.viewport().update()
        self.moved.emit()

    def _zoom(self, factor: float) -> None:
        x = self.viewport().mapFromGlobal(self.cursor().pos()).x() - _GUTTER_PX
        inside = self.viewport().underMouse() and 0 <= x <= self.seen.width
        self.seen.zoom(factor, self.seen.at(x if inside else self.seen.width / 2))
        self._moved()

    def _pan(self, share: float) -> None:
        self.seen.pan(share)
        self._moved()

    def _go_row(self, by: int) -> None:
        self._row = min(max(self._row + by, 0), max(len(self._rows) - 1, 0))
        top, height = self._tops()[self._row] if self._rows else (0, 0)
        bar = self.verticalScrollBar()
        if top < bar.value():
            bar.setValue(top - _HEADING_PX)
        elif top + height > bar.value() + self._room():
            bar.setValue(top + height - self._room())
        self.viewport().update()

    def _toggle_row(self) -> None:
        if self._rows:
            self.toggle(self._rows[self._row][0])

    # -- where things are ---------------------------------------------------------------------

    @property
    def _row_px(self) -> int:
        return self.fontMetrics().height() + 6

    def _room(self) -> int:
        return max(self.viewport().height() - _AXIS_PX, 1)

    def _tops(self) -> list[tuple[int, int]]:
        """Top and height of each row, before scrolling."""
        tops, top = [], 0
        for _, row in self._rows:
            top += _HEADING_PX if row.heading else 0
            tops.append((top, self._row_px))
            top += self._row_px
        return tops

    def _fit_bars(self) -> None:
        self.seen.width = max(self.viewport().width() - _GUTTER_PX, 1)
        tops = self._tops()
        high = sum(tops[-1]) if tops else 0
        self.verticalScrollBar().setRange(0, max(high - self._room(), 0))
        self.verticalScrollBar().setSingleStep(self._row_px)
        self.verticalScrollBar().setPageStep(self._room())

    def _row_at(self, y: float) -> int | None:
        """Which row is at a height of the viewport."""
        scrolled = y - _AXIS_PX + self.verticalScrollBar().value()
        if y < _AXIS_PX:
            return None
        found = (at for at, (top, high) in enumerate(self._tops()) if top <= scrolled < top + high)
        return next(found, None)

    def sizeHint(self) -> QSize:
        """As high as a few rows."""
        return QSize(700, 320)

    def minimumSizeHint(self) -> QSize:
        """Enough for some rows."""
        return QSize(320, 140)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width shows the same stretch."""
        super().resizeEvent(event)
        self._fit_bars()

    # -- painting -----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what is in sight."""
        theme, window = self._theme, self.seen
        painter = QPainter(self.viewport())
        painter.setFont(self.font())
        whole = self.viewport().rect()
        painter.fillRect(whole, QColor(theme.base))
        scrolled = self.verticalScrollBar().value()
        area = QRectF(_GUTTER_PX, _AXIS_PX, window.width, whole.height() - _AXIS_PX)
        painter.setClipRect(whole.adjusted(0, _AXIS_PX, 0, 0))
        self._draw_steps(painter, area)
        for at, (top, high) in enumerate(self._tops()):
            y = _AXIS_PX + top - scrolled
            row = self._rows[at][1]
            if y + high < _AXIS_PX or y - _HEADING_PX > whole.height():
                continue
            self._draw_label(painter, at, row, y, high)
            place = QRectF(_GUTTER_PX, y + 2, window.width, high - 4)
            painter.save()
            painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
            self._painter.draw(painter, row, window, place, self._marked)
            painter.restore()
        painter.setClipping(False)
        self._draw_axis(painter, whole.width())
        self._draw_selection(painter, area)
        painter.end()

    def _draw_steps(self, painter: QPainter, area: QRectF) -> None:
        """Every other step on a plate of its own, while they can be told apart."""
        steps_s, window = self._timeline.steps_s, self.seen
        plate = mixed(QColor(self._theme.window), QColor(self._theme.base), 0.8)
        first = int(np.searchsorted(steps_s[:, 1], window.begin_s))
        last = int(np.searchsorted(steps_s[:, 0], window.end_s))
        if last - first > area.width() / 8:
            return
        for index in range(first, last):
            if index % 2 == 0:
                left, right = (window.x(at_s) for at_s in steps_s[index].tolist())
                box = QRectF(area.left() + left, area.top(), right - left, area.height())
                painter.fillRect(box & area, plate)

    def _draw_label(self, painter: QPainter, at: int, row: Row, y: int, high: int) -> None:
        theme = self._theme
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        if row.heading:
            painter.setPen(QColor(theme.muted))
            line = y - 1
            painter.drawText(
                QRectF(6, y - _HEADING_PX, self.viewport().width() - 6, _HEADING_PX), align,
                row.heading.upper(),
            )  # fmt: skip
            painter.setPen(QColor(theme.border))
            painter.drawLine(0, line, self.viewport().width(), line)
        if at == self._row and self.hasFocus():
            painter.fillRect(QRectF(0, y, _GUTTER_PX - 4, high), QColor(theme.border))
        index = self._rows[at][0]
        sign = ""
        if row.threads:
            opened = index in self._open
            sign = (
                "\N{BLACK DOWN-POINTING SMALL TRIANGLE} "
                if opened
                else ("\N{BLACK RIGHT-POINTING SMALL TRIANGLE} ")
            )
        left = 6 + (_INDENT_PX if row.depth else 0)
        painter.setPen(QColor(theme.muted if row.depth else theme.text))
        room = _GUTTER_PX - left - 8
        text = self.fontMetrics().elidedText(sign + row.label, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(QRectF(left, y, room, high), align, text)

    def _draw_axis(self, painter: QPainter, width: int) -> None:
        theme, window = self._theme, self.seen
        painter.fillRect(QRectF(0, 0, width, _AXIS_PX), QColor(theme.window))
        painter.setPen(QColor(theme.muted))
        ticks = window.ticks(_TICK_PX)
        apart_s = ticks[1] - ticks[0] if len(ticks) > 1 else window.length_s
        for at_s in ticks:
            x = _GUTTER_PX + window.x(at_s)
            painter.drawLine(QPointF(x, _AXIS_PX - 5), QPointF(x, _AXIS_PX))
            painter.drawText(QPointF(x + 3, _AXIS_PX - 7), time_words(at_s, apart_s))
        painter.drawText(QPointF(6, _AXIS_PX - 7), self._step_words())
        painter.setPen(QColor(theme.border))
        painter.drawLine(0, _AXIS_PX - 1, width, _AXIS_PX - 1)

    def _step_words(self) -> str:
        """Which steps are in sight."""
        steps_s = self._timeline.steps_s
        first = int(np.searchsorted(steps_s[:, 1], self.seen.begin_s))
        last = int(np.searchsorted(steps_s[:, 0], self.seen.end_s)) - 1
        numbers = self._timeline.numbers
        if not numbers or last < first:
            return ""
        return (
            f"step {numbers[first]}" if first == last else f"steps {numbers[first]}–{numbers[last]}"
        )

    def _draw_selection(self, painter: QPainter, area: QRectF) -> None:
        if self.selection is None:
            return
        left, right = (area.left() + self.seen.x(at_s) for at_s in self.selection)
        colour = QColor(self._theme.accent)
        painter.setPen(colour)
        painter.setClipRect(area)
        for x in (left, right):
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        colour.setAlphaF(0.12)
        painter.fillRect(QRectF(left, area.top(), right - left, area.height()), colour)

    # -- keys and mouse -----------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Keys of the picture come before those of the window, while it has the keyboard."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (
                Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier,
                Qt.KeyboardModifier.ShiftModifier,
            )  # fmt: skip
            clears = event.key() == _KEY.Key_Escape and self.selection is not None
            if plain and (event.key() in self._keys or clears):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See the class."""
        if event.key() == _KEY.Key_Escape and (self.selection is not None or self._marked):
            self.mark(frozenset())
            self.select(None)
            return
        does = self._keys.get(event.key())
        if does is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
            return
        does()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl or over the axis zooms around the pointer, Shift goes sideways, else it scrolls."""
        turned = event.angleDelta().y() or event.angleDelta().x()
        sideways = event.modifiers() & Qt.KeyboardModifier.ShiftModifier or (
            abs(event.angleDelta().x()) > abs(event.angleDelta().y())
        )
        x = event.position().x() - _GUTTER_PX
        if sideways:
            self._pan(-_PAN * turned / 240)
        elif x >= 0:
            self.seen.zoom(_ZOOM ** (-turned / 120), self.seen.at(x))
            self._moved()
        else:
            super().wheelEvent(event)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to select; a click on the name of a row folds it."""
        if event.button() is not Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        row = self._row_at(event.position().y())
        if row is not None:
            self._row = row
        if event.position().x() < _GUTTER_PX:
            if row is not None:
                self.toggle(self._rows[row][0])
            return
        self._drag = event.position().x(), False
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Select what is dragged over."""
        if self._drag is None:
            return
        from_x, moved = self._drag
        x = event.position().x()
        if moved or abs(x - from_x) >= _LEAST_DRAG_PX:
            self._drag = from_x, True
            first, last = sorted(self.seen.at(each - _GUTTER_PX) for each in (from_x, x))
            self.selection = first, last
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A drag has selected; a click alone takes the selection away."""
        if self._drag is None:
            return
        moved, self._drag = self._drag[1], None
        self.select(self.selection if moved else None)

    def viewportEvent(self, event: QEvent) -> bool:
        """Say what is under the pointer."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), as_tip(self.tip_at(event.pos())), self)
            return True
        return super().viewportEvent(event)

    def tip_at(self, at: QPoint) -> str:
        """What is at a place of the viewport: a row, and the events in it there."""
        x, y = at.x(), at.y()
        index = self._row_at(y)
        if index is None:
            return ""
        row = self._rows[index][1]
        lines = [row.label, row.about]
        if x >= _GUTTER_PX:
            begin_s, end_s = (self.seen.at(x - _GUTTER_PX + by) for by in (-1, 1))
            for part in row.parts:
                seen = part.between(begin_s, end_s)
                touching = np.flatnonzero(part.end_s[seen] >= begin_s)
                if len(touching):
                    event = seen.start + int(touching[-1])
                    name = int(part.name_index[event])
                    said = str(part.tone) if name < 0 else self._name(name)
                    took = time_words(float(part.end_s[event] - part.start_s[event]))
                    more = f" (and {len(touching) - 1} more here)" if len(touching) > 1 else ""
                    lines.append(f"{said}: {took}{more}")
        return "\n".join(line for line in lines if line)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show which row the keyboard is at."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show it no more."""
        super().focusOutEvent(event)
        self.viewport().update()
