"""A plot whose parts stand for runs: pointing at one says which, a click selects them."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor

from core.charts.chart import Colour, Target, Tone
from gui.plotting.plot_tooltip import PlotTooltip
from gui.plotting.plot_view import PlotView
from gui.text_size import px
from gui.theme import Theme, mixed, ramp_colour, run_colour

_REACH_PX = 12.0
_LEAST_PX = 160
_MOST_DOUBTS = 2
_LINE, _MOST_LINES = 64, 3
_DOUBT = ("doubt", *[""] * 20)
_FAINT = 0.55

DoubtsOf = Callable[[tuple[str, ...]], tuple[str, ...]]
"""What is doubtful about some runs, by their ids, in sentences."""


def symbols(*args: Any, **options: Any) -> Any:
    """Points of a plot, drawn as shapes.

    pyqtgraph keeps pictures of them by default, which comes out as rubble in an SVG.
    """
    return pg.ScatterPlotItem(*args, useCache=False, antialias=True, **options)


def themed(theme: Theme, colour: Colour) -> QColor:
    """A colour of a chart in a theme."""
    if colour.tone is Tone.PALETTE:
        ink = run_colour(theme, colour.index)
    elif colour.tone is Tone.RAMP:
        ink = ramp_colour(theme, colour.share)
    elif colour.tone is Tone.CAUSE:
        ink = QColor(theme.causes[colour.index])
    elif colour.tone is Tone.ACCENT:
        ink = run_colour(theme, 0)
    else:
        ink = QColor(theme.text if colour.tone is Tone.TEXT else theme.muted)
    return mixed(ink, QColor(theme.base), _FAINT) if colour.faint else ink


class MarksView(PlotView):
    """The common part of plots whose marks can be pointed at.

    Attributes:
        targets: What can be pointed at.
        readout: The table beside what is pointed at.

    Signals:
        picked: Runs were chosen by mouse or arrow keys: their ids.
        key_picked: Something else was chosen by mouse or Enter: its key.
    """

    picked = Signal(tuple)
    key_picked = Signal(str)

    def __init__(
        self, name: str, help_text: str, theme: Theme, doubts_of: DoubtsOf | None = None
    ) -> None:
        super().__init__(name, help_text, scroll_x=False)
        self.theme = theme
        self.selected: frozenset[str] = frozenset()
        self.targets: tuple[Target, ...] = ()
        self.logarithmic = False
        self._stops: tuple[int, ...] = ()
        self._places = np.empty((0, 2))
        self._doubts_of = doubts_of
        self.pointed: int | None = None
        self._stepped_to: int | None = None
        self.readout = PlotTooltip(self)
        self.left.connect(lambda: self.point_at(None))
        self.stepped.connect(self.step)
        scene: Any = self.scene()
        scene.sigMouseMoved.connect(lambda place: self.point_at(self.target_at(place)))
        scene.sigMouseClicked.connect(self._clicked)

    def apply(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        super().apply(theme)
        self.theme = theme
        self.readout.apply(theme)

    # -- for subclasses -------------------------------------------------------------------

    def set_targets(self, targets: Sequence[Target]) -> None:
        """Say what can be pointed at, what lies on top last."""
        self.targets = tuple(targets)
        self._stops = tuple(index for index, target in enumerate(targets) if target.stop)
        self._places = np.array(
            [(self.along_x(target.x), target.y) for target in targets], float
        ).reshape(-1, 2)
        self.pointed = self._stepped_to = None
        self.readout.hide()

    def along_x(self, value: float) -> float:
        """Where a figure of the x axis stands in the plot's coordinates."""
        return math.log(value) if self.logarithmic else value

    def emphasise(self) -> None:
        """Set off what is selected, and what is pointed at; does nothing here."""

    def target_at(self, place: QPointF) -> int | None:
        """The target at a place of the scene: here the nearest one within reach."""
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

    def minimumSizeHint(self) -> QSize:
        """In less height a chart says nothing: what holds it scrolls."""
        return super().minimumSizeHint().expandedTo(QSize(0, px(_LEAST_PX)))

    def mark_selected(self, selected: frozenset[str]) -> None:
        """Set off the marks of these runs; nothing else is drawn anew."""
        if selected != self.selected:
            self.selected = selected
            self.emphasise()

    def chosen(self) -> list[int]:
        """Targets of which all runs are selected."""
        if not self.selected:
            return []
        return [
            index
            for index, target in enumerate(self.targets)
            if target.run_ids and self.selected.issuperset(target.run_ids)
        ]

    def show_target(self, index: int) -> None:
        """Say what a target is: its settings, value, runs and doubts."""
        target = self.targets[index]
        rows: list[tuple[QColor | None, tuple[str, ...]]] = []
        for name, text in target.rows:
            if text:
                rows.append((None, (name, text)))
            else:
                rows += [(None, (line,)) for line in textwrap.wrap(name, _LINE)[:_MOST_LINES]]
        rows[0] = (themed(self.theme, target.colour), rows[0][1])
        doubts = self._doubts_of(target.run_ids) if self._doubts_of else ()
        for doubt in doubts[:_MOST_DOUBTS]:
            lines = textwrap.wrap(doubt, _LINE)
            rows += [(None, (name, line)) for name, line in zip(_DOUBT, lines, strict=False)]
        if len(doubts) > _MOST_DOUBTS:
            rows.append((None, ("", f"and {len(doubts) - _MOST_DOUBTS} doubts more")))
        self.readout.show_rows("", rows, target.note)
        where = self.item.vb.mapViewToScene(QPointF(self.along_x(target.x), target.y))
        self.readout.place_near(self.mapFromScene(where))

    # -- mouse and keys -------------------------------------------------------------------

    def point_at(self, index: int | None) -> None:
        """Show what a target says; None for no target."""
        if index == self.pointed:
            return
        self.pointed = index
        self.emphasise()
        if index is None:
            self.readout.hide()
        else:
            self.show_target(index)

    def _clicked(self, event: Any) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        index = self.target_at(event.scenePos())
        if index is not None:
            self.pick(index)

    def pick(self, index: int) -> None:
        """Choose a target: its runs are selected, or its key is told."""
        target = self.targets[index]
        if target.run_ids:
            self.picked.emit(target.run_ids)
        elif target.key:
            self.key_picked.emit(target.key)

    def step(self, direction: int) -> None:
        """Choose the target before or behind the chosen one; one without runs is pointed at."""
        if not self._stops:
            return
        there: set[int | None] = {*self.chosen()}
        there = there or {self._stepped_to}
        chosen = [place for place, index in enumerate(self._stops) if index in there]
        start = chosen[-1 if direction > 0 else 0] + direction if chosen else 0
        index = self._stops[min(max(start, 0), len(self._stops) - 1)]
        self._stepped_to = index
        if self.targets[index].run_ids:
            self.pick(index)
            self.show_target(index)
        else:
            self.point_at(index)
