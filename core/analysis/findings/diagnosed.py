"""Findings beside a diagnosis: what it measured decides which of them are about lost time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.analysis.findings.catalogue import findings
from core.analysis.findings.finding import Finding, Severity
from core.model.diagnosis import Answer, CutRate
from core.model.plan import Part
from core.model.run import Run
from core.model.settings import Settings
from core.pipeline.stages.fit import ONLY_HOW_LONG

_MATTERS = 0.05
"""A stage that takes a smaller share of the pipeline's time is nothing to write about."""


def diagnosed(runs: Iterable[Run], workload: str, settings: Settings) -> Answer | None:
    """The last finished diagnosis of a pipeline; None where there is none.

    Args:
        runs: Diagnoses, oldest first.
        workload: Id of the workload.
        settings: A value for every knob; how long a training is does not matter.
    """
    wanted = decisive(settings)
    answer = None
    for run in runs:
        latest, ran = run.answer, run.settings
        if run.plan.part is not Part.DIAGNOSIS or run.plan.workload != workload:
            continue
        if latest is not None and latest.finished and ran is not None and decisive(ran) == wanted:
            answer = latest
    return answer


def where_it_matters(findings: Sequence[Finding], answer: Answer | None) -> tuple[Finding, ...]:
    """Findings without those about time whose stage takes next to none, as it was measured.

    Args:
        findings: What was found.
        answer: Of the same pipeline; None leaves all as they are.
    """
    if answer is None or not answer.pipeline_examples_per_s:
        return tuple(findings)
    rates = {rate.stage: rate for rate in answer.cut_rates}
    total_s = 1.0 / answer.pipeline_examples_per_s
    return tuple(
        finding
        for finding in findings
        if not finding.about_time or _matters(rates.get(finding.stage), total_s)
    )


def wrong_with(run: Run) -> tuple[Finding, ...]:
    """What is wrong with the pipeline of a diagnosis, whatever time it takes."""
    known = () if run.settings is None else findings(run.settings)
    return tuple(finding for finding in known if finding.severity is Severity.WRONG)


def advice_of(answer: Answer) -> str:
    """What to try first, as it was diagnosed."""
    return f"Diagnosed: {' '.join(answer.headline)}"


def _matters(rate: CutRate | None, total_s: float) -> bool:
    return rate is None or rate.stage_s is None or rate.stage_s >= _MATTERS * total_s


def decisive(settings: Settings) -> dict[str, object]:
    """The settings that decide how fast a training goes, not how long it is."""
    return {key: value for key, value in settings.items() if key not in ONLY_HOW_LONG}
