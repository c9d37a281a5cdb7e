"""Draws a metric against a knob: points with names, means, values along the x axis."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QBrush, QColor, QResizeEvent

from core.model.quantity import significant
from gui.plots.against_plot import AgainstInfo, Point
from gui.plots.label_layout import place_labels
from gui.theme import Theme, run_colour
from gui.widgets.plot_view import PlotView
from gui.widgets.readout import Readout

_SYMBOLS = ("o", "s", "t", "d")
_MEAN_WIDTH = 0.7
_MAX_NAMES = 60


class AgainstView(PlotView):
    """The plot.

    Attributes:
        info: What is shown.
        readout: The table at the point under the mouse.

    Signals:
        picked: A run was chosen by mouse or arrow keys: its id.
    """

    picked = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__("metric against setting", "One point for each run", scroll_x=False)
        self.info = AgainstInfo()
        self._theme, self._unit, self._selected = theme, "", frozenset[str]()
        self._points = pg.ScatterPlotItem(hoverable=True, tip=None, hoverPen=None)
        self._means: Any = pg.PlotDataItem(connect="pairs")
        self._means.setZValue(-1)
        self._names: list[Any] = []
        self.item.addItem(self._means, ignoreBounds=True)
        self.item.addItem(self._points, ignoreBounds=True)
        self._points.sigClicked.connect(self._clicked)
        self._points.sigHovered.connect(self._hovered)
        self.stepped.connect(self._step)
        self.readout = Readout(self)
        self.left.connect(self.readout.hide)
        self.item.getAxis("left").setWidth(80)
        self.item.getAxis("bottom").setHeight(46)
        self.apply(theme)

    def apply(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        super().apply(theme)
        self._theme = theme
        self.readout.apply(theme)
        # Points that share pens and brushes share their pictures, too.
        self._brushes = [QBrush(run_colour(theme, index)) for index in range(len(theme.runs))]
        self._edges = (pg.mkPen(theme.base), pg.mkPen(theme.text, width=2))

    def show_info(
        self, info: AgainstInfo, labels: tuple[str, str], unit: str, selected: frozenset[str]
    ) -> None:
        """Show other points.

        Args:
            info: The points.
            labels: What the x and the y axis are called.
            unit: Unit of the y values.
            selected: Ids of the runs that are marked.
        """
        self.info, self._unit, self._selected = info, unit, selected
        self.item.getAxis("bottom").setTicks([list(enumerate(info.ticks))])
        self.item.setLabel("bottom", labels[0])
        self.item.setLabel("left", labels[1])
        self.x_places = range(len(info.ticks))
        self.item.vb.setXRange(-0.6, max(len(info.ticks), 1) - 0.4, padding=0)
        self.item.vb.setYRange(*self._y_range(), padding=0)
        self._points.setData([self._spot(point) for point in info.points])
        half = _MEAN_WIDTH / 2
        self._means.setData(
            [x for mean in info.means for x in (mean.x - half, mean.x + half)],
            [mean.y for mean in info.means for _ in range(2)],
        )
        self._means.setPen(pg.mkPen(self._theme.text, width=1.5))
        self._write_names()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Names find their room anew."""
        super().resizeEvent(event)
        if hasattr(self, "_names"):
            self._write_names()

    def _y_range(self) -> tuple[float, float]:
        values = [point.y for point in self.info.points]
        if not values:
            return 0.0, 1.0
        low, high = min(values), max(values)
        # A figure with a unit is a quantity: seen from 0, heights compare. A loss is not.
        if self._unit and low >= 0:
            low = 0.0
        room = 0.12 * (high - low) or 0.1 * abs(high) or 1.0
        return (low if low == 0.0 and self._unit else low - room), high + room

    def _spot(self, point: Point) -> dict[str, Any]:
        chosen = point.run_id in self._selected
        palette = len(self._theme.runs)
        return {
            "pos": (point.x, point.y),
            "data": point,
            "symbol": _SYMBOLS[point.colour // palette % len(_SYMBOLS)],
            "brush": self._brushes[point.colour % palette],
            "pen": self._edges[chosen],
            "size": 14 if chosen else 11,
        }

    def _write_names(self) -> None:
        while self._names:
            self.item.removeItem(self._names.pop())
        if len(self.info.points) > _MAX_NAMES:
            return
        box = self.item.vb
        metrics = self.fontMetrics()
        places = [box.mapFromView(QPointF(point.x, point.y)) for point in self.info.points]
        sizes = [(metrics.horizontalAdvance(p.name) + 8.0, 18.0) for p in self.info.points]
        corners = place_labels(
            [(place.x(), place.y()) for place in places], sizes, (box.width(), box.height())
        )
        for point, corner in zip(self.info.points, corners, strict=True):
            if corner is None:
                continue
            name = pg.TextItem(point.name, color=self._theme.text, anchor=(0, 0))
            name.setFont(self.font())
            self.item.addItem(name, ignoreBounds=True)
            name.setPos(box.mapToView(QPointF(*corner)))
            self._names.append(name)

    # -- mouse and keys -------------------------------------------------------------------

    def _clicked(self, _item: Any, spots: Any, _event: Any) -> None:
        self.picked.emit(spots[0].data().run_id)

    def _hovered(self, _item: Any, spots: Any, _event: Any) -> None:
        if len(spots) == 0:
            self.readout.hide()
        else:
            self.show_point(spots[0].data())

    def show_point(self, point: Point) -> None:
        """Say which run a point is and in what it differs."""
        colour: QColor = run_colour(self._theme, point.colour)
        value = f"{significant(point.y)} {self._unit}".rstrip()
        rows: list[tuple[QColor | None, tuple[str, ...]]]
        rows = [(colour, (point.name, value)), (None, (self.info_label, point.value))]
        rows += [(None, tuple(text.split(" ", 1))) for text in point.others]
        self.readout.show_rows("", rows)
        place = self.mapFromScene(self.item.vb.mapViewToScene(QPointF(point.x, point.y)))
        self.readout.place_near(place)

    @property
    def info_label(self) -> str:
        """What the x axis is called."""
        return str(self.item.getAxis("bottom").labelText)

    def _step(self, direction: int) -> None:
        points = sorted(self.info.points, key=lambda point: (point.x, point.y))
        if not points:
            return
        chosen = [i for i, point in enumerate(points) if point.run_id in self._selected]
        start = chosen[-1] + direction if chosen else 0
        point = points[min(max(start, 0), len(points) - 1)]
        self.picked.emit(point.run_id)
        self.show_point(point)
