"""Plots one above the other with one x axis, each built when it is first shown or asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.plotting.legend import LegendEntry
from gui.run_plots.plot import Plot
from gui.run_plots.plot_part import PlotPart
from gui.theme import Theme

if TYPE_CHECKING:
    from gui.plotting.plot_view import PlotView


class PlotColumn(QWidget):
    """Knows nothing of runs.

    Attributes:
        plots: What is shown, from top to bottom.
        shown: Of each, whether it is.
        headlines: One per plot.
        figures: Those of the selected steps that are shown, with their title.
        notes: One per plot, below its headline; hidden while there is nothing to note.

    Signals:
        built: A plot was built (``PlotView``).
        range_taken: The person moved or scaled the x axis.
        menu_asked: A menu is wanted on a plot (``Plot``), at a place of the screen.
    """

    built = Signal(object)
    range_taken = Signal()
    menu_asked = Signal(object, QPoint)

    def __init__(self, plots: Sequence[Plot], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plots, self.theme = tuple(plots), theme
        self.shown = (True,) * len(self.plots)
        self._x_label = ""
        self.figures: tuple[str, Mapping[str, Sequence[LegendEntry]]] = ("", {})
        self._parts = tuple(map(PlotPart, plots))
        self.headlines = tuple(part.headline for part in self._parts)
        self.notes = tuple(part.note for part in self._parts)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for index, part in enumerate(self._parts):
            # Idle time and its causes are the answer that people come for.
            column.addWidget(part, 4 if index == 0 else 3)

    @property
    def views(self) -> tuple[PlotView, ...]:
        """One per plot; those that are missing are built now."""
        return tuple(map(self.view, range(len(self._parts))))

    def view(self, index: int) -> PlotView:
        """One of them; built now if it is missing."""
        part = self._parts[index]
        return self._build(index) if part.view is None else part.view

    def build_shown(self) -> None:
        """Build those that are shown and missing, in the size that they will have."""
        there = {index for index, _ in self.built_views()}
        missing = [at for at, shown in enumerate(self.shown) if shown and at not in there]
        for index in missing:
            self.view(index)
        if missing:
            # Words in a plot are placed by its size, which a layout would give it only later.
            for widget in (*self._parts, self):
                if (layout := widget.layout()) is not None:
                    layout.activate()

    def built_views(self) -> Iterator[tuple[int, PlotView]]:
        """Those that are there, with their numbers."""
        for index, part in enumerate(self._parts):
            if part.view is not None:
                yield index, part.view

    def _build(self, index: int) -> PlotView:
        # All others take the x axis of the first.
        first = self.view(0) if index else None
        view = self._parts[index].build_view()
        view.apply(self.theme)
        view.range_taken.connect(self.range_taken)
        view.customContextMenuRequested.connect(
            lambda place: self.menu_asked.emit(self.plots[index], view.mapToGlobal(place))
        )
        if first is not None and self.shown[index]:
            view.item.setXLink(first.item)
        self._show_x_values()
        self.built.emit(view)
        return view

    def apply(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.theme = theme
        for _, view in self.built_views():
            view.apply(theme)

    def choose(self, shown: tuple[bool, ...]) -> None:
        """Show some of the plots."""
        self.shown = shown
        for part, wanted in zip(self._parts, shown, strict=True):
            part.setVisible(wanted)
        for index, view in self.built_views():
            if index:
                # A hidden plot has another width, and would carry it over to the others.
                view.item.setXLink(self.view(0).item if shown[index] else None)
        self._show_x_values()

    def show_note(self, key: str, text: str) -> None:
        """Note something right at the plot with this key; an empty text takes the note away."""
        self._parts[[plot.key for plot in self.plots].index(key)].show_note(text)

    def show_figures(self, title: str, entries: Mapping[str, Sequence[LegendEntry]]) -> None:
        """Show figures of the selected steps, by the keys of plots; an empty title: none."""
        self.figures = (title, entries)
        for plot, part in zip(self.plots, self._parts, strict=True):
            part.show_figures(title if plot.key in entries else "", entries.get(plot.key, ()))

    def spell_out(self, notes: dict[str, str]) -> None:
        """Show notes, by the keys of their plots, in as many lines as they take."""
        for plot, part in zip(self.plots, self._parts, strict=True):
            part.spell_out(notes[plot.key])

    def keys(self) -> Collection[str]:
        """Of the plots that are shown."""
        return [plot.key for plot, shown in zip(self.plots, self.shown, strict=True) if shown]

    # -- the x axis -----------------------------------------------------------------------

    def show_x_label(self, label: str) -> None:
        """Say what the x axis counts."""
        self._x_label = label
        self._show_x_values()

    def _show_x_values(self) -> None:
        """Numbers of the x axis stand below the lowest plot that is shown."""
        lowest = max(at for at, shown in enumerate(self.shown) if shown)
        for at, view in self.built_views():
            view.show_x_values(at == lowest, self._x_label)

    @property
    def x_range(self) -> tuple[float, float]:
        """What is seen of the x axis."""
        low, high = self.view(0).item.vb.viewRange()[0]
        return float(low), float(high)

    def set_x_range(self, low: float, high: float) -> None:
        """Show this much of the x axis."""
        if not np.allclose((low, high), self.x_range, rtol=1e-9, atol=1e-9):
            # Each is told once; by their link the others would be told again by each.
            with self.unlinked():
                for _, view in self.built_views():
                    view.item.vb.setXRange(low, high, padding=0)

    @contextmanager
    def unlinked(self) -> Iterator[None]:
        """No plot goes along with another meanwhile."""
        views = [view for _, view in self.built_views()]
        for view in views:
            view.item.vb.blockLink(True)
        yield
        for view in views:
            view.item.vb.blockLink(False)

    def get_ready(self) -> None:
        """Work out now what else painting will change.

        Left to the paint itself, as pyqtgraph does it, each view is painted twice: items that
        move along with a new range ask for another paint.
        """
        for index, view in self.built_views():
            if self.shown[index]:
                view.scene().prepareForPaint()
