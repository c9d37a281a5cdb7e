"""A plot whose parts stand for runs: pointing at one says which, a click selects them."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor

from gui.plotting.plot_tooltip import Readout
from gui.plotting.plot_view import PlotView
from gui.theme import Theme

_REACH_PX = 12.0
_MOST_DOUBTS = 2
_LINE = 64
_DOUBT = ("doubt", *[""] * 20)

DoubtsOf = Callable[[tuple[str, ...]], tuple[str, ...]]
"""What is doubtful about some runs, by their ids, in sentences."""


def symbols(*args: Any, **options: Any) -> Any:
    """Points of a plot, drawn as shapes.

    pyqtgraph keeps pictures of them by default, which comes out as rubble in an SVG.
    """
    return pg.ScatterPlotItem(*args, useCache=False, antialias=True, **options)


@dataclass(frozen=True)
class Mark:
    """Something that can be pointed at.

    Attributes:
        run_ids: The runs that it stands for.
        x, y: Where it is, in the plot's coordinates.
        rows: What is said of it, a name and its text each; the first is what it is.
        note: A sentence below them.
        colour: What it is drawn in; None for no colour of its own.
    """

    run_ids: tuple[str, ...]
    x: float
    y: float
    rows: tuple[tuple[str, str], ...]
    note: str = ""
    colour: QColor | None = None


class MarksView(PlotView):
    """The common part of the plots against settings.

    Attributes:
        marks: What can be pointed at.
        readout: The table beside what is pointed at.

    Signals:
        picked: Runs were chosen by mouse or arrow keys: their ids.
    """

    picked = Signal(tuple)

    def __init__(self, name: str, help_text: str, theme: Theme, doubts_of: DoubtsOf) -> None:
        super().__init__(name, help_text, scroll_x=False)
        self.theme = theme
        self.selected: frozenset[str] = frozenset()
        self.marks: tuple[Mark, ...] = ()
        self._stops: tuple[int, ...] = ()
        self._places = np.empty((0, 2))
        self._doubts_of = doubts_of
        self._pointed: int | None = None
        self.readout = Readout(self)
        self.left.connect(lambda: self._point_at(None))
        self.stepped.connect(self.step)
        scene: Any = self.scene()
        scene.sigMouseMoved.connect(lambda place: self._point_at(self.mark_at(place)))
        scene.sigMouseClicked.connect(self._clicked)

    def apply(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        super().apply(theme)
        self.theme = theme
        self.readout.apply(theme)

    # -- for subclasses -------------------------------------------------------------------

    def set_marks(self, marks: Sequence[Mark], stops: Sequence[int] | None = None) -> None:
        """Say what can be pointed at.

        Args:
            marks: Everything, what lies on top last.
            stops: Through which of them the arrow keys lead, in order; None for all.
        """
        self.marks = tuple(marks)
        self._stops = tuple(range(len(marks))) if stops is None else tuple(stops)
        self._places = np.array([(mark.x, mark.y) for mark in marks], float).reshape(-1, 2)
        self._pointed = None
        self.readout.hide()

    def emphasise(self, pointed: int | None) -> None:
        """Set off what is selected, and what is pointed at; does nothing here."""

    def mark_at(self, place: QPointF) -> int | None:
        """The mark at a place of the scene: here the nearest one within reach."""
        box = self.item.vb
        if not len(self._places) or not box.sceneBoundingRect().contains(place):
            return None
        (left, right), (bottom, top) = box.viewRange()
        at = box.mapSceneToView(place)
        scale = np.array([box.width() / (right - left), box.height() / (top - bottom)])
        away = np.hypot(*((self._places - (at.x(), at.y())) * scale).T)
        # Of equally near ones that which lies on top.
        nearest = len(away) - 1 - int(np.argmin(away[::-1]))
        return nearest if away[nearest] <= _REACH_PX else None

    # -- what is shown --------------------------------------------------------------------

    def mark_selected(self, selected: frozenset[str]) -> None:
        """Set off the marks of these runs; nothing else is drawn anew."""
        if selected != self.selected:
            self.selected = selected
            self.emphasise(self._pointed)

    def chosen(self) -> list[int]:
        """Marks of which all runs are selected."""
        if not self.selected:
            return []
        return [
            index
            for index, mark in enumerate(self.marks)
            if mark.run_ids and self.selected.issuperset(mark.run_ids)
        ]

    def show_mark(self, index: int) -> None:
        """Say what a mark is: its settings, value, runs and doubts."""
        mark = self.marks[index]
        first, *others = mark.rows
        rows: list[tuple[QColor | None, tuple[str, ...]]] = [(mark.colour, first)]
        rows += [(None, row) for row in others]
        doubts = self._doubts_of(mark.run_ids)
        for text in doubts[:_MOST_DOUBTS]:
            lines = textwrap.wrap(text, _LINE)
            rows += [(None, (name, line)) for name, line in zip(_DOUBT, lines, strict=False)]
        if len(doubts) > _MOST_DOUBTS:
            rows.append((None, ("", f"and {len(doubts) - _MOST_DOUBTS} doubts more")))
        self.readout.show_rows("", rows, mark.note)
        where = self.item.vb.mapViewToScene(QPointF(mark.x, mark.y))
        self.readout.place_near(self.mapFromScene(where))

    # -- mouse and keys -------------------------------------------------------------------

    def _point_at(self, index: int | None) -> None:
        if index == self._pointed:
            return
        self._pointed = index
        self.emphasise(index)
        if index is None:
            self.readout.hide()
        else:
            self.show_mark(index)

    def _clicked(self, event: Any) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        index = self.mark_at(event.scenePos())
        if index is not None:
            self.pick(index)

    def pick(self, index: int) -> None:
        """Choose a mark: its runs are selected."""
        if self.marks[index].run_ids:
            self.picked.emit(self.marks[index].run_ids)

    def step(self, direction: int) -> None:
        """Choose the mark before or behind the chosen one."""
        if not self._stops:
            return
        there = set(self.chosen())
        chosen = [place for place, index in enumerate(self._stops) if index in there]
        start = chosen[-1 if direction > 0 else 0] + direction if chosen else 0
        index = self._stops[min(max(start, 0), len(self._stops) - 1)]
        self.pick(index)
        self.show_mark(index)
