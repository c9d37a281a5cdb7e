"""Configurations that a comparison can be made of, and which of them a person most likely wants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.analysis.comparisons.knob_values import assigned
from core.measure.environment import usable_cores
from core.model.errors import ExplorerError
from core.model.experiment import Experiment
from core.model.kinds import Value
from core.model.run import Run
from core.model.settings import Settings
from core.model.turn import configuration_name
from core.model.user_code import UserCode
from core.pipeline.presets import presets_for
from core.pipeline.ways import Way
from core.session import Session
from core.user_code.known_workloads import Workloads
from core.workloads.ways import all_ways
from core.workloads.workload import Workload
from gui.state.feasibility import Feasibility

DRAFT, WRITTEN = "draft", "written"
WAY = "way:"
AGAIN = "again"
"""The baseline once more: how much noise alone makes."""
_MOST_RUNS = 8
"""Selected runs that are offered; with more, choosing among them is no help."""


@dataclass(frozen=True)
class Candidate:
    """A configuration that can be compared.

    Attributes:
        key: ``draft``, ``written``, ``run:<id>``, ``preset:<id>``, ``kept:<number>``,
            ``way:<id>`` or ``again``.
        title: What the person calls it.
        workload: Id of its workload.
        settings: Its settings; None where they cannot be run any more, and for ``again``.
        why_not: Why they cannot be run, in a sentence.
        code: The person's own code that is run; None for a built-in workload.
    """

    key: str
    title: str
    workload: str
    settings: Settings | None
    why_not: str = ""
    code: UserCode | None = None


@dataclass(frozen=True)
class ComparisonChoice:
    """What is to be compared: the keys of the baseline and of the others."""

    baseline: str
    others: tuple[str, ...]


def candidates(
    session: Session,
    selection: Sequence[Run],
    workload: Workload,
    draft: Settings,
    feasible: Feasibility,
) -> tuple[Candidate, ...]:
    """All that can be compared, in the order of a list.

    Args:
        session: Knows the pinned baseline.
        selection: The runs that are selected.
        workload: The workload on the left.
        draft: The settings on the left.
        feasible: Looks whether settings can be run here.
    """

    def make(key: str, title: str, settings: Settings, its: Workload = workload) -> Candidate:
        return Candidate(key, title, its.id, settings, feasible.why_not(its, settings), its.code)

    def make_of(run: Run, what: str) -> Candidate:
        key, title = f"run:{run.id}", f"{what}{session.experiments.name_of(run)}"
        try:
            its, settings = session.settings_of(run)
        except ExplorerError as error:
            return Candidate(key, title, run.plan.workload, None, str(error))
        return Candidate(key, title, its.id, settings, feasible.why_not(its, settings), its.code)

    pinned = session.baseline
    choices = [] if pinned is None else [make_of(pinned, "the pinned baseline, ")]
    choices.append(make(DRAFT, "the settings on the left", draft))
    if workload.code is not None:
        training = {key: value for key, value in draft.items() if key.startswith("fit.")}
        written = workload.chain.defaults().with_values(training)
        choices.append(make(WRITTEN, "as the file is written", written))
    others = [run for run in selection if pinned is None or run.id != pinned.id]
    choices += [make_of(run, "selected: ") for run in others[:_MOST_RUNS]]
    choices += [
        make(f"preset:{preset.id}", f"preset {preset.label}", preset.apply(draft))
        for preset in presets_for(workload.id, draft.chain)
    ]
    for way in _ways(workload, draft):
        its = session.workloads.get(way.workload) if way.workload else workload
        choices.append(make(f"{WAY}{way.id}", way.label, way.settings, its))
    return (*choices, Candidate(AGAIN, "A again", workload.id, None))


def _ways(workload: Workload, draft: Settings) -> tuple[Way, ...]:
    """The ways to use more cores, where there is more than one."""
    offered = all_ways(workload.id, draft, len(usable_cores()))
    return offered if len(offered) > 1 else ()


def every_way(choices: Sequence[Candidate]) -> ComparisonChoice | None:
    """The ways to use more cores beside each other; None where there are none."""
    keys = [each.key for each in choices if each.key.startswith(WAY) and not each.why_not]
    return ComparisonChoice(keys[0], tuple(keys[1:])) if len(keys) > 1 else None


def likely(
    session: Session, selection: Sequence[Run], choices: Sequence[Candidate]
) -> ComparisonChoice:
    """What the person most likely wants to compare.

    The pinned baseline and the settings on the left; else the selected runs; else what a person's
    own file says, or the preset naive, and the settings on the left; where those are the same, they
    and the preset tuned.
    """
    by_key = {candidate.key: candidate for candidate in choices}
    draft = by_key[DRAFT]
    pinned = session.baseline
    if pinned is not None and _unlike(by_key[f"run:{pinned.id}"], draft):
        return ComparisonChoice(f"run:{pinned.id}", (DRAFT,))
    keys = [f"run:{run.id}" for run in selection if f"run:{run.id}" in by_key]
    first = next(iter(keys), None)
    if first is not None:
        unlike = tuple(key for key in keys[1:] if _unlike(by_key[first], by_key[key]))
        if unlike:
            return ComparisonChoice(first, _each_once(unlike, by_key))
    written, tuned = by_key.get(WRITTEN), by_key.get("preset:tuned")
    before = written or by_key.get("preset:naive")
    if before is not None and _unlike(before, draft):
        return ComparisonChoice(before.key, (DRAFT,))
    baseline = written or draft
    if tuned is not None and _unlike(baseline, tuned):
        return ComparisonChoice(baseline.key, (tuned.key,))
    return ComparisonChoice(baseline.key, ())


def kept(
    experiment: Experiment, workloads: Workloads, feasible: Feasibility
) -> tuple[tuple[Candidate, ...], ComparisonChoice]:
    """The configurations of a comparison, to be compared anew or changed first.

    Args:
        experiment: The comparison.
        workloads: What can be run.
        feasible: Looks whether settings can be run here.

    Raises:
        InputError: A knob or a value does not exist any more.
    """
    rows, others, again = [], [], False
    for which, recorded in enumerate(experiment.configurations):
        if which and recorded == experiment.configurations[0]:
            again = True
            continue
        workload = workloads.get(experiment.workload_of(which))
        settings = recorded.under(workload.chain)
        key = f"kept:{which}"
        title = f"{configuration_name(experiment.kind, which)} of {experiment.title}"
        rows.append(
            Candidate(
                key,
                title,
                workload.id,
                settings,
                feasible.why_not(workload, settings),
                workload.code,
            )
        )
        others += [key] if which else []
    return tuple(rows), ComparisonChoice("kept:0", (*others, *((AGAIN,) if again else ())))


def in_what(reference: Mapping[str, Value], settings: Settings) -> str:
    """In what settings differ from others: ``prefetch=2 batches``; else empty."""
    return assigned(settings, settings.differing(reference))


def _unlike(candidate: Candidate, other: Candidate) -> bool:
    """Whether both can be run and comparing them says something."""
    return (
        candidate.workload == other.workload
        and not candidate.why_not
        and not other.why_not
        and candidate.settings is not None
        and other.settings is not None
        and candidate.settings != other.settings
    )


def _each_once(keys: Sequence[str], by_key: Mapping[str, Candidate]) -> tuple[str, ...]:
    """Of runs with the same settings the first."""
    first: dict[Settings, str] = {}
    for key in keys:
        settings = by_key[key].settings
        if settings is not None:
            first.setdefault(settings, key)
    return tuple(first.values())
