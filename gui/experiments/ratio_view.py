"""Draws the ratios of a comparison with their intervals, all on one axis with 1 and its band."""

from __future__ import annotations

import math
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QResizeEvent

from core.analysis.ratio_plot import BAND, RatioPoint, RatiosInfo, ratio_ticks
from gui.plotting.marks_view import symbols
from gui.plotting.plot_tooltip import Readout
from gui.plotting.plot_view import PlotView
from gui.theme import Theme

_TICK_PX = 32
_HALF_CAP = 0.12


class RatioView(PlotView):
    """The plot: one line for each configuration beside the baseline, from the top.

    Attributes:
        info: What is shown; None while there is nothing.
        readout: What stands at the ratio under the mouse.

    Signals:
        picked: A configuration was chosen by mouse or arrow keys: its place, from 1.
    """

    picked = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__("ratio to the baseline", "With its interval", scroll_x=False)
        self.info: RatiosInfo | None = None
        self._chosen = 0
        self._band: Any = pg.LinearRegionItem(movable=False, pen=pg.mkPen(None))
        self._band.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._band.setRegion((math.log(BAND[0]), math.log(BAND[1])))
        self._one: Any = pg.InfiniteLine(0.0, angle=90)
        self._intervals: Any = pg.PlotDataItem(connect="pairs")
        self._points = symbols(hoverable=True, tip=None, hoverPen=None)
        for at, one in enumerate((self._band, self._one, self._intervals, self._points)):
            one.setZValue(at - 4)
            self.item.addItem(one, ignoreBounds=True)
        self._points.sigClicked.connect(lambda _item, spots, _event: self._pick(spots[0].data()))
        self._points.sigHovered.connect(self._hovered)
        self.stepped.connect(self._step)
        self.readout = Readout(self)
        self.left.connect(self.readout.hide)
        self.item.getAxis("left").setWidth(26)
        self.apply(theme)

    def apply(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        super().apply(theme)
        self._theme = theme
        self.readout.apply(theme)
        shade = QColor(theme.muted)
        shade.setAlpha(50)
        self._band.setBrush(QBrush(shade))
        self._one.setPen(pg.mkPen(theme.muted, width=1))
        if self.info is not None:
            self._draw(self.info)

    def show_info(self, info: RatiosInfo) -> None:
        """Show other ratios."""
        self.info = info
        self.readout.hide()
        self._draw(info)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Write as many numbers as there is room for."""
        super().resizeEvent(event)
        if getattr(self, "info", None) is not None:
            self._write_ticks()

    def show_point(self, point: RatioPoint) -> None:
        """Say what a ratio is in figures and words."""
        assert self.info is not None
        what = f"{point.name} / {self.info.baseline}: {point.figures()}"
        self.readout.show_rows("", [(None, (what,)), (None, (point.words(),))])
        place = QPointF(math.log(point.ratio or 1.0), self._y(point))
        self.readout.place_near(self.mapFromScene(self.item.vb.mapViewToScene(place)))

    # -- drawing ----------------------------------------------------------------------------

    def _draw(self, info: RatiosInfo) -> None:
        low, high = info.axis_range()
        self.item.vb.setXRange(math.log(low), math.log(high), padding=0)
        self.item.vb.setYRange(-0.6, len(info.points) - 0.4, padding=0)
        self.item.getAxis("left").setTicks([[(self._y(one), one.name) for one in info.points]])
        self.y_places = [self._y(one) for one in info.points]
        self.item.setLabel(
            "bottom", f"ratio to {info.baseline} [{info.confidence_percent:.4g} % interval]"
        )
        ends = [end for one in info.points for end in self._segments(one)]
        self._intervals.setData([x for x, _ in ends], [y for _, y in ends])
        self._intervals.setPen(pg.mkPen(self._theme.text, width=2))
        self._points.setData([self._spot(one) for one in info.points if one.ratio is not None])
        self._write_ticks()

    def _write_ticks(self) -> None:
        assert self.info is not None
        room = int(self.item.vb.width() // _TICK_PX)
        ticks = ratio_ticks(*self.info.axis_range(), room)
        self.item.getAxis("bottom").setTicks([[(math.log(one), f"{one:g}") for one in ticks]])
        self.x_places = [math.log(one) for one in ticks]

    def _y(self, point: RatioPoint) -> float:
        assert self.info is not None
        return float(len(self.info.points) - point.which)

    def _segments(self, point: RatioPoint) -> list[tuple[float, float]]:
        if point.low is None or point.high is None:
            return []
        y, left, right = self._y(point), math.log(point.low), math.log(point.high)
        ends = [(left, y), (right, y)]
        for x in (left, right):
            ends += [(x, y - _HALF_CAP), (x, y + _HALF_CAP)]
        return ends

    def _spot(self, point: RatioPoint) -> dict[str, Any]:
        ink = QColor(self._theme.text)
        return {
            "pos": (math.log(point.ratio or 1.0), self._y(point)),
            "data": point,
            "symbol": "d",
            # Hollow while nothing can be said of it.
            "brush": QBrush(ink if point.settled else QColor(self._theme.base)),
            "pen": pg.mkPen(ink, width=2),
            "size": 12,
        }

    # -- mouse and keys ---------------------------------------------------------------------

    def _pick(self, point: RatioPoint) -> None:
        self._chosen = point.which
        self.picked.emit(point.which)

    def _hovered(self, _item: Any, spots: Any, _event: Any) -> None:
        if len(spots) == 0:
            self.readout.hide()
        else:
            self.show_point(spots[0].data())

    def _step(self, direction: int) -> None:
        points = self.info.points if self.info is not None else ()
        if not points:
            return
        self._chosen = min(max(self._chosen + direction, 1), len(points))
        point = points[self._chosen - 1]
        self._pick(point)
        self.show_point(point)
