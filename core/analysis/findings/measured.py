"""What recorded runs and kept comparisons showed of findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from core.analysis.comparisons.comparison import Comparison
from core.analysis.doubts.catalogue import doubts
from core.analysis.findings.catalogue import in_order
from core.analysis.findings.effect import Effect, MeasuredEffect
from core.analysis.findings.finding import Finding, Severity
from core.analysis.findings.storage import reader_knobs, storage_use
from core.analysis.stages.executed_view import StageRow, executed_view
from core.metrics.catalogue import metric
from core.model.errors import InputError
from core.model.experiment import Experiment
from core.model.kinds import Value
from core.model.plan import Part
from core.model.quantity import emulated_in_all
from core.model.run import Run, RunState
from core.model.settings import Settings
from core.model.turn import ExperimentKind
from core.pipeline.graph.graph import CALLS
from core.pipeline.graph.written_graph import graph_of
from core.pipeline.stages.fit import ONLY_HOW_LONG
from core.statistics import Verdict

_OF_NO_STAGE = ("no_prefetch", "prefetch_not_last", "take_behind_cache")
"""What these cost is not the time that their own stage works."""
_WAIT = metric("input_wait_percent")


@dataclass(frozen=True)
class Records:
    """What was recorded of one workload.

    Attributes:
        workload: Its id; runs and comparisons of others are passed over.
        runs: Oldest first.
        compared: Comparisons with what came of them so far, oldest first.
    """

    workload: str
    runs: Sequence[Run] = ()
    compared: Sequence[tuple[Experiment, Comparison]] = ()


def with_measured(
    findings: Sequence[Finding], settings: Settings, records: Records
) -> tuple[Finding, ...]:
    """Findings with what was measured of them, the gravest first.

    Figures are of the last run that was done with these very settings; an effect is of a finished
    comparison of these settings with the same but for the change that the finding proposes, and
    of nothing else. What was measured decides how grave a finding about time is. Findings that
    only runs can tell are added (readers that overload a storage).

    Args:
        findings: Of these settings.
        settings: What the pipeline is like.
        records: What there is.
    """
    run = _last_run(settings, records)
    rows = () if run is None else executed_view(run, settings).rows
    every = (*findings, *_of_storage(settings, records))
    return in_order(
        _graded(replace(finding, measured=_measured(finding, settings, records, run, rows)))
        for finding in every
    )


def _of_storage(settings: Settings, records: Records) -> Iterator[Finding]:
    """What only runs can tell: whether there are too many readers, or too few."""
    for node in graph_of(settings).outer:
        varied = reader_knobs(node)
        if not set(CALLS) & {knob.rpartition(".")[2] for knob in varied}:
            continue
        plain = {knob: settings[knob] for knob in varied}
        wanted = _decisive(settings, settings)
        alike = []
        for run in _measured_runs(records):
            values = run.plan.settings
            if _decisive(settings, {**values, **plain}) == wanted:
                whole = settings.chain.defaults().with_values(values)
                alike.append((run, whole))
        yield from storage_use(node, settings, alike)


def _measured(
    finding: Finding,
    settings: Settings,
    records: Records,
    run: Run | None,
    rows: Sequence[StageRow],
) -> MeasuredEffect | None:
    effect = _effect(finding, settings, records)
    if run is None or not finding.about_time:
        return None if effect is None else MeasuredEffect(effect=effect)
    wait = _WAIT.of(run)
    # A stage may run as several nodes: the one that works longest is what it costs.
    of_stage = [
        row
        for row in rows
        if finding.stage in row.written.split(" + ")
        and row.time_per_element.value is not None
        and finding.key not in _OF_NO_STAGE
    ]
    row = max(of_stage, key=lambda row: row.time_per_element.value or 0.0, default=None)
    return MeasuredEffect(
        run=run.name,
        input_wait=wait if wait.value is not None else None,
        stage=row.written if row is not None else "",
        time_per_element=row.time_per_element if row is not None else None,
        effect=effect,
        doubt=next((doubt.text for doubt in doubts(run)), ""),
    )


def _graded(finding: Finding) -> Finding:
    effect = finding.measured.effect if finding.measured else None
    if effect is None or not finding.about_time or finding.severity is Severity.WRONG:
        return finding
    grave = {
        Verdict.HIGHER: Severity.COSTLY,
        Verdict.SAME: Severity.HINT,
        Verdict.LOWER: Severity.HINT,
    }
    return replace(finding, severity=grave.get(effect.ratio.verdict, finding.severity))


# -- which run, which comparison ------------------------------------------------------------------


def _last_run(settings: Settings, records: Records) -> Run | None:
    wanted = _decisive(settings, settings)
    alike = (
        run for run in _measured_runs(records) if _decisive(settings, run.plan.settings) == wanted
    )
    return next(alike, None)


def _measured_runs(records: Records) -> Iterator[Run]:
    """Whole runs that were done, the latest first."""
    for run in reversed(records.runs):
        of_workload = run.plan.workload == records.workload and run.plan.part is Part.WHOLE
        if of_workload and run.state is RunState.DONE:
            yield run


def _effect(finding: Finding, settings: Settings, records: Records) -> Effect | None:
    if not finding.change:
        return None
    without = _decisive(settings, settings)
    changed = _decisive(settings, {**settings, **finding.change})
    if changed is None or changed == without:
        return None
    for experiment, result in reversed(records.compared):
        if experiment.kind is not ExperimentKind.COMPARISON or result.interim:
            continue
        if experiment.workload != records.workload:
            continue
        sides = [_decisive(settings, values) for values in experiment.configurations]
        for other in range(1, len(sides)):
            if (sides[0], sides[other]) not in ((without, changed), (changed, without)):
                continue
            ratio = result.decisive.ratios[other - 1]
            if ratio is not None and ratio.ratio is not None:
                ratio = ratio if sides[0] == without else ratio.inverse()
                return Effect(experiment.title, ratio, _word(ratio.verdict), _emulated(result))
    return None


def _decisive(settings: Settings, values: Mapping[str, Value]) -> dict[str, Value] | None:
    """All values that decide how fast it goes, what is missing at its default; None: others."""
    try:
        whole = settings.chain.defaults().with_values(values)
    except InputError:
        return None
    return {key: value for key, value in whole.items() if key not in ONLY_HOW_LONG}


def _word(verdict: Verdict) -> str:
    return {Verdict.HIGHER: "faster", Verdict.LOWER: "slower"}.get(verdict, str(verdict))


def _emulated(result: Comparison) -> tuple[str, ...]:
    runs = (
        run
        for configuration in result.configurations
        for run in configuration.repeats
        if run is not None
    )
    return emulated_in_all(run.emulations for run in runs)
