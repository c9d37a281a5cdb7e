"""Steps that a person selects in plots, by dragging or with Shift and the arrow keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.metrics.x_axis import XAxis, XRange
from gui.plotting.shade import Shade
from gui.run_plots.crosshair import Crosshair
from gui.theme import Theme

if TYPE_CHECKING:
    from gui.plotting.plot_view import PlotView
    from gui.run_plots.plot_stack import PlotStack

_RANGE_Z = 4


class RangeSelection(QObject):
    """Shades the selected steps in every plot of a stack.

    Attributes:
        x_range: What is shaded; None for nothing.
        shades: One in each plot that was built.

    Signals:
        selected: The person selected steps (``XRange``).
        moved: Something else is shaded, though nothing was selected yet.
    """

    selected = Signal(object)
    moved = Signal()

    def __init__(self, stack: PlotStack, crosshair: Crosshair, theme: Theme) -> None:
        """Select nothing yet.

        Args:
            stack: Owner; knows from where to where its lines go.
            crosshair: Shift and the arrow keys select from where it was to where it goes.
            theme: Colours.
        """
        super().__init__(stack)
        self._stack, self._crosshair, self._theme = stack, crosshair, theme
        self.x_range: XRange | None = None
        self._x_axis = XAxis.STEP
        self.shades: list[Shade] = []
        self._anchor: float | None = None

    def add(self, view: PlotView) -> None:
        """Shade and listen to one more plot."""
        self.shades.append(Shade(view.item, "", _RANGE_Z, edged=True))
        view.item.vb.dragged.connect(self._drag)
        view.extended.connect(self._extend)
        view.stepped.connect(self._drop_anchor)
        self._show()

    def show_range(self, x_range: XRange | None) -> None:
        """Shade these steps; None: none are selected."""
        self.x_range = x_range
        if x_range is None:
            self._anchor = None
        self._show()

    def take_x_axis(self, x_axis: XAxis) -> None:
        """The x axis counts something else: steps selected along another are not shaded."""
        self._x_axis, self._anchor = x_axis, None
        self._show()

    def apply(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self._show()

    def _drag(self, begin: float, end: float, finished: bool) -> None:
        self._anchor = None
        if self._stack.extent is None:
            return  # no line to select steps of
        x_range = XRange.between(self._x_axis, begin, end)
        if finished:
            self.selected.emit(x_range)
        else:
            # Figures would be worked out anew for each pixel.
            self.x_range = x_range
            self._show()
            self.moved.emit()

    def _extend(self, direction: int) -> None:
        """Select from where the crosshair was to where it goes."""
        crosshair = self._crosshair
        if self._anchor is None:
            if crosshair.at is None:
                crosshair.step(direction)
            self._anchor = crosshair.at
        crosshair.step(direction)
        if self._anchor is not None and crosshair.at is not None:
            self.selected.emit(XRange.between(self._x_axis, self._anchor, crosshair.at))

    def _drop_anchor(self) -> None:
        self._anchor = None

    def _show(self) -> None:
        shown = self.x_range
        if shown is not None and shown.x_axis is not self._x_axis:
            shown = None
        stretch = None if shown is None else (shown.low, shown.high)
        for shade in self.shades:
            shade.show(stretch, self._theme, 0.0)
