"""The mark of a run in tables: its line as plots draw it, and B where it is the baseline."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

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
        label: Colour, and whether the run is hidden and the baseline.
        small: The line alone, square, for headings.
    """
    plate = _SMALL_PLATE if small else _PLATE
    pixmap = QPixmap((_SMALL_SIZE if small else ICON_SIZE) * _SCALE)
    pixmap.setDevicePixelRatio(_SCALE)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
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
    if label.pinned and not small:
        painter.setPen(QPen(QColor(theme.text), 1))
        painter.setBrush(QColor(theme.base))
        painter.drawRoundedRect(_BADGE, 2, 2)
        font = painter.font()
        font.setPixelSize(10)
        font.setBold(True)
        painter.setFont(font)
        painter.drawText(_BADGE, Qt.AlignmentFlag.AlignCenter, "B")
    painter.end()
    icon = QIcon(pixmap)
    # Without this Qt tints the mark in a selected row.
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon
