"""What is known to be wrong or costly about the draft, with what runs showed of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from core.analysis.comparisons.comparison import Comparison
from core.analysis.findings import Finding, Severity, findings
from core.analysis.findings.advice import what_to_try_first
from core.analysis.findings.diagnosed import advice_of, decisive, diagnosed, where_it_matters
from core.analysis.findings.measured import Records, with_measured
from core.analysis.findings.text import to_text
from core.analysis.stages.executed_view import executed_view
from core.model.errors import InputError
from core.model.experiment import Experiment
from core.model.plan import Part
from core.model.run import Run, RunState
from core.model.settings import Settings
from core.model.turn import ExperimentKind, Place
from core.session import Session
from core.text.plural import plural
from core.workloads.workload import Workload

_NOTHING = "nothing found wrong or costly"


@dataclass(frozen=True)
class FindingsShown:
    """What the page shows.

    Attributes:
        findings: The gravest first.
        advice: What to try first, by the numbers of the last run of these settings; else empty.
    """

    findings: tuple[Finding, ...] = ()
    advice: str = ""

    @property
    def title(self) -> str:
        """Of the tab, with how many there are."""
        return f"Findings {len(self.findings)}" if self.findings else "Findings"

    @property
    def count_words(self) -> str:
        """How many of which severity: ``2 costly, 1 hint``."""
        counts = Counter(finding.severity for finding in self.findings)
        return ", ".join(
            plural(counts[grave], grave, grave.several) for grave in Severity if counts[grave]
        )

    @property
    def line(self) -> str:
        """The folded line: ``3 findings: 2 costly, 1 hint``."""
        count = len(self.findings)
        if not count:
            return "no finding: see what was measured" if self.advice else _NOTHING
        return f"{plural(count, 'finding')}: {self.count_words}"

    def text(self) -> str:
        """All of it, to be copied."""
        return "\n\n".join(part for part in (self.advice, to_text(self.findings)) if part)


class ComparisonCache:
    """What came of comparisons, worked out again only where they have other runs."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[object, Comparison]] = {}

    def of(self, session: Session, workload: str) -> list[tuple[Experiment, Comparison]]:
        """The kept comparisons of a workload with what came of them so far, oldest first."""
        comparisons = []
        for experiment in session.experiments.all:
            if experiment.kind is not ExperimentKind.COMPARISON or experiment.workload != workload:
                continue
            state = experiment, {place: run.state for place, run in _runs(session, experiment)}
            known = self._known.get(experiment.id)
            if known is None or known[0] != state:
                result = session.experiments.result(experiment)
                assert isinstance(result, Comparison)
                known = self._known[experiment.id] = (state, result)
            comparisons.append((experiment, known[1]))
        return comparisons


def findings_shown(
    session: Session,
    workload: Workload,
    settings: Settings,
    compared: ComparisonCache,
    cores: int | None = None,
    memory_bytes: float | None = None,
) -> FindingsShown:
    """Look at a pipeline and at what was recorded of it.

    Args:
        session: Runs and kept comparisons.
        workload: The workload.
        settings: A value for every knob.
        compared: Knows what came of comparisons.
        cores: Cores that runs may use; None leaves out what depends on it.
        memory_bytes: Memory that is free; None leaves out what depends on it.
    """
    named = session.experiments.named
    runs = [named(run) for run in session.runs if run.plan.workload == workload.id]
    measured = with_measured(
        findings(settings, cores=cores, memory_bytes=memory_bytes),
        settings,
        Records(workload.id, runs, compared.of(session, workload.id)),
    )
    answer = diagnosed(session.diagnoses, workload.id, settings)
    if answer is not None:
        return FindingsShown(where_it_matters(measured, answer), advice_of(answer))
    run = _last_of(runs, settings)
    if run is None:
        return FindingsShown(measured)
    return FindingsShown(
        measured, what_to_try_first(run, measured, executed_view(run, settings).rows)
    )


def _runs(session: Session, experiment: Experiment) -> Iterable[tuple[Place, Run]]:
    return session.experiments.runs(experiment).items()


def _last_of(runs: list[Run], settings: Settings) -> Run | None:
    """The last run that was done with these settings, however long it was to be."""
    wanted = decisive(settings)
    for run in reversed(runs):
        if run.state is not RunState.DONE or run.plan.part is not Part.WHOLE:
            continue
        try:
            ran = run.plan.settings.under(settings.chain)
        except InputError:
            continue
        if decisive(ran) == wanted:
            return run
    return None
