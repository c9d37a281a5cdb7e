"""What the window knows of kept experiments, worked out anew only where something changed."""

from __future__ import annotations

from dataclasses import dataclass
from operator import is_

from core.analysis.sweeps.progress import ExperimentProgress, progress_of
from core.analysis.sweeps.text import in_short
from core.model.errors import InputError
from core.model.experiment import Experiment
from core.model.run import Run
from core.model.turn import Place
from core.session import Session
from core.session.experiments import ExperimentResult


@dataclass(frozen=True)
class ExperimentOutcome:
    """What came of an experiment so far.

    Attributes:
        result: The result; None where there can be none.
        short: The same in a line; empty while nothing was measured.
        why_not: Why there is no result.
        gone: Why it cannot be run any more; empty where it can.
    """

    result: ExperimentResult | None
    short: str = ""
    why_not: str = ""
    gone: str = ""


_Asked = tuple[Experiment, frozenset[Place]]


class KeptExperiments:
    """Experiments with their runs, as of the last ``refresh``.

    All runs are gone through once for all experiments; results of those whose runs and settings
    are the same as before are kept.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._turns: dict[str, tuple[str, Place] | None] = {}
        self._runs: dict[str, list[Run]] = {}
        self._waiting: dict[str, set[Place]] = {}
        self._progress: dict[str, tuple[_Asked, tuple[Run, ...], ExperimentProgress]] = {}
        self._outcomes: dict[str, tuple[Experiment, tuple[Run, ...], ExperimentOutcome]] = {}
        self.all: tuple[Experiment, ...] = ()

    def refresh(self) -> None:
        """Look at experiments, runs and queue anew; computes no result."""
        self.all = tuple(reversed(self._session.experiments.all))
        self._runs = {}
        for run in (*self._session.runs, *self._session.diagnoses):
            # A plan never changes, and reading its tag takes longer than looking it up.
            if run.id not in self._turns:
                turn = run.plan.turn
                self._turns[run.id] = (turn.group, turn.place) if turn else None
            group_and_place = self._turns[run.id]
            if group_and_place is not None:
                self._runs.setdefault(group_and_place[0], []).append(run)
        self._waiting = {}
        for plan in self._session.queue.plans:
            if plan.turn is not None:
                self._waiting.setdefault(plan.turn.group, set()).add(plan.turn.place)

    def get(self, experiment_id: str) -> Experiment | None:
        """One of them; None where there is none, or it was deleted."""
        return next((experiment for experiment in self.all if experiment.id == experiment_id), None)

    def runs(self, experiment: Experiment) -> tuple[Run, ...]:
        """All of its runs, also those that were run anew, in the order of their places."""
        runs = self._runs.get(experiment.id, ())
        return tuple(sorted(runs, key=lambda run: self._place(run)))

    def progress(self, experiment: Experiment) -> ExperimentProgress:
        """How far it has come."""
        runs = tuple(self._runs.get(experiment.id, ()))
        waiting = frozenset(self._waiting.get(experiment.id, ()))
        before = self._progress.get(experiment.id)
        if before is not None and before[0] == (experiment, waiting) and _same(runs, before[1]):
            return before[2]
        experiment_progress = progress_of(experiment, runs, waiting)
        self._progress[experiment.id] = ((experiment, waiting), runs, experiment_progress)
        return experiment_progress

    def known(self, experiment: Experiment) -> ExperimentOutcome | None:
        """What came of it, where that was worked out already and still holds."""
        before = self._outcomes.get(experiment.id)
        if before is None or before[0] != experiment:
            return None
        return before[2] if _same(self._over(experiment), before[1]) else None

    def outcome(self, experiment: Experiment) -> ExperimentOutcome:
        """What came of it so far."""
        experiment_outcome = self.known(experiment)
        if experiment_outcome is None:
            experiment_outcome = self._work_out(experiment)
            self._outcomes[experiment.id] = (experiment, self._over(experiment), experiment_outcome)
        return experiment_outcome

    def _place(self, run: Run) -> Place:
        turn = self._turns[run.id]
        assert turn is not None
        return turn[1]

    def _over(self, experiment: Experiment) -> tuple[Run, ...]:
        # A run under way has no part in a result, and is another one each time.
        return tuple(run for run in self._runs.get(experiment.id, ()) if run.state.over)

    def _work_out(self, experiment: Experiment) -> ExperimentOutcome:
        gone = self._session.experiments.why_not_again(experiment)
        try:
            result = self._session.experiments.result(experiment)
        except InputError as error:
            return ExperimentOutcome(None, why_not=str(error), gone=gone)
        if isinstance(result, Run):
            headline = result.answer.headline if result.answer is not None else ()
            return ExperimentOutcome(result, " ".join(headline[1:2] or headline), gone=gone)
        return ExperimentOutcome(result, in_short(result), gone=gone)


def _same(runs: tuple[Run, ...], others: tuple[Run, ...]) -> bool:
    """Whether nothing changed: a run that did is another object."""
    return len(runs) == len(others) and all(map(is_, runs, others))
