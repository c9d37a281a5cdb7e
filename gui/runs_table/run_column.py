"""What a column of the table of runs is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.model.run import Run
from gui.state.run_facts import RunFacts
from gui.widgets.tables.table_model import Column


@dataclass(frozen=True)
class RunColumn(Column[Run, RunFacts]):
    """One column of the table of runs."""

    def muted(self, run: Run, facts: RunFacts) -> bool:
        """Less weight for a run that is hidden from the plots."""
        return run.label.hidden

    def folded(self, runs: Sequence[Run], facts: RunFacts) -> str:
        """What one row says of several runs of an experiment; figures have nothing to say."""
        return ""

    def folded_tooltip(self, runs: Sequence[Run], facts: RunFacts) -> str:
        """What that row says when asked."""
        return self.folded(runs, facts)
