"""A line through plots that lie one above the other, and a table of what stands at it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QWidget

from gui.plotting.plot_tooltip import PlotTooltip
from gui.run_plots.crosshair_table import CrosshairReading
from gui.theme import Theme, line_pen

if TYPE_CHECKING:
    import pyqtgraph as pg

    from gui.plotting.plot_view import PlotView

_MOUSE_HZ = 20


class Crosshair:
    """Goes where the mouse or the arrow keys are.

    Attributes:
        lines: One in each plot.
        readout: The table.
    """

    def __init__(
        self,
        owner: QWidget,
        read: Callable[[float], CrosshairReading | None],
        extent: Callable[[], tuple[float, float] | None],
        theme: Theme,
    ) -> None:
        """Make it; it is hidden until it is put somewhere.

        Args:
            owner: What holds the plots and the table over them.
            read: What stands at a position; None for nothing.
            extent: From the first to the last position of all lines; None without lines.
            theme: Its colours.
        """
        self._owner, self._theme = owner, theme
        self._read, self._extent = read, extent
        self._at: float | None = None
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
        view.left.connect(self.hide)
        self._views.append(view)
        self.lines.append(line)
        self._mice.append(self._follow_mouse(view))

    def _follow_mouse(self, view: PlotView) -> pg.SignalProxy:
        import pyqtgraph as pg

        def moved(arguments: tuple) -> None:
            box = view.item.vb
            position = arguments[0]
            if box.sceneBoundingRect().contains(position):
                self.put(box.mapSceneToView(position).x())

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

    def put(self, x: float) -> None:
        """Put it at a position and say what is there."""
        if self._extent() is None or not self._owner.isVisible():
            return
        self._at = x
        for line in self.lines:
            line.setPos(x)
            line.show()
        crosshair_reading = self._read(x)
        if crosshair_reading is None:
            # Beyond the lines there is nothing to say.
            self.readout.hide()
            return
        self.readout.show_rows(*crosshair_reading)
        view = self._views[0]
        box = view.item.vb
        point = view.mapFromScene(box.mapViewToScene(QPointF(x, 0.0)))
        place = view.mapTo(self._owner, QPoint(point.x(), 0))
        self.readout.place_beside(place.x(), place.y() + 10)

    def stay(self) -> None:
        """Where it is put, say anew what is there."""
        if self._at is not None:
            self.put(self._at)

    def step(self, direction: int) -> None:
        """Move by a hundredth of what is seen; it starts in the middle."""
        low, high = self._views[0].item.vb.viewRange()[0]
        if self._at is None:
            self.put((low + high) / 2)
        else:
            moved = self._at + direction * (high - low) / 100
            self.put(min(max(moved, low), high))

    def hide(self) -> None:
        """Take it away."""
        self._at = None
        self.readout.hide()
        for line in self.lines:
            line.hide()

    def rest(self) -> None:
        """Take it away, and no move of the mouse waits any more."""
        for mouse in self._mice:
            mouse.timer.stop()
        self.hide()
