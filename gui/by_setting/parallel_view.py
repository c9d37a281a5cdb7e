"""All knobs that vary as parallel coordinates; brushes on the axes select runs."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter

from core.charts.all_knobs import ParallelChart
from gui.by_setting.brushes import Brushes
from gui.by_setting.parallel_drawing import (
    METRIC_STOPS,
    Emphasis,
    draw_axes,
    draw_lines,
    line_heights,
)
from gui.plotting.marks_view import DoubtsOf, MarksView
from gui.plotting.pixel_item import PixelItem, ToPixels
from gui.theme import Theme

_AXIS_REACH_PX, _LINE_REACH_PX, _DRAG_PX = 9, 8, 4


class ParallelView(MarksView):
    """The plot.

    Attributes:
        chart: What is shown.
        brushes: Those on the axes.

    Signals:
        brushed: There are other brushes, or none any more.
    """

    brushed = Signal()

    def __init__(self, theme: Theme, doubts_of: DoubtsOf) -> None:
        super().__init__(
            "metric over all knobs",
            "Drag along an axis, or Up and Down, to select; Ctrl+Left and Ctrl+Right change the "
            "axis; Shift+Up and Shift+Down widen; Escape clears",
            theme,
            doubts_of,
        )
        self.chart = ParallelChart()
        self.brushes = Brushes()
        self._emphasis = Emphasis()
        self._pressed: tuple[int, float, QPointF] | None = None
        self._heights = np.empty((0, 0))
        self._lines = PixelItem(self._draw)
        self.item.addItem(self._lines, ignoreBounds=True)
        for side in ("left", "bottom"):
            self.item.hideAxis(side)
        self._grid.hide()
        self.item.vb.setYRange(-0.1, 1.22, padding=0)
        self.apply(theme)

    @property
    def strong(self) -> tuple[int, ...]:
        """Indices of the lines that are set off."""
        return self._emphasis.strong

    def show_chart(self, chart: ParallelChart) -> None:
        """Show other lines; brushes stay where the axes are the same."""
        self.chart = chart
        stops = [tuple(tick.at for tick in axis.ticks) for axis in chart.axes[:-1]]
        self.brushes.set_axes([*stops, METRIC_STOPS])
        self.item.vb.setXRange(-0.45, len(chart.axes) - 0.5, padding=0)
        self._heights = np.array([line_heights(chart, i) for i in range(len(chart.lines))])
        self.set_targets([line.target for line in chart.lines])
        self.emphasise()

    def emphasise(self) -> None:
        """Set off the lines that are selected or pointed at."""
        pointed = self.pointed
        passing = frozenset(self.chart.passing(self.brushes.on))
        chosen = [
            index
            for index, mark in enumerate(self.targets)
            if self.selected and not self.selected.isdisjoint(mark.run_ids)
        ]
        if self.brushes.on and passing == set(chosen):
            # What the brushes let through is seen already.
            chosen = []
        strong = [*chosen, *([pointed] if pointed is not None and pointed not in chosen else [])]
        focus = self.brushes.focus if self.hasFocus() else None
        self._emphasis = Emphasis(passing, tuple(strong), dict(self.brushes.on), focus)
        self._lines.update()

    def target_at(self, place: QPointF) -> int | None:
        """The line that passes nearest to a place, unless an axis is there."""
        box = self.item.vb
        if self._pressed or not len(self._heights) or not box.sceneBoundingRect().contains(place):
            return None
        at = box.mapSceneToView(place)
        last = self._heights.shape[1] - 1
        left = min(max(int(np.floor(at.x())), 0), max(last - 1, 0))
        if not 0 <= at.x() <= last or last < 1:
            return None
        share = at.x() - left
        heights = (1 - share) * self._heights[:, left] + share * self._heights[:, left + 1]
        (_, _), (bottom, top) = box.viewRange()
        away = np.abs(heights - at.y()) * box.height() / (top - bottom)
        nearest = int(np.argmin(away))
        return nearest if away[nearest] <= _LINE_REACH_PX else None

    def clear_brushes(self) -> None:
        """Take all brushes away; nothing is selected then."""
        if self.brushes.on:
            self.brushes.clear()
            self._brushes_changed()

    # -- mouse and keys -------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a brush on an axis."""
        axis = self._axis_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or axis is None:
            super().mousePressEvent(event)
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._pressed = (axis, self._height(event.position()), event.position())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw a brush along an axis."""
        if self._pressed is None:
            on_axis = self._axis_at(event.position()) is not None
            self.setCursor(Qt.CursorShape.SizeVerCursor if on_axis else Qt.CursorShape.ArrowCursor)
            super().mouseMoveEvent(event)
            return
        axis, begin, place = self._pressed
        if abs(event.position().y() - place.y()) >= _DRAG_PX:
            self.brushes.drag(axis, begin, self._height(event.position()))
            self.emphasise()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The brush is done: what it lets through is selected."""
        if self._pressed is None:
            super().mouseReleaseEvent(event)
            return
        axis, begin, place = self._pressed
        self._pressed = None
        if abs(event.position().y() - place.y()) < _DRAG_PX:
            self.brushes.click(axis, begin)
        self._brushes_changed()

    def event(self, event: QEvent) -> bool:
        """Escape clears brushes while there are any; else it is the window's."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and self.brushes.on
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Brush from the keyboard; Left and Right go from line to line."""
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        up_down = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(key)
        aside = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key)
        if key == Qt.Key.Key_Escape and self.brushes.on:
            self.clear_brushes()
        elif aside is not None and modifiers & Qt.KeyboardModifier.ControlModifier:
            self.brushes.move_focus(aside)
            self.emphasise()
        elif up_down is not None and self.chart.lines:
            extend = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
            self.brushes.step(up_down, extend=extend)
            self._brushes_changed()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show which axis the keys act on."""
        super().focusInEvent(event)
        self.emphasise()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keys act elsewhere."""
        super().focusOutEvent(event)
        self.emphasise()

    # -- inside ---------------------------------------------------------------------------

    def _brushes_changed(self) -> None:
        self.emphasise()
        chosen = self.chart.passing(self.brushes.on) if self.brushes.on else ()
        self.picked.emit(self.chart.run_ids(chosen))
        self.brushed.emit()

    def _axis_at(self, position: QPointF) -> int | None:
        box = self.item.vb
        place = self.mapToScene(position.toPoint())
        if not self.chart.lines or not box.sceneBoundingRect().contains(place):
            return None
        axis = round(box.mapSceneToView(place).x())
        if not 0 <= axis < len(self.chart.axes):
            return None
        there = box.mapViewToScene(QPointF(axis, 0.5))
        return axis if abs(there.x() - place.x()) <= _AXIS_REACH_PX else None

    def _height(self, position: QPointF) -> float:
        return float(self.item.vb.mapSceneToView(self.mapToScene(position.toPoint())).y())

    def _draw(self, painter: QPainter, to_pixels: ToPixels) -> None:
        if not self.chart.lines:
            return
        draw_lines(painter, to_pixels, self.chart, self._emphasis, self.theme)
        draw_axes(painter, to_pixels, self.chart, self._emphasis, self.theme, self.font())
