"""One line that says what the colours of a ramp stand for, with unit."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import Theme

_BAR_PX, _GAP, _HIGH = 150, 6, 11


class RampLegend(QWidget):
    """The least figure, the ramp, the greatest figure with unit, and what they are."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._texts = ("", "", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def apply(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self.update()

    def show_ends(self, low: str, high: str, about: str) -> None:
        """Show other ends.

        Args:
            low: The least figure.
            high: The greatest, with unit.
            about: What they are, and which way they get better.
        """
        self._texts = (low, high, about)
        self.setAccessibleName(f"colours: {about}, from {low} to {high}")
        self.setToolTip(self.accessibleName())
        self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(300, self.fontMetrics().height() + 6)

    def minimumSizeHint(self) -> QSize:
        """One line, however narrow."""
        return QSize(40, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line."""
        painter = QPainter(self)
        metrics, (low, high, about) = self.fontMetrics(), self._texts
        ramp = self._theme.ramp
        left = 8
        left = self._write(painter, left, about) + 2 * _GAP
        left = self._write(painter, left, low) + _GAP
        bar = QRect(left, (self.height() - _HIGH) // 2, _BAR_PX, _HIGH)
        gradient = QLinearGradient(bar.left(), 0, bar.right(), 0)
        for index, colour in enumerate(ramp):
            gradient.setColorAt(index / (len(ramp) - 1), QColor(colour))
        painter.fillRect(bar, gradient)
        self._write(
            painter,
            bar.right() + _GAP,
            metrics.elidedText(
                high, Qt.TextElideMode.ElideRight, max(self.width() - bar.right() - 2 * _GAP, 0)
            ),
        )

    def _write(self, painter: QPainter, left: int, text: str) -> int:
        painter.setPen(QColor(self._theme.text))
        box = QRect(left, 0, self.width() - left, self.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
        return left + self.fontMetrics().horizontalAdvance(text)
