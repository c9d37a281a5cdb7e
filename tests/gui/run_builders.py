"""Runs of a session, recorded through its events as real ones are."""

from __future__ import annotations

from collections.abc import Mapping

from core.model.events import RunEnded
from core.model.kinds import Value
from core.model.plan import Part, RunPlan
from core.model.run import Failure, Run, RunState
from core.session import Session
from core.workloads.catalogue import workload
from tests.builders import even_samples, events_of

DAMAGED = Failure("The file shard_003.npz is damaged", remedy="Delete its folder")


def begin_run(
    session: Session, values: Mapping[str, Value] | None = None, of: str = "in_memory"
) -> Run:
    """Begin a run; it has no event yet."""
    chosen = workload(of)
    settings = chosen.chain.defaults().with_values(values or {})
    return session.begin(session.plan(chosen, settings)).run()


def record_run(
    session: Session,
    values: Mapping[str, Value] | None = None,
    *,
    of: str = "in_memory",
    wait_s: float = 0.03,
    steps: int = 100,
    loss: float = 1.5,
    emulations: tuple[str, ...] = (),
    ending: RunEnded | None = None,
    to_the_end: bool = True,
) -> Run:
    """Record a run of even steps; without its last event it stays under way."""
    run_id = begin_run(session, values, of).id
    events = events_of(
        even_samples(steps, wait_s=wait_s), ending, losses=(2.0, loss), emulations=emulations
    )
    for event in events if to_the_end else events[:-1]:
        session.handle(event)
    return session.run(run_id)


def measure_ceilings(
    session: Session, of: RunPlan, model_s: float = 0.005, pipeline_s: float = 0.015
) -> None:
    """Record both parts of a plan by themselves; each step takes so long."""
    for part, period_s in ((Part.PIPELINE, pipeline_s), (Part.MODEL, model_s)):
        session.begin(RunPlan(of.workload, of.settings, of.data_folder, part=part))
        samples = even_samples(300, 1, wait_s=0.0, busy_s=period_s, host_s=0.0)
        for event in events_of(samples):
            session.handle(event)


def fail_run(session: Session) -> Run:
    """Record a run that fails before its first step."""
    run_id = begin_run(session).id
    session.handle(RunEnded(RunState.FAILED, DAMAGED))
    return session.run(run_id)


def end_run(session: Session, state: RunState = RunState.DONE) -> None:
    """End the run under way."""
    session.handle(RunEnded(state, None, 3.25, 0.125))
