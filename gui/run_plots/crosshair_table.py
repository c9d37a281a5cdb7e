"""What stands at a position of the x axis, for the table at the crosshair."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtGui import QColor

from core.metrics.x_axis import XAxis, step_at
from core.model.run import Run
from gui.run_plots.curve import Curve, CurvesInfo
from gui.run_plots.plot import Plot
from gui.theme import Theme, run_colour

MOST_RUNS = 5
"""The nearest so many have a row."""


class PointedAt(NamedTuple):
    """What the mouse points at: the place of the plot among those there are, and a value in it."""

    plot: int
    y: float


class CrosshairReading(NamedTuple):
    """A table: where, a row of headings and one for each run with its colour, what was left out."""

    place: str
    rows: list[tuple[QColor | None, list[str]]]
    more: str

    def words(self) -> str:
        """The table as a sentence for each run, as a screen reader says it."""
        heads, *runs = (texts for _, texts in self.rows)
        sentences = (
            f"{run[0]}: "
            + ", ".join(f"{head} {text}" for head, text in zip(heads[1:], run[1:], strict=True))
            for run in runs
        )
        return ". ".join(part for part in (self.place, *sentences, self.more) if part)


def reading_at(
    x: float,
    x_axis: XAxis,
    shown: Sequence[tuple[Plot, CurvesInfo]],
    runs: Sequence[Run],
    focus: Run | None,
    theme: Theme,
    near: tuple[str, float] | None = None,
) -> CrosshairReading | None:
    """What the nearest runs have at a position; None where none has anything.

    Args:
        x: The position.
        x_axis: What the axis counts.
        shown: Plots and what they show.
        runs: Those that are drawn.
        focus: The one of them that comes first.
        theme: Light or dark.
        near: Key of a plot and a value in it: runs whose lines are nearest to it come first. None:
            the run in focus does, and then those nearest to it in the first plot.
    """
    titles = [plot.title.partition(" (")[0] for plot, _ in shown]
    rows: list[tuple[QColor | None, list[str]]] = [(None, ["", *titles])]
    left_out = 0
    for run in _ordered(x, shown, runs, focus, near):
        texts = [_value(plot, info, run.id, x) for plot, info in shown]
        if not any(texts):
            continue
        if len(rows) > MOST_RUNS:
            left_out += 1
            continue
        cells = [run.name, *(text or "–" for text in texts)]
        rows.append((run_colour(theme, run.label.colour), cells))
    if len(rows) == 1:
        return None
    return CrosshairReading(
        _place(x, x_axis, focus), rows, f"and {left_out} more" if left_out else ""
    )


def _ordered(
    x: float,
    shown: Sequence[tuple[Plot, CurvesInfo]],
    runs: Sequence[Run],
    focus: Run | None,
    near: tuple[str, float] | None,
) -> list[Run]:
    wanted = next((info for plot, info in shown if near and plot.key == near[0]), None)
    info = wanted or (shown[0][1] if shown else None)
    at = {} if info is None else {curve.run_id: curve.at(x) for curve in info.curves}
    focus_id = "" if focus is None else focus.id
    y = near[1] if wanted is not None and near is not None else at.get(focus_id)

    def away(run: Run) -> tuple[bool, float]:
        value = at.get(run.id)
        first = wanted is None and run.id == focus_id
        return not first, math.inf if value is None or y is None else abs(value - y)

    return sorted(runs, key=away)


def _place(x: float, x_axis: XAxis, focus: Run | None) -> str:
    index = None if focus is None else step_at(focus, x, x_axis)
    if focus is None or index is None:
        return f"{x_axis} {x:.2f}"
    return f"step {index + 1} · {focus.samples.asked_s[index]:.2f} s"


def _value(plot: Plot, info: CurvesInfo, run_id: str, x: float) -> str:
    curve: Curve | None = next((curve for curve in info.curves if curve.run_id == run_id), None)
    value = None if curve is None else curve.at(x)
    return "" if value is None else plot.value_text(value)
