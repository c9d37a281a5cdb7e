"""Draws in pixels over a plot: text and hatching keep their size whatever the plot's range is."""

from __future__ import annotations

from collections.abc import Callable

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

ToPixels = Callable[[float, float], QPointF]
"""From the plot's own coordinates to pixels."""

Draw = Callable[[QPainter, ToPixels], None]


class PixelItem(pg.GraphicsObject):
    """Covers all that is seen of a plot; what it shows is drawn by a function."""

    def __init__(self, draw: Draw) -> None:
        super().__init__()
        self._draw = draw

    def boundingRect(self) -> QRectF:
        """All that is seen."""
        return QRectF(self.viewRect())

    def viewRangeChanged(self) -> None:
        """Another part is seen, or in another size."""
        self.prepareGeometryChange()
        self.update()

    def paint(
        self,
        painter: QPainter,
        _option: QStyleOptionGraphicsItem,
        _widget: QWidget | None = None,
    ) -> None:
        """Let the function draw."""
        place = painter.worldTransform()
        painter.save()
        painter.setWorldTransform(QTransform())
        self._draw(painter, lambda x, y: place.map(QPointF(x, y)))
        painter.restore()
