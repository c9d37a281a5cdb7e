"""Columns of the table of runs that hold figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from core.analysis.comparisons.difference import ONE_RUN_EACH, OTHER_WORKLOAD
from core.metrics.catalogue import metric
from core.metrics.metric import Metric
from core.model.run import Run
from core.text.workload_name import workload_name
from gui.running.engine_words import engine_of_run
from gui.runs_table.run_column import RunColumn
from gui.state.run_facts import RunFacts
from gui.widgets.tables.table_model import SortKey


@dataclass(frozen=True, kw_only=True)
class MetricColumn(RunColumn):
    """A figure of the run.

    Attributes:
        metric: What the figure is.
    """

    metric: Metric

    @classmethod
    def for_key(cls, key: str) -> Self:
        """The column of a metric, by its key."""
        shown = metric(key)
        # On two lines: the columns then are as narrow as their numbers.
        header = f"{shown.label}\n({shown.unit})" if shown.unit else shown.label
        return cls(header, shown.help, "not measured", number=True, metric=shown)

    def text(self, run: Run, facts: RunFacts) -> str:
        """Three significant digits; why there is none stands in the tooltip."""
        quantity = facts.figure(run, self.metric)
        return quantity.number() if quantity.value is not None or run.state.over else "not yet"

    def tooltip(self, run: Run, facts: RunFacts) -> str:
        """The figure with its unit and where it comes from, or why there is none."""
        quantity = facts.figure(run, self.metric)
        return (
            quantity.text()
            if quantity.value is None
            else f"{quantity.text()}\n{quantity.provenance()}"
        )

    def sort_key(self, run: Run, facts: RunFacts) -> SortKey:
        """The number."""
        return facts.figure(run, self.metric).value

    def copied(self, run: Run, facts: RunFacts) -> str:
        """The number without thousands separators, or why there is none."""
        quantity = facts.figure(run, self.metric)
        return quantity.text() if quantity.value is None else f"{quantity.value:.6g}"

    def muted(self, run: Run, facts: RunFacts) -> bool:
        """Less weight where nothing was measured."""
        return run.label.hidden or facts.figure(run, self.metric).value is None


class ShareOfCeilingColumn(MetricColumn):
    """The share of a ceiling."""

    def needless(self, runs: Sequence[Run]) -> bool:
        """No run has ceilings."""
        return all(run.ceilings is None for run in runs)


@dataclass(frozen=True)
class DifferenceColumn(RunColumn):
    """Throughput against the baseline's."""

    def text(self, run: Run, facts: RunFacts) -> str:
        """``26 % faster``, with ``*`` where the training differs; empty without a baseline."""
        if facts.baseline is None or facts.is_baseline(run):
            return ""
        if not facts.comparable(run):
            return OTHER_WORKLOAD
        difference = facts.difference(run)
        mark = " *" if facts.other_training(run) else ""
        return difference.text() + mark if difference else ""

    def tooltip(self, run: Run, facts: RunFacts) -> str:
        """What is compared, and how little one run proves."""
        if facts.baseline is None:
            return "There is no baseline. Select a run and press B."
        if facts.is_baseline(run):
            return "This is the baseline."
        if not facts.comparable(run):
            own, other = run.plan.workload, facts.baseline.plan.workload
            return f"{workload_name(own, other)} does not compare with {workload_name(other, own)}."
        difference = facts.difference(run)
        if difference is None:
            return "No throughput was measured in this run or in the baseline."
        baseline = facts.name(facts.baseline)
        lines = [f"Throughput against {baseline}: {difference.text()}", ONE_RUN_EACH]
        engine, other_engine = run.plan.engine, facts.baseline.plan.engine
        if engine != other_engine:
            engines = f"{engine_of_run(engine)} instead of {engine_of_run(other_engine)}"
            lines.append(f"Another engine, {engines}: some of the difference may come from that.")
        notes = facts.other_training(run)
        if notes:
            lines += ["* They do not train alike, so speed alone does not decide:", *notes]
        return "\n".join(lines)

    def sort_key(self, run: Run, facts: RunFacts) -> SortKey:
        """The percentage."""
        difference = facts.difference(run)
        if difference is None:
            return 0.0 if facts.is_baseline(run) else None
        return difference.amount

    def muted(self, run: Run, facts: RunFacts) -> bool:
        """Less weight where nothing is compared."""
        return run.label.hidden or not facts.comparable(run)
