"""How much each knob of a sweep matters, as bars with numbers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.analysis.variance import Influence
from gui.theme import Theme, tabular

_GAP, _BAR, _LEAST_BAR = 8, 9, 60


class InfluenceBars(QWidget):
    """A line for each knob: its name, a bar, its share, and the verdict."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._found: tuple[Influence, ...] = ()
        self.setFont(tabular(self.font()))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def apply(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self.update()

    def show_influence(self, found: Sequence[Influence]) -> None:
        """Show other knobs, the one that matters most first."""
        self._found = tuple(found)
        lines = self.lines()
        self.setAccessibleName("share of the differences explained by: " + ", ".join(lines))
        self.setToolTip(
            "Share of the differences in log throughput that each knob explains by itself\n"
            + "\n".join(lines)
        )
        self.setVisible(bool(found))
        self.updateGeometry()
        self.update()

    def lines(self) -> tuple[str, ...]:
        """The same in words."""
        return tuple(f"{one.key} {_percent(one)}, {one.verdict}" for one in self._found)

    def sizeHint(self) -> QSize:
        """A line for each."""
        return QSize(320, len(self._found) * (self.fontMetrics().lineSpacing() + 3) + 2)

    def minimumSizeHint(self) -> QSize:
        """As high as they are."""
        return QSize(200, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw them."""
        painter = QPainter(self)
        metrics = self.fontMetrics()
        high = metrics.lineSpacing() + 3
        said = max((metrics.horizontalAdvance(one.verdict) for one in self._found), default=0)
        number = metrics.horizontalAdvance("100 %")
        wanted = max((metrics.horizontalAdvance(one.key) for one in self._found), default=0)
        rest = self.width() - said - number - 3 * _GAP
        names = min(wanted, max(rest - _LEAST_BAR, 40))
        bars = max(rest - names, 10)
        text, muted = QColor(self._theme.text), QColor(self._theme.muted)
        for at, one in enumerate(self._found):
            top = at * high
            name = metrics.elidedText(one.key, Qt.TextElideMode.ElideMiddle, names)
            self._write(painter, 0, names, top, high, name, text)
            left = names + _GAP
            bar = QRect(left, top + (high - _BAR) // 2, bars, _BAR)
            painter.fillRect(bar, QColor(self._theme.border))
            bar.setWidth(max(round(bars * one.share), 1))
            # What may be noise is not drawn as if it were found.
            painter.fillRect(bar, QColor(self._theme.accent) if one.told_from_noise else muted)
            left += bars + _GAP
            self._write(painter, left, number, top, high, _percent(one), text, right=True)
            self._write(painter, left + number + _GAP, said, top, high, one.verdict, muted)

    def _write(
        self,
        painter: QPainter,
        left: int,
        width: int,
        top: int,
        high: int,
        text: str,
        ink: QColor,
        *,
        right: bool = False,
    ) -> None:
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.setPen(ink)
        painter.drawText(QRect(left, top, width, high), side | Qt.AlignmentFlag.AlignVCenter, text)


def _percent(one: Influence) -> str:
    return f"{100 * one.share:.0f} %"
