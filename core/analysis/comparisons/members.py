"""Which experiment runs belong to, and whether they count for it or why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.analysis.comparisons.places import by_place
from core.analysis.numbers.pooling import pooled
from core.model.experiment import Experiment
from core.model.run import Run


@dataclass(frozen=True)
class ExperimentMember:
    """A run's part in a comparison or a sweep.

    Attributes:
        experiment_id: Id of the experiment.
        title: Its name, else its id.
        kind: ``comparison`` or ``sweep``.
        configuration: What the run's configuration is called: ``B``, ``#3``.
        repeat: Which repeat of it, from 1.
        why_not: Why the run does not count; empty where it does.
    """

    experiment_id: str
    title: str
    kind: str
    configuration: str
    repeat: int
    why_not: str = ""

    @property
    def counted(self) -> bool:
        """Whether the figures of the experiment contain the run."""
        return not self.why_not

    def counted_words(self) -> str:
        """``yes``, or ``no: failed``."""
        return f"no: {self.why_not}" if self.why_not else "yes"


def members(
    runs: Iterable[Run], experiments: Iterable[Experiment] = ()
) -> Mapping[str, ExperimentMember]:
    """The part of each run that belongs to an experiment, by the run's id.

    Args:
        runs: All runs, in order of time: whether one counts follows from the others too.
        experiments: Those that are known, for their names and where they were settled.
    """
    known = {experiment.id: experiment for experiment in experiments}
    groups: dict[str, list[Run]] = {}
    for run in runs:
        if run.plan.turn is not None:
            groups.setdefault(run.plan.turn.group, []).append(run)
    return {
        run.id: experiment_member
        for group, its_runs in groups.items()
        for run, experiment_member in _of_one(group, its_runs, known.get(group))
    }


def _of_one(
    group: str, runs: list[Run], experiment: Experiment | None
) -> Iterable[tuple[Run, ExperimentMember]]:
    last = None if experiment is None else experiment.settled_after
    places = {
        place: run
        for place, run in by_place(group, runs).items()
        if last is None or place[0] < last
    }
    pool = pooled(places.values())
    apart = {run.id: reason for run, reason in pool.apart}
    title = (experiment.name if experiment else "") or group
    for run in runs:
        turn = run.plan.turn
        assert turn is not None
        if last is not None and turn.repeat >= last:
            why_not = f"settled after {last} repeats"
        elif run.id in apart:
            why_not = f"other environment ({apart[run.id]})"
        elif not run.state.over:
            why_not = "under way"
        elif places[turn.place].id != run.id:
            why_not = f"{run.state.value}, run again as {places[turn.place].name}"
        else:
            why_not = "" if pool.counts(run) else run.state.value
        yield run, ExperimentMember(group, title, turn.kind, turn.letter, turn.repeat + 1, why_not)
