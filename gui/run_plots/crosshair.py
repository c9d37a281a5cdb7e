"""A line through plots that lie one above the other, and a table of what stands at it."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QWidget

from gui.plotting.plot_tooltip import PlotTooltip
from gui.run_plots.crosshair_table import CrosshairReading, PointedAt
from gui.theme import Theme, line_pen
from gui.widgets.spoken import announce

if TYPE_CHECKING:
    import pyqtgraph as pg

    from gui.plotting.plot_view import PlotView

_MOUSE_HZ = 20


class Crosshair:
    """Goes where the mouse or the arrow keys are.

    Attributes:
        lines: One in each plot.
        readout: The table.
        kept: It stays where it is, whatever the mouse does.
    """

    def __init__(
        self,
        owner: QWidget,
        read: Callable[[float, PointedAt | None], CrosshairReading | None],
        extent: Callable[[], tuple[float, float] | None],
        unit: Callable[[], float],
        moved: Callable[[], object],
        theme: Theme,
    ) -> None:
        """Make it; it is hidden until it is put somewhere.

        Args:
            owner: What holds the plots and the table over them.
            read: What stands at a position, nearest to what the mouse points at; None for nothing.
            extent: From the first to the last position of all lines; None without lines.
            unit: How far positions that can be read are apart: 1 for whole steps, 0 for all.
            moved: Told when it was put somewhere else or taken away.
            theme: Its colours.
        """
        self._owner, self._theme = owner, theme
        self._read, self._extent, self._unit, self._moved = read, extent, unit, moved
        self._at: float | None = None
        self._pointed: PointedAt | None = None
        self._reading: CrosshairReading | None = None
        self.kept = False
        self.readout = PlotTooltip(owner)
        self._views: list[PlotView] = []
        self.lines: list[pg.InfiniteLine] = []
        self._mice: list[pg.SignalProxy] = []

    def add(self, view: PlotView) -> None:
        """Go through another plot as well; the first one says where the table stands."""
        import pyqtgraph as pg

        line = pg.InfiniteLine(angle=90)
        line.setPen(self._pen())
        line.hide()
        view.item.addItem(line, ignoreBounds=True)
        view.stepped.connect(self.step)
        view.left.connect(self._leave)
        view.kept.connect(self.keep)
        view.item.vb.clicked.connect(partial(self._click, view))
        self._views.append(view)
        self.lines.append(line)
        self._mice.append(self._follow_mouse(view))

    def _follow_mouse(self, view: PlotView) -> pg.SignalProxy:
        import pyqtgraph as pg

        def moved(arguments: tuple) -> None:
            box = view.item.vb
            position = arguments[0]
            if not self.kept and box.sceneBoundingRect().contains(position):
                place = box.mapSceneToView(position)
                self.put(place.x(), PointedAt(self._views.index(view), place.y()))

        proxy = pg.SignalProxy(
            view.scene().sigMouseMoved, rateLimit=_MOUSE_HZ, slot=moved, threadSafe=False
        )
        proxy.setParent(self._owner)
        return proxy

    def apply(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self.readout.apply(theme)
        for line in self.lines:
            line.setPen(self._pen())

    def _pen(self) -> QPen:
        return line_pen(self._theme.text, style=Qt.PenStyle.DashLine)

    def put(self, x: float, pointed: PointedAt | None = None) -> None:
        """Put it at a position and say what is there, nearest to what is pointed at."""
        if self._extent() is None or not self._owner.isVisible():
            return
        x = math.floor(x) if self._unit() else x
        self._at, self._pointed = x, pointed
        self._moved()
        for line in self.lines:
            line.setPos(x)
            line.show()
        self._reading = crosshair_reading = self._read(x, pointed)
        if crosshair_reading is None:
            # Beyond the lines there is nothing to say.
            self.readout.hide()
            return
        place, rows, more = crosshair_reading
        how = "kept: Enter or a click lets go, Ctrl+C copies" if self.kept else ""
        self.readout.show_rows(place, rows, " · ".join(part for part in (more, how) if part))
        view = self._views[0]
        box = view.item.vb
        point = view.mapFromScene(box.mapViewToScene(QPointF(x, 0.0)))
        place = view.mapTo(self._owner, QPoint(point.x(), 0))
        self.readout.place_beside(place.x(), place.y() + 10)

    def stay(self) -> None:
        """Where it is put, say anew what is there."""
        if self._at is not None:
            self.put(self._at, self._pointed)

    @property
    def at(self) -> float | None:
        """Where it is; None where it is hidden."""
        return self._at

    def keep(self) -> None:
        """Let it stay where it is, or go along again."""
        self.kept = not self.kept and self._at is not None
        self.stay()

    def text(self) -> str:
        """What the table says, tab separated; empty where there is none."""
        if self._reading is None:
            return ""
        place, rows, more = self._reading
        lines = [place, *("\t".join(cells) for _, cells in rows), more]
        return "\n".join(line for line in lines if line.strip())

    def _click(self, view: PlotView, x: float, y: float) -> None:
        self.kept = not self.kept
        self.put(x, PointedAt(self._views.index(view), y))

    def _leave(self) -> None:
        if not self.kept:
            self.hide()

    def step(self, direction: int) -> None:
        """Move by a hundredth of what is seen; it starts in the middle."""
        low, high = self._views[0].item.vb.viewRange()[0]
        if self._at is None:
            self.put((low + high) / 2)
        else:
            moved = self._at + direction * max((high - low) / 100, self._unit())
            self.put(min(max(moved, low), high))
        if self._reading is not None:
            announce(self._owner, self._reading.words())

    def hide(self) -> None:
        """Take it away."""
        self._at = self._pointed = self._reading = None
        self.kept = False
        self._moved()
        self.readout.hide()
        for line in self.lines:
            line.hide()

    def rest(self) -> None:
        """Take it away, and no move of the mouse waits any more."""
        for mouse in self._mice:
            mouse.timer.stop()
        self.hide()
