"""The steps that the person selected in the plots, and the figures of runs in them."""

from __future__ import annotations

from core.metrics.range_figures import RangeFigure, range_figure
from core.metrics.x_axis import XRange
from core.model.run import Run


class SelectedRange:
    """Works a figure out once for all who show it: plots and tables.

    Attributes:
        x_range: The stretch of the x axis.
    """

    def __init__(self, x_range: XRange) -> None:
        self.x_range = x_range
        self._known: dict[tuple[str, str], tuple[object, RangeFigure]] = {}

    @property
    def words(self) -> str:
        """``steps 41 to 120``."""
        return self.x_range.words()

    def figure(self, run: Run, key: str) -> RangeFigure:
        """A figure of a run; see ``core.metrics.range_figures.RANGE_KINDS``."""
        # Of a run under way more steps may fall into it, and more readings.
        stamp = None if run.state.over else (run.samples.steps, len(run.resources))
        known = self._known.get((run.id, key))
        if known is not None and known[0] == stamp:
            return known[1]
        figure = range_figure(run, key, self.x_range)
        self._known[run.id, key] = (stamp, figure)
        return figure
