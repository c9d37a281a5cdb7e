"""What stands at a position of the x axis, for the table at the crosshair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtGui import QColor

from core.model.run import Run
from gui.run_plots.curve import Curve, CurvesInfo
from gui.run_plots.plot import Plot, XAxis
from gui.run_plots.x_position import step_at
from gui.theme import Theme, run_colour

_MAX_ROWS = 10


class CrosshairReading(NamedTuple):
    """A table: where, a row of headings and one for each run with its colour, what was left out."""

    place: str
    rows: list[tuple[QColor | None, list[str]]]
    more: str


def reading_at(
    x: float,
    x_axis: XAxis,
    shown: Sequence[tuple[Plot, CurvesInfo]],
    runs: Sequence[Run],
    focus: Run | None,
    theme: Theme,
) -> CrosshairReading | None:
    """What every run has at a position; None where none has anything.

    Args:
        x: The position.
        x_axis: What the axis counts.
        shown: Plots and what they show.
        runs: Those that are drawn.
        focus: The one of them that comes first.
        theme: Light or dark.
    """
    titles = [plot.title.partition(" (")[0] for plot, _ in shown]
    rows: list[tuple[QColor | None, list[str]]] = [(None, ["", *titles])]
    left_out = 0
    for run in sorted(runs, key=lambda run: focus is None or run.id != focus.id):
        texts = [_value(plot, info, run.id, x) for plot, info in shown]
        if not any(texts):
            continue
        if len(rows) > _MAX_ROWS:
            left_out += 1
            continue
        cells = [run.name, *(text or "–" for text in texts)]
        rows.append((run_colour(theme, run.label.colour), cells))
    if len(rows) == 1:
        return None
    return CrosshairReading(
        _place(x, x_axis, focus), rows, f"and {left_out} more" if left_out else ""
    )


def _place(x: float, x_axis: XAxis, focus: Run | None) -> str:
    index = None if focus is None else step_at(focus, x, x_axis)
    if focus is None or index is None:
        return f"{x_axis} {x:.2f}"
    return f"step {index + 1} · {focus.samples.asked_s[index]:.2f} s"


def _value(plot: Plot, info: CurvesInfo, run_id: str, x: float) -> str:
    curve: Curve | None = next((curve for curve in info.curves if curve.run_id == run_id), None)
    value = None if curve is None else curve.at(x)
    return "" if value is None else plot.value_text(value)
