"""What the mouse does in a plot over the course of runs: select a stretch, move, zoom."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal

_LEFT = Qt.MouseButton.LeftButton


class RangeBox(pg.ViewBox):
    """Dragging selects; with Shift, or with the middle button, it moves what is seen.

    Signals:
        dragged: A stretch is being selected: from where, to where, and whether that is all.
        clicked: A place was clicked: x and y.
        double_clicked: It was clicked twice.
    """

    dragged = Signal(float, float, bool)
    clicked = Signal(float, float)
    double_clicked = Signal()

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        """See pyqtgraph; an axis that is dragged moves."""
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.button() != _LEFT or shift or axis is not None:
            super().mouseDragEvent(event, axis)
            return
        event.accept()
        begin, end = (self.mapToView(place).x() for place in (event.buttonDownPos(), event.pos()))
        self.dragged.emit(begin, end, event.isFinish())

    def mouseClickEvent(self, event: Any) -> None:
        """See pyqtgraph; the menu is the plot's own."""
        if event.button() != _LEFT:
            super().mouseClickEvent(event)
            return
        event.accept()
        if event.double():
            self.double_clicked.emit()
        else:
            place = self.mapToView(event.pos())
            self.clicked.emit(place.x(), place.y())
