"""Sessions with recorded runs, and what is on disk of them, to test with."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.folders import Folders
from core.model.chain import recorded
from core.model.events import Event, RunEnded
from core.model.measured.samples import Samples
from core.model.run import Run
from core.session import Session
from core.store.run_log import log_path
from core.workloads.catalogue import workload
from tests.builders import assert_same_samples, even_samples, events_of, resource_events

_NO_STEPS = Samples.empty()


def begin(session: Session) -> str:
    """Begin a run and give its id."""
    chosen = workload("in_memory")
    return session.begin(session.plan(chosen, chosen.chain.defaults())).run().id


def all_events(steps: int = 40) -> list[Event]:
    """Those of a whole run, its readings of resources among them."""
    *events, last = events_of(even_samples(steps))
    return [*events, *resource_events(), last]


def take(session: Session, events: Sequence[Event]) -> None:
    """Let the run under way say something, as its thread does."""
    for event in events:
        session.recorder.keep(event)
        session.handle(event)


def record(session: Session, ending: RunEnded | None = None, steps: int = 40) -> str:
    """Record a whole run and give its id."""
    run_id = begin(session)
    events = all_events(steps)
    take(session, [*events[:-1], ending or events[-1]])
    return run_id


def abandon(session: Session) -> None:
    """What the system does where a program is killed: its files are closed and that is all."""
    assert session._store is not None
    for _, log in session._store._open.values():
        os.close(log._file)
        log._file = -1
        log._owner._lock.release()
    session._store._open.clear()
    session.close()


def log_of(folders: Folders, run_id: str) -> Path:
    """The log of a run."""
    return log_path(folders.logs, run_id)


def listing(folders: Folders) -> set[str]:
    """Names of what is in the folder of logs, but for the file that programs lock."""
    return {path.name for path in folders.logs.iterdir()} - {".lock"}


def assert_same_run(found: Run, expected: Run) -> None:
    """The same in all that is recorded, to the last bit."""
    assert_same_samples(found.samples, expected.samples)
    bare, expected = (
        replace(
            run,
            samples=_NO_STEPS,
            figures={},
            plan=replace(run.plan, settings=recorded(run.plan.settings.values_by_key)),
        )
        for run in (found, expected)
    )
    assert bare == expected
