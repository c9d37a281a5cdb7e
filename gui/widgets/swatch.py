"""Marks of a run in tables: its line as plots draw it, B or P, and whether plots show it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap

from core.model.run import Label
from gui.theme import Theme, run_pen

ICON_SIZE = QSize(44, 14)
# What headings of tables take; a larger icon would be drawn smaller.
_SMALL_SIZE = QSize(16, 16)
_SCALE = 2.0
_PLATE = QRectF(0.5, 0.5, 26, 13)
_SMALL_PLATE = QRectF(0.5, 1.5, 15, 13)
_BADGE = QRectF(30.5, 0.5, 13, 13)


def run_icon(theme: Theme, label: Label, *, small: bool = False) -> QIcon:
    """The mark of a run; the plate behind keeps its colour readable in a selected row.

    Args:
        theme: Where the colours are from.
        label: Colour, and whether the run is hidden, pinned and the baseline.
        small: The line alone, square, for headings.
    """
    plate = _SMALL_PLATE if small else _PLATE
    pixmap, painter = _begun(_SMALL_SIZE if small else ICON_SIZE)
    painter.setPen(QPen(QColor(theme.border), 1))
    painter.setBrush(QColor(theme.base))
    painter.drawRoundedRect(plate, 2, 2)
    if not label.hidden:
        pen = run_pen(theme, label.colour, width=4)
        pen.setCosmetic(False)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        middle = plate.center().y()
        painter.drawLine(QPointF(plate.left() + 3, middle), QPointF(plate.right() - 3, middle))
    if label.on_top and not small:
        painter.setPen(QPen(QColor(theme.text), 1))
        painter.setBrush(QColor(theme.base))
        painter.drawRoundedRect(_BADGE, 2, 2)
        font = painter.font()
        font.setPixelSize(10)
        font.setBold(True)
        painter.setFont(font)
        painter.drawText(_BADGE, Qt.AlignmentFlag.AlignCenter, "B" if label.baseline else "P")
    painter.end()
    return _untinted(pixmap)


def eye_icon(theme: Theme, *, shown: bool) -> QIcon:
    """An eye, open or struck out; on a plate of its own, to be seen in a selected row too."""
    pixmap, painter = _begun(_SMALL_SIZE)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.base))
    painter.drawRoundedRect(_SMALL_PLATE, 2, 2)
    painter.setPen(QPen(QColor(theme.text if shown else theme.muted), 1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    lids = QPainterPath(QPointF(2, 8))
    lids.quadTo(QPointF(8, 1.5), QPointF(14, 8))
    lids.quadTo(QPointF(8, 14.5), QPointF(2, 8))
    painter.drawPath(lids)
    if shown:
        painter.setBrush(QColor(theme.text))
        painter.drawEllipse(QPointF(8, 8), 1.8, 1.8)
    else:
        painter.drawLine(QPointF(3, 13), QPointF(13, 3))
    painter.end()
    return _untinted(pixmap)


def _begun(size: QSize) -> tuple[QPixmap, QPainter]:
    pixmap = QPixmap(size * _SCALE)
    pixmap.setDevicePixelRatio(_SCALE)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return pixmap, painter


def _untinted(pixmap: QPixmap) -> QIcon:
    icon = QIcon(pixmap)
    # Without this Qt tints the mark in a selected row.
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon
