"""A shaded stretch of a plot, with a word on what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QGuiApplication

from gui.theme import Theme, line_pen

if TYPE_CHECKING:
    import pyqtgraph as pg


class Shade:
    """Made when it is first shown.

    Attributes:
        region: The shade; None before that.
        text: The word.
    """

    def __init__(self, item: pg.PlotItem, word: str, z: int, *, edged: bool = False) -> None:
        """Make none yet.

        Args:
            item: The plot.
            word: What it is; empty for no word.
            z: How far in front it stands.
            edged: In the colour of what can be acted on, between two lines.
        """
        self._item, self._word, self._z, self._edged = item, word, z, edged
        self.region: Any = None
        self.text: Any = None

    def show(self, stretch: tuple[float, float] | None, theme: Theme, height: float) -> None:
        """Shade a stretch and say so at a height from 0 to 1; None takes the shade away."""
        if self.region is None:
            if stretch is None:
                return
            self._make(height)
        self.region.setVisible(stretch is not None)
        if stretch is None:
            return
        shade = QColor(theme.accent if self._edged else theme.muted)
        shade.setAlpha(40 if self._edged else 55)
        self.region.setBrush(shade)
        if self._edged:
            for line in self.region.lines:
                line.setPen(line_pen(theme.accent))
        if tuple(self.region.getRegion()) != stretch:
            self.region.setRegion(stretch)
        if self.text is None:
            return
        self.text.setFont(QGuiApplication.font())
        ground = QColor(theme.base)
        ground.setAlpha(215)
        self.text.fill = QBrush(ground)
        self.text.setColor(theme.text)

    @property
    def shown(self) -> bool:
        """Whether it is to be seen."""
        return self.region is not None and bool(self.region.isVisible())

    def _make(self, height: float) -> None:
        import pyqtgraph as pg

        self.region = pg.LinearRegionItem(movable=False, pen=pg.mkPen(None))
        self.region.setZValue(self._z)
        self.region.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._item.addItem(self.region, ignoreBounds=True)
        if self._word:
            self.text = pg.InfLineLabel(
                self.region.lines[0], self._word, position=height, anchors=[(0, 0.5), (0, 0.5)]
            )
