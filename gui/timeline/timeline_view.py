"""The picture of a trace: rows over time, with keys and mouse."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from core.timeline.rows import Timeline
from gui.theme import Theme
from gui.timeline.picture_painter import Picture, PicturePainter
from gui.timeline.row_layout import GUTTER_PX
from gui.timeline.row_painter import event_words
from gui.timeline.scrolled_rows import ScrolledRows
from gui.timeline.time_window import TimeWindow
from gui.widgets.tooltip_text import as_tip

_ZOOM, _PAN, _FINE = 1.5, 0.25, 0.05
_LEAST_DRAG_PX = 4
_KEY = Qt.Key


class TimelineView(ScrolledRows):
    """Shows a timeline.

    W and S zoom, A and D go sideways, F or 0 fits, ``.`` and ``,`` go by steps.

    Attributes:
        timeline: What is shown.
        name: What stands in front of the steps in sight; empty where it is the only picture.
        seen: Which stretch of time is in sight.
        selection: The stretch that was selected, in seconds; None for none.

    Signals:
        selected: Another stretch is selected, or none.
        moved: Another stretch is seen.
    """

    selected = Signal()
    moved = Signal()

    def __init__(
        self, theme: Theme, seen: TimeWindow | None = None, parent: QWidget | None = None
    ) -> None:
        """Show nothing yet.

        Args:
            theme: Its colours.
            seen: Which stretch of time is in sight, shared with another view; None for its own.
            parent: Owner.
        """
        super().__init__(parent)
        self.setAccessibleName("timeline")
        self.setAccessibleDescription(
            "W and S zoom, A and D go sideways, F or 0 shows all, period and comma go from step to "
            "step, Return unfolds a row, Escape clears"
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.timeline, self.name = Timeline((), (), (0.0, 1.0), np.empty((0, 2))), ""
        self._painter = PicturePainter(theme)
        self._marked: frozenset[int] = frozenset()
        self._drag: tuple[float, bool] | None = None
        self.seen = seen or TimeWindow()
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
            _KEY.Key_0: self.fit,
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
        self.timeline = timeline
        self._marked, self.selection = frozenset(), None
        self.seen.set_whole(*timeline.span_s)
        self._show_rows(timeline.rows)
        self.selected.emit()
        self.moved.emit()

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
        moments = self.timeline.moments(self._marked)
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
        self.seen.go_step(self.timeline.steps_s, by)
        self._moved()

    def show_stretch(self, begin_s: float, end_s: float) -> None:
        """Bring a stretch of time into sight, in seconds."""
        self.seen.show(begin_s, end_s)
        self._moved()

    def restore_stretch(self, begin_s: float, end_s: float) -> None:
        """Bring exactly a stretch into sight that was seen before, in seconds."""
        self.seen.restore(begin_s, end_s)
        self._moved()

    def select(self, stretch: tuple[float, float] | None) -> None:
        """Select a stretch of time, or none."""
        self.selection = stretch
        self.viewport().update()
        self.selected.emit()

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

    def _fit_bars(self) -> None:
        super()._fit_bars()
        self.seen.width = max(self.viewport().width() - GUTTER_PX, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what is in sight."""
        picture = Picture(
            self.timeline,
            self.name,
            self._layout,
            self.seen,
            self.verticalScrollBar().value(),
            self.viewport().width(),
            self.viewport().height(),
            self._marked,
            self.selection,
            self._row if self.hasFocus() else None,
        )
        painter = QPainter(self.viewport())
        painter.setFont(self.font())
        try:
            self._painter.draw(painter, picture)
        finally:
            # A painter that is left behind ends the program.
            painter.end()

    # -- keys and mouse -----------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Keys of the picture come before those of the window, while it has the keyboard."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (
                Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier,
                Qt.KeyboardModifier.ShiftModifier,
            )  # fmt: skip
            clears = event.key() == _KEY.Key_Escape and self._can_clear
            if plain and (event.key() in self._keys or clears):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See the class."""
        if event.key() == _KEY.Key_Escape and self._can_clear:
            self.mark(frozenset())
            self.select(None)
            return
        does = self._keys.get(event.key())
        if does is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
            return
        does()

    @property
    def _can_clear(self) -> bool:
        return self.selection is not None or bool(self._marked)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the pointer; with Shift go sideways; over the names of rows, scroll."""
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

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show all of it, as in the plots; on the name of a row it is a second click."""
        if event.button() is Qt.MouseButton.LeftButton and event.position().x() >= GUTTER_PX:
            self.fit()
        else:
            self.mousePressEvent(event)

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
            lines += event_words(row, self.timeline.names, begin_s, end_s)
        return "\n".join(line for line in lines if line)
