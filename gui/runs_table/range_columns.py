"""Columns of the table of runs that hold figures of the steps selected in the plots."""

from __future__ import annotations

from dataclasses import dataclass

from core.metrics.range_figures import IN_TABLES, RANGE_KINDS, RangeFigure
from core.model.run import Run
from gui.runs_table.run_column import RunColumn
from gui.state.run_facts import RunFacts
from gui.widgets.tables.table_model import SortKey


@dataclass(frozen=True, kw_only=True)
class RangeColumn(RunColumn):
    """The mean over the selected steps; hidden while none are selected.

    Attributes:
        key: Of the figure, among ``RANGE_KINDS``.
    """

    key: str

    def heading(self, facts: RunFacts) -> str:
        """In which steps, and below what: ``throughput (examples/s)``."""
        selected = facts.selected_range
        return f"in {selected.words}:\n{RANGE_KINDS[self.key].label}" if selected else self.header

    def text(self, run: Run, facts: RunFacts) -> str:
        """The mean, in three significant digits."""
        figure = self._figure(run, facts)
        return figure.mean.number() if figure else ""

    def tooltip(self, run: Run, facts: RunFacts) -> str:
        """Mean, median and 95th percentile, or why there are none."""
        figure = self._figure(run, facts)
        return figure.text() if figure else ""

    def sort_key(self, run: Run, facts: RunFacts) -> SortKey:
        """The mean."""
        figure = self._figure(run, facts)
        return figure.mean.value if figure else None

    def copied(self, run: Run, facts: RunFacts) -> str:
        """The mean without thousands separators, or why there is none."""
        figure = self._figure(run, facts)
        if figure is None:
            return ""
        mean = figure.mean
        return mean.text() if mean.value is None else f"{mean.value:.6g}"

    def muted(self, run: Run, facts: RunFacts) -> bool:
        """Less weight where nothing was measured."""
        figure = self._figure(run, facts)
        return run.label.hidden or figure is None or figure.mean.value is None

    def _figure(self, run: Run, facts: RunFacts) -> RangeFigure | None:
        return facts.selected_range.figure(run, self.key) if facts.selected_range else None


RANGE_COLUMNS = tuple(
    RangeColumn(
        f"in selected steps:\n{RANGE_KINDS[key].label}",
        "The mean over the steps selected in the plots; p50 and p95 when pointed at. Esc ends the "
        "selection",
        "not measured",
        number=True,
        key=key,
    )
    for key in IN_TABLES
)
