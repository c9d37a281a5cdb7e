"""What has been drawn into a plot item, so that it can be changed instead of drawn anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtGui import QBrush, QColor, QGuiApplication, QPen

from core.model.measured.samples import FloatArray
from gui.plotting.shade import Shade
from gui.theme import Theme, line_pen, readable_on

# It takes a sixth of the time until the window is painted: imported where it is drawn with.
if TYPE_CHECKING:
    import pyqtgraph as pg

AREA_Z, WARM_UP_Z, LINE_Z, FOCUS_Z, TEXT_Z = 0, 5, 10, 20, 30
_WORD = 0.2
"""Share of a plot's height that a word on a shade takes."""


class Canvas:
    """Lines, areas and texts of one plot item by name.

    Use it as ``begin``, then everything that is to be seen, then ``end``: what was not named
    again goes away, and only what changed is handed to pyqtgraph.

    Attributes:
        warm_up, traced: The stretches that are in no average.
    """

    def __init__(self, item: pg.PlotItem) -> None:
        self._item = item
        self._lines: dict[str, Any] = {}
        self._texts: dict[str, Any] = {}
        self._named: set[str] = set()
        self.warm_up = Shade(item, "warm-up", WARM_UP_Z)
        self.traced = Shade(item, "traced", WARM_UP_Z)

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
        font = QGuiApplication.font()
        if label.textItem.font().pixelSize() != font.pixelSize():
            label.setFont(font)
        label.setText(text, color=readable_on(on))
        label.fill = QBrush(on)
        label.setPos(*position)

    def shades(
        self,
        warm_up: tuple[float, float] | None,
        traced: tuple[float, float] | None,
        theme: Theme,
        height: float = 0.12,
    ) -> None:
        """Shade what is in no average, and say so at a height from 0 to 1.

        Args:
            warm_up: From where to where the warm-up reaches; None for none.
            traced: The same of steps that were traced.
            theme: The colours.
            height: Where the words stand.
        """
        self.warm_up.show(warm_up, theme, height)
        # Steps are often traced right behind the warm-up: one word stands above the other.
        beside = _WORD if height < 0.5 else -_WORD
        self.traced.show(traced, theme, height + beside)

    def end(self) -> None:
        """Take away what was not named since ``begin``."""
        for items in (self._lines, self._texts):
            for name in [name for name in items if name not in self._named]:
                self._item.removeItem(items.pop(name))

    @property
    def names(self) -> frozenset[str]:
        """Names of all lines and texts that are to be seen."""
        return frozenset((*self._lines, *self._texts))
