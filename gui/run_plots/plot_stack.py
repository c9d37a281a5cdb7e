"""Plots one above the other with one x axis, their headlines, and a crosshair through all."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.model.run import Run
from gui.run_plots.crosshair import Crosshair
from gui.run_plots.crosshair_table import Reading, reading_at
from gui.run_plots.curve import CurvesInfo, looked_at, x_extent
from gui.run_plots.plot import Plot, XAxis
from gui.run_plots.plot_part import PlotPart
from gui.run_plots.x_position import X_LABELS
from gui.theme import Theme
from gui.widgets.chunked_work import BitByBit


class PlotStack(QWidget):
    """Shows runs; knows nothing of following and of where runs come from.

    Attributes:
        headlines: One per plot.
        notes: One per plot, below its headline; hidden while there is nothing to note.
        views: One per plot.
        infos: What each plot shows at present.
        crosshair: Through all plots, with the table of what is there.

    Signals:
        range_taken: The person moved or scaled the x axis.
        followed: The last plot shows what ``follow`` was given.
    """

    range_taken = Signal()
    followed = Signal()

    def __init__(self, plots: Sequence[Plot], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("live plots")
        self._plots, self._theme = tuple(plots), theme
        self._runs: tuple[Run, ...] = ()
        self._focus: Run | None = None
        self._x_axis = XAxis.STEP
        self._is_shown = (True,) * len(self._plots)
        self._seen: tuple[float, float] | None = None
        self._look_closer = QTimer(self)
        self._look_closer.setSingleShot(True)
        self._look_closer.timeout.connect(self._refine)
        self._work = BitByBit(self)
        self._following = False
        self.infos: tuple[CurvesInfo, ...] = ()
        self._parts = tuple(map(PlotPart, plots))
        self.headlines = tuple(part.headline for part in self._parts)
        self.notes = tuple(part.note for part in self._parts)
        self.views = tuple(part.view for part in self._parts)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for index, part in enumerate(self._parts):
            # Idle time and its causes are the answer that people come for.
            column.addWidget(part, 4 if index == 0 else 3)
        self.crosshair = Crosshair(self, self.views, self._read, lambda: self.extent)
        self._connect_views()
        self.apply(theme)

    def _connect_views(self) -> None:
        first = self.views[0]
        for view in self.views:
            if view is not first:
                view.item.setXLink(first.item)
            view.range_taken.connect(self.range_taken)
        first.item.vb.sigXRangeChanged.connect(lambda *_: self._range_changed())

    # -- what is shown --------------------------------------------------------------------

    def apply(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self.crosshair.apply(theme)
        for view in self.views:
            view.apply(theme)

    def show_runs(self, runs: Sequence[Run], focus: Run | None, x_axis: XAxis) -> None:
        """Show runs as they stand."""
        self._work.drop()
        self._take(runs, focus, x_axis)
        self._draw()
        self.crosshair.stay()

    def redraw(self) -> None:
        """Show the same anew, in the size that it has now."""
        self.show_runs(self._runs, self._focus, self._x_axis)
        self.get_ready()

    def follow(
        self, runs: Sequence[Run], focus: Run | None, view: Callable[[], tuple[float, float] | None]
    ) -> None:
        """Show how runs have gone on, one plot after the other.

        Args:
            runs: The runs that are shown already, as they stand now.
            focus: The one of them that headlines speak of.
            view: What is to be seen of the x axis; None: what is seen now.
        """
        self._take(runs, focus, self._x_axis)
        wanted = view()
        shown = itertools.compress(range(len(self.views)), self._is_shown)
        drawing = (partial(self._follow_one, index, wanted) for index in shown)
        self._work.do((*drawing, self._end_following))

    def _follow_one(self, index: int, wanted: tuple[float, float] | None) -> None:
        view = self.views[index]
        # The other plots' turn comes: they need not go along with this one.
        self._following = True
        for other in self.views:
            other.item.vb.blockLink(True)
        if wanted is not None:
            view.item.vb.setXRange(*wanted, padding=0)
        self._draw_one(index)
        self._fit_y_of(index)
        for other in self.views:
            other.item.vb.blockLink(False)
        self._following = False
        view.scene().prepareForPaint()

    def _end_following(self) -> None:
        self._look_closer.start(0)
        self.crosshair.stay()
        self.followed.emit()

    def _take(self, runs: Sequence[Run], focus: Run | None, x_axis: XAxis) -> None:
        self._runs, self._focus = tuple(runs), focus
        if x_axis is not self._x_axis:
            self._x_axis = x_axis
            self._seen = None
            self.hide_cursor()
        self._show_x_values()
        self._make_infos()
        for plot, headline, shown in zip(self._plots, self.headlines, self._is_shown, strict=True):
            if shown:
                headline.show_headline(plot.headline(focus))

    def show_plots(self, keys: Collection[str]) -> None:
        """Show the plots with these keys, in their order, and no others."""
        wanted = tuple(plot.key in keys for plot in self._plots)
        if wanted == self._is_shown:
            return
        self._is_shown = wanted
        for shown, part, view in zip(wanted, self._parts, self.views, strict=True):
            part.setVisible(shown)
            if view is not self.views[0]:
                # A hidden plot has another width, and would carry it over to the others.
                view.item.setXLink(self.views[0].item if shown else None)
        self._show_x_values()
        self.show_runs(self._runs, self._focus, self._x_axis)

    def show_note(self, key: str, text: str) -> None:
        """Note something right at the plot with this key; an empty text takes the note away."""
        self._parts[[plot.key for plot in self._plots].index(key)].show_note(text)

    def copy(self, keys: Collection[str] | None = None) -> PlotStack:
        """The same for a picture, with these plots only; None for all that are shown."""
        pairs = zip(self._plots, self._is_shown, strict=True)
        made = PlotStack(
            [one for one, shown in pairs if (shown if keys is None else one.key in keys)],
            self._theme,
        )
        notes = {plot.key: note.text() for plot, note in zip(self._plots, self.notes, strict=True)}
        for plot, part in zip(made._plots, made._parts, strict=True):
            part.spell_out(notes[plot.key])
        made.show_runs(self._runs, self._focus, self._x_axis)
        made.set_x_range(*self.x_range)
        return made

    def _show_x_values(self) -> None:
        """Numbers of the x axis stand below the lowest plot that is shown."""
        lowest = max(at for at, shown in enumerate(self._is_shown) if shown)
        for at, view in enumerate(self.views):
            view.show_x_values(at == lowest, X_LABELS[self._x_axis])

    @property
    def extent(self) -> tuple[float, float] | None:
        """From the first to the last position of all lines."""
        return x_extent(self.infos)

    @property
    def areas(self) -> tuple[tuple[str, int], ...]:
        """What areas stand for, and the index of their tone."""
        pairs = zip(self._plots, self.infos, strict=True)
        return tuple(area for plot, info in pairs for area in plot.areas(info))

    @property
    def edge(self) -> float | None:
        """The last position of the run in focus; None where it has no line."""
        lines = [info.focus.x[-1] for info in self.infos if info.focus is not None]
        return float(max(lines)) if lines else None

    @property
    def x_range(self) -> tuple[float, float]:
        """What is seen of the x axis."""
        low, high = self.views[0].item.vb.viewRange()[0]
        return float(low), float(high)

    def set_x_range(self, low: float, high: float) -> None:
        """Show this much of the x axis."""
        if not np.allclose((low, high), self.x_range, rtol=1e-9, atol=1e-9):
            # Each is told once; by their link the others would be told again by each.
            for view in self.views:
                view.item.vb.blockLink(True)
            for view in self.views:
                view.item.vb.setXRange(low, high, padding=0)
            for view in self.views:
                view.item.vb.blockLink(False)

    def get_ready(self) -> None:
        """Work out now what else painting will change.

        Left to the paint itself, as pyqtgraph does it, each view is painted twice: items that
        move along with a new range ask for another paint.
        """
        for view in itertools.compress(self.views, self._is_shown):
            view.scene().prepareForPaint()

    def _make_infos(self) -> None:
        self.infos = tuple(
            self._info(plot, self._runs if shown else ())
            for plot, shown in zip(self._plots, self._is_shown, strict=True)
        )

    def _info(self, plot: Plot, runs: Sequence[Run]) -> CurvesInfo:
        if self._seen is None:
            return plot.info(runs, self._focus, self._x_axis)
        return plot.close_info(runs, self._focus, self._x_axis, self._seen)

    def _range_changed(self) -> None:
        if self._following:
            return
        self._fit_y()
        # After all that the wheel or the mouse has in store: one look is enough for it.
        if self._runs:
            self._look_closer.start(0)

    def _refine(self) -> None:
        """Show more of the part that is looked at, where the view has come closer or moved."""
        seen = looked_at(self.x_range, self.extent)
        if seen != self._seen:
            self._seen = seen
            self._make_infos()
            self._draw()
            self.get_ready()

    def _draw(self) -> None:
        for index in range(len(self.views)):
            self._draw_one(index)
        self._fit_y()

    def _draw_one(self, index: int) -> None:
        self._plots[index].draw(self.infos[index], self.views[index].item, self._theme)

    def _fit_y(self) -> None:
        for index in range(len(self.infos)):
            self._fit_y_of(index)

    def _fit_y_of(self, index: int) -> None:
        box = self.views[index].item.vb
        wanted = self._plots[index].y_range(self.infos[index], *self.x_range)
        if tuple(box.viewRange()[1]) != wanted:
            box.setYRange(*wanted, padding=0)

    # -- crosshair ------------------------------------------------------------------------

    def set_cursor(self, x: float) -> None:
        """Put the crosshair at a position and say what is there."""
        self.crosshair.put(x)

    def hide_cursor(self) -> None:
        """Take the crosshair away."""
        self.crosshair.hide()

    def hideEvent(self, event: QHideEvent) -> None:
        """No crosshair waits for the stack to come back, and no steps are held meanwhile."""
        super().hideEvent(event)
        self._look_closer.stop()
        self._work.drop()
        self.crosshair.rest()
        # A run under way moves its steps as it grows; who keeps an old view keeps the old ones.
        self._runs, self._focus = (), None

    def _read(self, x: float) -> Reading | None:
        pairs = zip(self._plots, self.infos, strict=True)
        shown = tuple(itertools.compress(pairs, self._is_shown))
        return reading_at(x, self._x_axis, shown, self._runs, self._focus, self._theme)
