"""How far an experiment has come."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from core.model.experiment import Experiment
from core.model.run import Run, RunState
from core.model.turn import Place


class ExperimentState(StrEnum):
    """Where an experiment is in its life. The value is how tables say it."""

    UNDER_WAY = "under way"
    WAITING = "waiting"
    INCOMPLETE = "incomplete"
    COMPLETE = "complete"
    SETTLED = "settled"


@dataclass(frozen=True)
class ExperimentProgress:
    """How many of its runs there are.

    Attributes:
        done: Runs that got done, of those that are planned.
        planned: Runs that there are to be; where it was settled early only those up to there.
        undone: Places whose run failed or was cut short and did not get done since.
        waiting: Runs in the queue.
        stage: Where it is in its life.
        settled_after: Repeats after which it was settled and stopped; None where it was not.
    """

    done: int
    planned: int
    undone: int
    waiting: int
    stage: ExperimentState
    settled_after: int | None = None

    def text(self) -> str:
        """``7 of 10 · under way``, ``9 of 10, 1 not done · incomplete``."""
        undone = f", {self.undone} not done" if self.undone else ""
        state = str(self.stage)
        if self.stage is ExperimentState.SETTLED:
            state = f"settled after {self.settled_after} repeats"
        return f"{self.done} of {self.planned}{undone} · {state}"


def progress_of(
    experiment: Experiment, runs: Iterable[Run], waiting: Collection[Place] = ()
) -> ExperimentProgress:
    """How far an experiment has come.

    Args:
        experiment: The experiment.
        runs: All of its runs; several may stand at one place.
        waiting: Places whose run waits in the queue.
    """
    planned = frozenset(experiment.order)
    done: set[Place] = set()
    ended: set[Place] = set()
    under_way = False
    for run in runs:
        turn = run.plan.turn
        if turn is None or turn.place not in planned:
            continue
        under_way = under_way or not run.state.over
        if run.state is RunState.DONE:
            done.add(turn.place)
        elif run.state.over:
            ended.add(turn.place)
    waits = len(planned.intersection(waiting) - done)
    if under_way:
        stage = ExperimentState.UNDER_WAY
    elif len(done) < len(planned):
        stage = ExperimentState.WAITING if waits else ExperimentState.INCOMPLETE
    else:
        stage = (
            ExperimentState.COMPLETE
            if experiment.settled_after is None
            else ExperimentState.SETTLED
        )
    return ExperimentProgress(
        len(done), len(planned), len(ended - done), waits, stage, experiment.settled_after
    )
