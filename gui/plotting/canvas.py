"""What has been drawn into a plot item, so that it can be changed instead of drawn anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QPen

from core.model.samples import FloatArray
from gui.theme import Theme, line_pen, readable_on

# It takes a sixth of the time until the window is painted: imported where it is drawn with.
if TYPE_CHECKING:
    import pyqtgraph as pg

AREA_Z, WARM_UP_Z, LINE_Z, FOCUS_Z, TEXT_Z = 0, 5, 10, 20, 30


class Canvas:
    """Lines, areas and texts of one plot item by name.

    Use it as ``begin``, then everything that is to be seen, then ``end``: what was not named
    again goes away, and only what changed is handed to pyqtgraph.
    """

    def __init__(self, item: pg.PlotItem) -> None:
        self._item = item
        self._lines: dict[str, Any] = {}
        self._texts: dict[str, Any] = {}
        self._named: set[str] = set()
        self._region: Any = None
        self._region_text: Any = None

    @staticmethod
    def of(item: pg.PlotItem) -> Canvas:
        """The canvas of a plot item. It lives as long as the item does."""
        canvas: Canvas | None = getattr(item, "explorer_canvas", None)
        if canvas is None:
            canvas = item.explorer_canvas = Canvas(item)
        return canvas

    def begin(self) -> None:
        """Start over: name what is to be seen."""
        self._named.clear()

    def line(
        self,
        name: str,
        x: FloatArray,
        y: FloatArray,
        pen: QPen,
        *,
        z: float = LINE_Z,
        fill: QColor | None = None,
        halo: QColor | None = None,
    ) -> None:
        """A line; with ``fill`` the area down to 0 under it; with ``halo`` set off from areas."""
        self._named.add(name)
        line = self._lines.get(name)
        if line is None:
            import pyqtgraph as pg

            line = self._lines[name] = pg.PlotDataItem(connect="finite", antialias=False)
            line.setClipToView(True)
            line.setDownsampling(auto=True, method="peak")
            line.last = None
            # Ranges are set by whoever shows the plot; asking lines for theirs costs time.
            self._item.addItem(line, ignoreBounds=True)
        style = (pen, fill, halo, z)
        if line.last is None or line.last[2] != style:
            line.setZValue(z)
            line.setPen(pen)
            line.setShadowPen(None if halo is None else line_pen(halo, pen.widthF() + 2))
            line.setFillLevel(None if fill is None else 0.0)
            line.setFillBrush(None if fill is None else QBrush(fill))
        if line.last is None or line.last[0] is not x or line.last[1] is not y:
            line.setData(x, y)
        line.last = (x, y, style)

    def points(self, name: str, x: FloatArray, y: FloatArray, colour: QColor, *, z: float) -> None:
        """Dots that are not joined."""
        self._named.add(name)
        dots = self._lines.get(name)
        if dots is None:
            import pyqtgraph as pg

            dots = self._lines[name] = pg.ScatterPlotItem(size=7, pen=pg.mkPen(None))
            dots.last = None
            self._item.addItem(dots, ignoreBounds=True)
        last = dots.last
        if last is None or last[2:] != (colour, z):
            dots.setZValue(z)
            dots.setBrush(QBrush(colour))
        if last is None or last[0] is not x or last[1] is not y:
            finite = np.isfinite(y)
            dots.setData(x[finite], y[finite])
        dots.last = (x, y, colour, z)

    def text(
        self, name: str, text: str, position: tuple[float, float], on: QColor, centre: bool = True
    ) -> None:
        """A few words upon a coloured ground, in black or white, whichever reads better."""
        self._named.add(name)
        label = self._texts.get(name)
        if label is None:
            import pyqtgraph as pg

            label = self._texts[name] = pg.TextItem(anchor=(0.5, 0.5) if centre else (0.0, 0.5))
            label.setZValue(TEXT_Z)
            self._item.addItem(label, ignoreBounds=True)
        label.setText(text, color=readable_on(on))
        label.fill = QBrush(on)
        label.setPos(*position)

    def warm_up(
        self, region: tuple[float, float] | None, theme: Theme, height: float = 0.12
    ) -> None:
        """Shade the warm-up and say so at a height from 0 to 1; None takes the shade away."""
        if self._region is None:
            if region is None:
                return
            self._make_region(height)
        self._region.setVisible(region is not None)
        if region is None:
            return
        shade = QColor(theme.muted)
        shade.setAlpha(55)
        self._region.setBrush(shade)
        if tuple(self._region.getRegion()) != region:
            self._region.setRegion(region)
        ground = QColor(theme.base)
        ground.setAlpha(215)
        self._region_text.fill = QBrush(ground)
        self._region_text.setColor(theme.text)

    def end(self) -> None:
        """Take away what was not named since ``begin``."""
        for items in (self._lines, self._texts):
            for name in [name for name in items if name not in self._named]:
                self._item.removeItem(items.pop(name))

    @property
    def names(self) -> frozenset[str]:
        """Names of all lines and texts that are to be seen."""
        return frozenset((*self._lines, *self._texts))

    @property
    def warm_up_shown(self) -> bool:
        """Whether a warm-up is shaded."""
        return self._region is not None and bool(self._region.isVisible())

    def _make_region(self, height: float) -> None:
        import pyqtgraph as pg

        self._region = pg.LinearRegionItem(movable=False, pen=pg.mkPen(None))
        self._region.setZValue(WARM_UP_Z)
        self._region.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._item.addItem(self._region, ignoreBounds=True)
        self._region_text = pg.InfLineLabel(
            self._region.lines[0], "warm-up", position=height, anchors=[(0, 0.5), (0, 0.5)]
        )
