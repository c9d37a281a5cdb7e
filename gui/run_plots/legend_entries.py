"""What a legend says of runs: a line each, and what areas stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtGui import QColor, QPen

from core.model.run import Run
from gui.plotting.legend import LegendEntry
from gui.state.selected_range import SelectedRange
from gui.theme import Theme, run_pen

_FOCUS_PX, _OTHER_PX = 2.5, 1.5


def cause_entries(areas: Sequence[tuple[str, int]], theme: Theme) -> list[LegendEntry]:
    """An entry for each area: its words, and the index of its tone."""
    return [LegendEntry(text, area=QColor(theme.causes[cause])) for text, cause in areas]


def run_entries(
    runs: Sequence[Run], focus: Run | None, theme: Theme, added: Mapping[str, str]
) -> list[LegendEntry]:
    """An entry for each run.

    Args:
        runs: In the order of the legend.
        focus: Its line is wider.
        theme: Colours.
        added: What stands behind the name of a run, by its id.
    """
    return [LegendEntry(run.name, pen=_pen(run, focus, theme), added=added[run.id]) for run in runs]


def figure_entries(
    selected: SelectedRange, key: str, runs: Sequence[Run], focus: Run | None, theme: Theme
) -> list[LegendEntry]:
    """An entry for each run with what it did in the selected steps.

    Args:
        selected: The steps.
        key: Of the plot whose figures are wanted.
        runs: In the order of the legend.
        focus: Its line is wider.
        theme: Colours.
    """
    return [
        LegendEntry(
            f"{run.name}  {selected.figure(run, key).numbers()}", pen=_pen(run, focus, theme)
        )
        for run in runs
    ]


def _pen(run: Run, focus: Run | None, theme: Theme) -> QPen:
    return run_pen(theme, run.label.colour, _FOCUS_PX if run is focus else _OTHER_PX)
