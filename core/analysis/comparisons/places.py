"""Which run stands at which place of an experiment."""

from __future__ import annotations

from collections.abc import Iterable

from core.model.run import Run, RunState
from core.model.turn import Place


def by_place(experiment_id: str, runs: Iterable[Run]) -> dict[Place, Run]:
    """Runs of an experiment by place; of several at one the latest that was done, else the latest.

    Args:
        experiment_id: Id of the experiment.
        runs: Any runs, in order of time; those of others are passed over.
    """
    latest: dict[Place, Run] = {}
    for run in runs:
        turn = run.plan.turn
        if turn is None or turn.group != experiment_id:
            continue
        before = latest.get(turn.place)
        if before is None or before.state is not RunState.DONE or run.state is RunState.DONE:
            latest[turn.place] = run
    return latest
