"""Plots one above the other with one x axis, their headlines, and a crosshair through all."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QTimer, Signal
from PySide6.QtGui import QAccessible, QHideEvent
from PySide6.QtWidgets import QWidget

from core.metrics.x_axis import X_LABELS, XAxis, XRange
from core.model.run import Run
from gui.run_plots.crosshair import Crosshair
from gui.run_plots.crosshair_table import CrosshairReading, PointedAt, reading_at
from gui.run_plots.curve import CurvesInfo, looked_at, x_extent
from gui.run_plots.plot import Plot
from gui.run_plots.plot_column import PlotColumn
from gui.run_plots.plot_words import in_words
from gui.run_plots.range_selection import RangeSelection
from gui.run_plots.smoothing import Smoothing
from gui.theme import Theme
from gui.widgets.chunked_work import ChunkedWork

if TYPE_CHECKING:
    from gui.plotting.plot_view import PlotView

_DESCRIBED_EVERY_MS = 5_000


class PlotStack(PlotColumn):
    """Shows runs; knows nothing of following and of where runs come from.

    Attributes:
        infos: What each plot shows at present.
        crosshair: Through all plots, with the table of what is there.
        selection: The steps that the person selects.
        smoothing: What is made of the lines before they are drawn.

    Signals:
        followed: The last plot shows what ``follow`` was given.
        range_selected: The person selected steps (``XRange``), or none any more (None).
        fit_asked: All of every run is to be shown.
        copy_asked: What stands at the crosshair, or the plots, are to be copied.
    """

    followed = Signal()
    range_selected = Signal(object)
    fit_asked = Signal()
    copy_asked = Signal()

    def __init__(self, plots: Sequence[Plot], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(plots, theme, parent)
        self.setAccessibleName("live plots")
        self._runs: tuple[Run, ...] = ()
        self._focus: Run | None = None
        self._x_axis = XAxis.STEP
        self._seen: tuple[float, float] | None = None
        self._look_closer = QTimer(self)
        self._look_closer.setSingleShot(True)
        self._look_closer.timeout.connect(self._refine)
        self._work = ChunkedWork(self)
        self._following = False
        self._described = QElapsedTimer()
        self._described.start()
        self.infos: tuple[CurvesInfo, ...] = ()
        self.smoothing = Smoothing()
        self._built_keys: list[str] = []
        self.crosshair = Crosshair(
            self, self._read, lambda: self.extent, self._unit, self._crosshair_moved, theme
        )
        self.selection = RangeSelection(self, self.crosshair, theme)
        self.selection.selected.connect(self.range_selected)
        self.selection.moved.connect(self._tell_escape)
        self.built.connect(self._take_in)
        self.show_x_label(X_LABELS[self._x_axis])

    def _take_in(self, view: PlotView) -> None:
        self.crosshair.add(view)
        index = next(at for at, built in self.built_views() if built is view)
        self._built_keys.append(self.plots[index].key)
        view.summary = partial(self._summary, index)
        self.selection.add(view)
        view.item.vb.double_clicked.connect(self._double_click)
        view.moved.connect(self._move)
        view.escaped.connect(self._escape)
        view.copied.connect(self.copy_asked)
        self._tell_escape()
        if view is self.view(0):
            view.item.vb.sigXRangeChanged.connect(lambda *_: self._range_changed())

    def build(self) -> None:
        """Build the plots that are shown, one after the other: before a run begins, not as it does.

        Does nothing where runs are drawn already.
        """
        if not self._runs:
            shown = itertools.compress(range(len(self.plots)), self.shown)
            self._work.do(partial(self.view, index) for index in shown)

    # -- what is shown --------------------------------------------------------------------

    def apply(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        super().apply(theme)
        self.crosshair.apply(theme)
        self.selection.apply(theme)

    def show_range(self, x_range: XRange | None) -> None:
        """Shade the selected steps; None: none are selected."""
        self.selection.show_range(x_range)
        self._tell_escape()

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
        shown = itertools.compress(range(len(self.plots)), self.shown)
        drawing = (partial(self._follow_one, index, wanted) for index in shown)
        self._work.do((*drawing, self._end_following))

    def _follow_one(self, index: int, wanted: tuple[float, float] | None) -> None:
        view = self.view(index)
        # The other plots' turn comes: they need not go along with this one.
        self._following = True
        with self.unlinked():
            if wanted is not None:
                view.item.vb.setXRange(*wanted, padding=0)
            self._draw_one(index)
            self._fit_y_of(index)
        self._following = False
        view.scene().prepareForPaint()

    def _end_following(self) -> None:
        self._look_closer.start(0)
        self.crosshair.stay()
        self._describe_anew()
        self.followed.emit()

    def _summary(self, index: int) -> str:
        """What a plot shows, in words."""
        if not self.infos:
            return ""
        plot = self.plots[index]
        return in_words(plot, plot.headline(self._focus), self.infos[index])

    def _describe_anew(self) -> None:
        """A screen reader that stays at a plot hears how it goes on, not more often than it can."""
        if QAccessible.isActive() and self._described.hasExpired(_DESCRIBED_EVERY_MS):
            self._described.restart()
            for _, view in self.built_views():
                if view.hasFocus():
                    view.describe()

    def _take(self, runs: Sequence[Run], focus: Run | None, x_axis: XAxis) -> None:
        self._runs, self._focus = tuple(runs), focus
        if x_axis is not self._x_axis:
            self._x_axis = x_axis
            self._seen = None
            self.selection.take_x_axis(x_axis)
            self.hide_cursor()
        self.show_x_label(X_LABELS[x_axis])
        self._make_infos()
        for plot, headline, shown in zip(self.plots, self.headlines, self.shown, strict=True):
            if shown:
                shown_headline = plot.headline(focus)
                if plot.smooths and (words := self.smoothing.words):
                    detail = " · ".join(part for part in (shown_headline.detail, words) if part)
                    shown_headline = replace(shown_headline, detail=detail)
                headline.show_headline(shown_headline)

    def show_plots(self, keys: Collection[str]) -> None:
        """Show the plots with these keys, in their order, and no others."""
        wanted = tuple(plot.key in keys for plot in self.plots)
        if wanted == self.shown:
            return
        self.choose(wanted)
        self.show_runs(self._runs, self._focus, self._x_axis)

    def copy(self, keys: Collection[str] | None = None) -> PlotStack:
        """The same for a picture, with these plots only; None for all that are shown."""
        wanted = self.keys() if keys is None else keys
        made = PlotStack([plot for plot in self.plots if plot.key in wanted], self.theme)
        notes = {plot.key: note.text() for plot, note in zip(self.plots, self.notes, strict=True)}
        made.spell_out(notes)
        made.smoothing.points = self.smoothing.points
        made.show_runs(self._runs, self._focus, self._x_axis)
        made.show_figures(*self.figures)
        made.show_range(self.selection.x_range)
        made.set_x_range(*self.x_range)
        return made

    @property
    def extent(self) -> tuple[float, float] | None:
        """From the first to the last position of all lines."""
        return x_extent(self.infos)

    @property
    def areas(self) -> tuple[tuple[str, int], ...]:
        """What areas stand for, and the index of their tone."""
        pairs = zip(self.plots, self.infos, strict=True)
        return tuple(area for plot, info in pairs for area in plot.areas(info))

    @property
    def edge(self) -> float | None:
        """The last position of the run in focus; None where it has no line."""
        lines = [info.focus.x[-1] for info in self.infos if info.focus is not None]
        return float(max(lines)) if lines else None

    def _make_infos(self) -> None:
        self.infos = tuple(
            plot.info(self._runs if shown else (), self._focus, self._x_axis, self._seen)
            for plot, shown in zip(self.plots, self.shown, strict=True)
        )

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
        if self._runs:
            self.build_shown()
        for index, _ in self.built_views():
            self._draw_one(index)
        self._fit_y()

    def _draw_one(self, index: int) -> None:
        plot, info = self.plots[index], self.infos[index]
        if plot.smooths:
            info = self.smoothing.smoothed(plot.key, info)
        plot.draw(info, self.view(index).item, self.theme)

    def _fit_y(self) -> None:
        if self.infos:
            for index, _ in self.built_views():
                self._fit_y_of(index)

    def _fit_y_of(self, index: int) -> None:
        box = self.view(index).item.vb
        wanted = self.plots[index].y_range(self.infos[index], *self.x_range)
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

    def _read(self, x: float, pointed: PointedAt | None) -> CrosshairReading | None:
        pairs = zip(self.plots, self.infos, strict=True)
        shown = tuple(itertools.compress(pairs, self.shown))
        near = None if pointed is None else (self._built_keys[pointed.plot], pointed.y)
        return reading_at(x, self._x_axis, shown, self._runs, self._focus, self.theme, near)

    def _unit(self) -> float:
        """A step is under way until the next one: between them there is nothing to read."""
        return 1.0 if self._x_axis is XAxis.STEP else 0.0

    # -- keys and mouse -----------------------------------------------------------------------

    def _double_click(self) -> None:
        # Its first click kept what stands at the crosshair.
        self.hide_cursor()
        self.fit_asked.emit()

    def _move(self, zoom: float, pan: float) -> None:
        low, high = self.x_range
        width = high - low
        at = self.crosshair.at
        middle = at if at is not None and low <= at <= high else (low + high) / 2
        begin = middle - zoom * (middle - low) + pan * width
        self.set_x_range(begin, begin + zoom * width)
        self.range_taken.emit()

    def _escape(self) -> None:
        if self.crosshair.at is not None:
            self.hide_cursor()
        else:
            self.range_selected.emit(None)
        self._tell_escape()

    def _crosshair_moved(self) -> None:
        self._tell_escape()
        if self.selection.x_range is not None:
            # Over a shade, pyqtgraph leaves the line where it was in the plot below the mouse.
            for _, view in self.built_views():
                view.viewport().update()

    def _tell_escape(self) -> None:
        for _, view in self.built_views():
            view.escapes = self.crosshair.at is not None or self.selection.x_range is not None
