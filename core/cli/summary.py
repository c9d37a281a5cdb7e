"""A run in a few lines for a person to read."""

from __future__ import annotations

from core.analysis.doubts import doubts
from core.cli.table import indented, table
from core.metrics.accounting import WARM_UP_RULE, steady_start
from core.metrics.catalogue import METRICS
from core.model.plan import ENGINE_WORDS
from core.model.run import Run
from core.model.workload_name import short_name


def summary(run: Run) -> str:
    """State, every metric with unit and source, and what was left out of the averages."""
    rows = []
    for metric in METRICS:
        figure = metric.of(run)
        source = "" if figure.value is None else figure.provenance()
        rows.append((f"  {metric.label}", figure.text(), source))
    start, steps = steady_start(run), run.samples.steps
    where = ENGINE_WORDS.get(run.plan.engine, run.plan.engine)
    return "\n".join(
        (
            f"{run.name}: {short_name(run.plan.workload)} on {run.plan.device} ({where}), "
            f"{run.state.value}",
            table(rows),
            indented(f"Averages are over {steps - start} of {steps} steps. {WARM_UP_RULE}"),
            *(indented(f"Doubt: {doubt.text}") for doubt in doubts(run)),
        )
    )
