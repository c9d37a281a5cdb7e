"""The picture of a trace: rows over time, with keys and mouse."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
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
from gui.theme import Theme
from gui.timeline.picture_painter import Picture, PicturePainter
from gui.timeline.row_layout import AXIS_PX, GUTTER_PX, HEADING_PX, RowLayout
from gui.timeline.row_painter import event_words
from gui.timeline.time_window import TimeWindow
from gui.widgets.tooltip_text import as_tip

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
        self._timeline = Timeline((), (), (0.0, 1.0), np.empty((0, 2)))
        self._painter, self._layout = PicturePainter(theme), RowLayout()
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
        self._row, self._marked, self.selection = 0, frozenset(), None
        self._layout.show(timeline.rows)
        self.seen.set_whole(*timeline.span_s)
        self._rows_changed()
        self.selected.emit()
        self.moved.emit()

    @property
    def rows(self) -> list[Row]:
        """The rows in sight or to be scrolled to, unfolded ones with their threads."""
        return [row for _, row in self._layout.rows]

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._painter = PicturePainter(theme)
        self.viewport().update()

    def mark(self, names: frozenset[int]) -> None:
        """Let events of these names stand out."""
        self._marked = names
        self.viewport().update()

    def go_match(self) -> bool:
        """Bring the next marked event into the middle; whether there is one."""
        moments = self._timeline.moments(self._marked)
        if not len(moments):
            return False
        self.seen.go_next(moments)
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
        self.seen.go_step(self._timeline.steps_s, by)
        self._moved()

    def select(self, stretch: tuple[float, float] | None) -> None:
        """Select a stretch of time, or none."""
        self.selection = stretch
        self.viewport().update()
        self.selected.emit()

    def toggle(self, index: int) -> None:
        """Fold or unfold a row of the timeline into its threads."""
        self._layout.toggle(index)
        self._rows_changed()

    def _rows_changed(self) -> None:
        self._fit_bars()
        self.viewport().update()

    def _moved(self) -> None:
        self.viewport().update()
        self.moved.emit()

    def _zoom(self, factor: float) -> None:
        x = self.viewport().mapFromGlobal(self.cursor().pos()).x() - GUTTER_PX
        inside = self.viewport().underMouse() and 0 <= x <= self.seen.width
        self.seen.zoom(factor, self.seen.at(x if inside else self.seen.width / 2))
        self._moved()

    def _pan(self, share: float) -> None:
        self.seen.pan(share)
        self._moved()

    def _go_row(self, by: int) -> None:
        tops = self._layout.tops
        self._row = min(max(self._row + by, 0), max(len(tops) - 1, 0))
        top, high = tops[self._row] if tops else 0, self._layout.row_px
        bar = self.verticalScrollBar()
        if top < bar.value():
            bar.setValue(top - HEADING_PX)
        elif top + high > bar.value() + self._room():
            bar.setValue(top + high - self._room())
        self.viewport().update()

    def _toggle_row(self) -> None:
        if self._layout.rows:
            self.toggle(self._layout.rows[self._row][0])

    # -- where things are ---------------------------------------------------------------------

    def _room(self) -> int:
        return max(self.viewport().height() - AXIS_PX, 1)

    def _fit_bars(self) -> None:
        self.seen.width = max(self.viewport().width() - GUTTER_PX, 1)
        self._layout.row_px = self.fontMetrics().height() + 6
        bar = self.verticalScrollBar()
        bar.setRange(0, max(self._layout.height - self._room(), 0))
        bar.setSingleStep(self._layout.row_px)
        bar.setPageStep(self._room())

    def _row_at(self, y: float) -> int | None:
        """Which row is at a height of the viewport."""
        if y < AXIS_PX:
            return None
        return self._layout.at(y - AXIS_PX + self.verticalScrollBar().value())

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

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what is in sight."""
        painter = QPainter(self.viewport())
        painter.setFont(self.font())
        self._painter.draw(
            painter,
            Picture(
                self._timeline,
                self._layout,
                self.seen,
                self.verticalScrollBar().value(),
                self.viewport().width(),
                self.viewport().height(),
                self._marked,
                self.selection,
                self._row if self.hasFocus() else None,
            ),
        )
        painter.end()

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
        x = event.position().x() - GUTTER_PX
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
        if event.position().x() < GUTTER_PX:
            if row is not None:
                self.toggle(self._layout.rows[row][0])
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
            first, last = sorted(self.seen.at(each - GUTTER_PX) for each in (from_x, x))
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
        row = self._layout.rows[index][1]
        lines = [row.label, row.about]
        if x >= GUTTER_PX:
            begin_s, end_s = (self.seen.at(x - GUTTER_PX + by) for by in (-1, 1))
            lines += event_words(row, self._timeline.names, begin_s, end_s)
        return "\n".join(line for line in lines if line)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show which row the keyboard is at."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show it no more."""
        super().focusOutEvent(event)
        self.viewport().update()
