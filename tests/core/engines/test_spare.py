"""A spare process takes the next run at once, unless that run needs a fresh one."""

from __future__ import annotations

import threading
from dataclasses import replace

import psutil
import pytest

from core.engines.engines import Engines
from core.engines.spare import SpareState
from core.model.chain import recorded
from core.model.events import Event, RunEnded
from core.model.plan import WINDOW
from core.model.run import RunState
from tests.builders import even_samples, events_of, scripted_fit
from tests.core.engines.conftest import CHILD, PATIENT, carry, left_of, plan_of

NONE, LOADING, READY = SpareState


class States:
    """Waits for states of the spare."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._changed = threading.Condition()
        self.seen: list[SpareState] = []
        engines.changed.append(self._note)

    def wait_for(self, state: SpareState) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self._engines.spare is state, timeout=60)

    def _note(self) -> None:
        with self._changed:
            self.seen.append(self._engines.spare)
            self._changed.notify_all()


@pytest.fixture
def states(engines: Engines) -> States:
    return States(engines)


def guards() -> set[int]:
    """The first process of each isolated run; what other tests left to the system is none."""
    return {child.pid for child in psutil.Process().children() if _is_guard(child)}


def _is_guard(child: psutil.Process) -> bool:
    try:
        # One that has just begun has no arguments yet, for a moment.
        while not (words := child.cmdline()) and child.status() != psutil.STATUS_ZOMBIE:
            continue
        return "process of an isolated run" in " ".join(words)
    except psutil.Error:
        return False


def test_it_loads_gets_ready_and_takes_the_next_run(
    engines: Engines, states: States, mark: str
) -> None:
    assert engines.spare is NONE
    engines.warm()
    states.wait_for(READY)
    (spare,) = guards()
    used: list[set[int]] = []
    told = carry(engines, "whole", on_event=lambda event: used.append(guards()))
    assert told.last.state is RunState.DONE
    assert used[0] == {spare}
    assert engines.spare is NONE
    assert states.seen == [LOADING, READY, NONE]


def test_one_that_still_loads_takes_the_run_too(
    engines: Engines, states: States, monkeypatch: pytest.MonkeyPatch, mark: str
) -> None:
    monkeypatch.setenv("PX_TEST_SPARE", "hangs")
    engines.warm()
    assert engines.spare is LOADING
    (spare,) = guards()
    used: list[set[int]] = []

    def look(event: Event) -> None:
        used.append(guards())
        engines.end_now()

    told = carry(engines, "whole", on_event=look)
    assert told.last.state is RunState.STOPPED
    assert used[0] == {spare}


def test_there_is_one_at_most(engines: Engines, mark: str) -> None:
    for _ in range(3):
        engines.warm()
    assert len(guards()) == 1


def test_it_can_be_let_go_of(engines: Engines, states: States, mark: str) -> None:
    engines.warm()
    states.wait_for(READY)
    engines.cool()
    assert engines.spare is NONE
    assert not left_of(mark)
    engines.cool()


def test_one_that_dies_is_none(
    engines: Engines, states: States, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PX_TEST_SPARE", "dies")
    engines.warm()
    states.wait_for(NONE)
    assert carry(engines, "whole").last.state is RunState.DONE


def test_a_run_that_sets_something_for_the_whole_process_gets_a_fresh_one(
    engines: Engines, states: States, mark: str
) -> None:
    engines.warm()
    states.wait_for(READY)
    (spare,) = guards()
    plan = plan_of("whole")
    plan = replace(plan, settings=recorded({**plan.settings, "process.intra_op_threads": 1}))
    used: list[set[int]] = []
    events: list[Event] = []

    def emit(event: Event) -> None:
        events.append(event)
        used.append(guards())

    engines.fit(plan, emit, lambda: False)
    assert isinstance(events[-1], RunEnded)
    assert spare in used[0]
    assert len(used[0]) == 2
    assert engines.spare is READY


def test_one_that_loads_does_not_disturb_a_run_in_the_window(
    mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PX_TEST_SPARE", "hangs")
    fit = scripted_fit(events_of(even_samples()))
    engines = Engines(window_fit=fit, times=PATIENT, child=CHILD)
    engines.warm()
    during: list[SpareState] = []
    engines.fit(plan_of("", WINDOW), lambda event: during.append(engines.spare), lambda: False)
    assert set(during) == {NONE}
    assert not left_of(mark)


def test_a_second_isolated_run_at_the_same_time_is_refused(engines: Engines) -> None:
    refused: list[Event] = []

    def another(event: Event) -> None:
        if not refused:
            engines.fit(plan_of("whole"), refused.append, lambda: False)

    assert carry(engines, "whole", on_event=another).last.state is RunState.DONE
    (end,) = refused
    assert isinstance(end, RunEnded)
    assert end.failure is not None
    assert end.failure.what == "Another isolated run is under way"
