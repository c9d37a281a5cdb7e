"""Draws every repeat of a comparison: figures in turn, pairs joined, means with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QBrush, QColor

from core.analysis.comparison_plot import ConfigurationMean, Mark, RepeatPoint, RepeatsInfo
from core.model.quantity import significant
from gui.plotting.marks_view import symbols
from gui.plotting.plot_tooltip import Readout
from gui.plotting.plot_view import PlotView
from gui.theme import Theme, run_colour

SYMBOLS = {
    Mark.COUNTED: "o",
    Mark.DOUBTFUL: "d",
    Mark.FAR: "t1",
    Mark.APART: "s",
    Mark.WITHOUT: "x",
}
SIGNS = {
    Mark.COUNTED: "\N{BLACK CIRCLE}",
    Mark.DOUBTFUL: "\N{BLACK DIAMOND}",
    Mark.FAR: "\N{BLACK UP-POINTING TRIANGLE}",
    Mark.APART: "\N{WHITE SQUARE}",
    Mark.WITHOUT: "\N{MULTIPLICATION X}",
}
"""The same shapes in text, for the line below the plot."""
_HALF_CAP, _HALF_MEAN = 0.035, 0.07
_WIDE, _MOST_LINES = 46, 3


class RepeatsView(PlotView):
    """The plot.

    Attributes:
        info: What is shown; None while there is nothing.
        readout: What stands at the point under the mouse.

    Signals:
        picked: A run was chosen by mouse or arrow keys: its id.
    """

    picked = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            "every repeat", "One point for each repeat of each configuration", scroll_x=False
        )
        self.info: RepeatsInfo | None = None
        self._settings: tuple[str, ...] = ()
        self._selected: frozenset[str] = frozenset()
        self._links: Any = pg.PlotDataItem(connect="pairs")
        self._means: Any = pg.PlotDataItem(connect="pairs")
        self._points = symbols(hoverable=True, tip=None, hoverPen=None)
        for at, one in enumerate((self._links, self._means, self._points)):
            one.setZValue(at - 2)
            self.item.addItem(one, ignoreBounds=True)
        self._points.sigClicked.connect(lambda _item, spots, _event: self._pick(spots[0].data()))
        self._points.sigHovered.connect(self._hovered)
        self.stepped.connect(self._step)
        self.readout = Readout(self)
        self.left.connect(self.readout.hide)
        self.item.getAxis("left").setWidth(62)
        self.item.getAxis("bottom").setHeight(22)
        self.apply(theme)

    def apply(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        super().apply(theme)
        self._theme = theme
        self.readout.apply(theme)
        if self.info is not None:
            self._draw(self.info)

    def show_info(
        self, info: RepeatsInfo, settings: Sequence[str], selected: frozenset[str]
    ) -> None:
        """Show other repeats.

        Args:
            info: What to show.
            settings: Each configuration by the settings in which they differ.
            selected: Ids of the runs that are marked.
        """
        self.info, self._settings, self._selected = info, tuple(settings), selected
        self.readout.hide()
        self._draw(info)

    def mark_selected(self, selected: frozenset[str]) -> None:
        """Mark other runs."""
        if selected != self._selected and self.info is not None:
            self._selected = selected
            self._draw(self.info)

    def show_point(self, point: RepeatPoint) -> None:
        """Say which run a point is, what was set and what is to be known of it."""
        assert self.info is not None
        unit = self.info.metric.unit
        value = "no figure" if point.y is None else f"{significant(point.y)} {unit}".rstrip()
        colour: QColor = run_colour(self._theme, point.colour)
        rows: list[tuple[QColor | None, tuple[str, ...]]] = [(colour, (f"{point.name}: {value}",))]
        said = (*self._differing(point.which), *point.remarks)
        rows += [(None, (line,)) for text in said for line in wrap(text, _WIDE)[:_MOST_LINES]]
        self.readout.show_rows("", rows)
        place = QPointF(point.x, self._y(point))
        self.readout.place_near(self.mapFromScene(self.item.vb.mapViewToScene(place)))

    # -- drawing ----------------------------------------------------------------------------

    def _draw(self, info: RepeatsInfo) -> None:
        ticks = [f"{name} (baseline)" if at == 0 else name for at, name in enumerate(info.names)]
        self.item.getAxis("bottom").setTicks([list(enumerate(ticks))])
        unit = f" ({info.metric.unit})" if info.metric.unit else ""
        self.item.setLabel("left", f"{info.metric.label}{unit}")
        self.x_places = range(len(ticks))
        self._low, high = self._y_range(info)
        self.item.vb.setXRange(-0.5, len(ticks) - 0.5, padding=0)
        self.item.vb.setYRange(self._low, high, padding=0)
        self._links.setData(
            [x for link in info.links for x, _ in link], [y for link in info.links for _, y in link]
        )
        self._links.setPen(pg.mkPen(self._theme.grid, width=1))
        segments = [end for mean in info.means for end in _segments(mean)]
        self._means.setData([x for x, _ in segments], [y for _, y in segments])
        self._means.setPen(pg.mkPen(self._theme.text, width=2))
        self._points.setData([self._spot(point) for point in info.points])

    def _y_range(self, info: RepeatsInfo) -> tuple[float, float]:
        ends = [end for mean in info.means for end in (mean.low, mean.high) if end is not None]
        known = [point.y for point in info.points if point.y is not None]
        if not known:
            return 0.0, 1.0
        # An interval of two repeats may lead anywhere: points must stay apart beside it.
        least, most = min(known), max(known)
        span = max(most - least, 0.05 * abs(most))
        low = min([least, *(max(end, least - 2 * span) for end in ends)])
        high = max([most, *(min(end, most + 2 * span) for end in ends)])
        # A figure with a unit is a quantity: seen from 0, heights compare. A loss is not.
        if info.metric.unit and least >= 0:
            return 0.0, 1.12 * high or 1.0
        room = 0.12 * (high - low) or 0.1 * abs(high) or 1.0
        return low - room, high + room

    def _y(self, point: RepeatPoint) -> float:
        """Where a point stands: without a figure, at the lower edge."""
        if point.y is not None:
            return point.y
        low, high = self.item.vb.viewRange()[1]
        return float(low + 0.05 * (high - low))

    def _spot(self, point: RepeatPoint) -> dict[str, Any]:
        colour = run_colour(self._theme, point.colour)
        hollow = point.mark in (Mark.APART, Mark.WITHOUT)
        chosen = point.run_id in self._selected
        edge = pg.mkPen(colour, width=2) if hollow else pg.mkPen(self._theme.base)
        return {
            "pos": (point.x, self._y(point)),
            "data": point,
            "symbol": SYMBOLS[point.mark],
            "brush": QBrush(QColor(0, 0, 0, 0)) if hollow else QBrush(colour),
            "pen": pg.mkPen(self._theme.text, width=2) if chosen else edge,
            "size": 14 if chosen or point.mark is Mark.FAR else 11,
        }

    # -- mouse and keys ---------------------------------------------------------------------

    def _differing(self, which: int) -> list[str]:
        return self._settings[which].split(", ") if which < len(self._settings) else []

    def _pick(self, point: RepeatPoint) -> None:
        self.picked.emit(point.run_id)

    def _hovered(self, _item: Any, spots: Any, _event: Any) -> None:
        if len(spots) == 0:
            self.readout.hide()
        else:
            self.show_point(spots[0].data())

    def _step(self, direction: int) -> None:
        points = self.info.points if self.info is not None else ()
        if not points:
            return
        chosen = [at for at, point in enumerate(points) if point.run_id in self._selected]
        start = chosen[-1] + direction if chosen else 0
        point = points[min(max(start, 0), len(points) - 1)]
        self._pick(point)
        self.show_point(point)


def _segments(mean: ConfigurationMean) -> list[tuple[float, float]]:
    """The mean as a short line, its interval as a line with caps: ends, two by two."""
    ends = [(mean.x - _HALF_MEAN, mean.mean), (mean.x + _HALF_MEAN, mean.mean)]
    if mean.low is not None and mean.high is not None:
        ends += [(mean.x, mean.low), (mean.x, mean.high)]
        for end in (mean.low, mean.high):
            ends += [(mean.x - _HALF_CAP, end), (mean.x + _HALF_CAP, end)]
    return ends
