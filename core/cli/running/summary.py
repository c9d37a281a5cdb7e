"""A run in a few lines for a person to read."""

from __future__ import annotations

from core.analysis.doubts.catalogue import doubts
from core.analysis.stages.executed_view import executed_view
from core.analysis.traced import traced_words
from core.cli.terminal.table import indented, table
from core.metrics.accounting import WARM_UP_RULE, averaged_steps
from core.metrics.catalogue import METRICS
from core.metrics.gpu_idle import idle_of_each
from core.model.plan import ENGINE_WORDS
from core.model.run import Run
from core.text.workload_name import workload_name

_STAGES = 3


def summary(run: Run) -> str:
    """State, every metric with unit and source, and what was left out of the averages."""
    rows = []
    for metric in METRICS:
        figure = metric.of(run)
        source = "" if figure.value is None else figure.provenance()
        rows.append((f"  {metric.label}", figure.text(), source))
    example = run.prepared.example if run.prepared else ""
    strategy, gpus = run.prepared.strategy if run.prepared else "", idle_of_each(run)
    steps, traced = run.samples.steps, traced_words(run)
    where = ENGINE_WORDS.get(run.plan.engine, run.plan.engine)
    return "\n".join(
        (
            f"{run.name}: {workload_name(run.plan.workload)} on {run.plan.place}, {where}, "
            f"{run.state.value}",
            table(rows),
            *([indented(f"An example is {example}.")] if example else []),
            *(
                [indented(run.fingerprint.served)]
                if run.fingerprint and run.fingerprint.served
                else []
            ),
            *([indented(strategy)] if strategy else []),
            *([indented(gpus)] if gpus else []),
            indented(f"Averages are over {averaged_steps(run)} of {steps} steps. {WARM_UP_RULE}"),
            *([indented(traced)] if traced else []),
            *(indented(f"Doubt: {doubt.text}") for doubt in doubts(run)),
            *by_stage(run),
        )
    )


def by_stage(run: Run) -> tuple[str, ...]:
    """The stages that worked longest, each with its time and its share; or why there are none."""
    settings = run.settings
    if settings is None:
        return ()
    view = executed_view(run, settings)
    timed = [row for row in view.rows if row.busy.value and row.time_per_element.value]
    if not timed:
        why = view.notes[0] if not view.rows else "no stage worked long enough to be timed"
        return (indented(f"Time by stage: not measured ({why.rstrip('.')})."),)
    timed.sort(key=lambda row: -(row.busy.value or 0.0))
    whole = sum(row.busy.value or 0.0 for row in timed)
    inside = " in this process" if view.served else ""
    rows = [
        (
            f"      {row.written or f'{row.executed} (not written)'}",
            f"{row.time_per_element.text()} for {row.element or 'an element'}",
            f"{100 * (row.busy.value or 0.0) / whole:.0f} % of the pipeline's work{inside}",
        )
        for row in timed[:_STAGES]
    ]
    elsewhere = (
        f" Not measured: {', '.join(view.served)}, in the service's workers." if view.served else ""
    )
    source = timed[0].time_per_element.provenance()
    return (indented(f"Time by stage, an estimate ({source}, last 10 s):{elsewhere}"), table(rows))
