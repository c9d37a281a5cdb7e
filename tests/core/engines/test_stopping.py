"""Stop by steps: after the batch, then the process, then all that it started."""

from __future__ import annotations

import pytest

from core.engines.engines import Engines
from core.engines.stop_escalation import StopEscalation
from core.engines.times import STOP_TIMES, StopTimes
from core.model.events import Event, StopAdvanced, StopStage
from core.model.run import RunState
from tests.core.engines.conftest import CHILD, Told, carry, left_of, settled, training
from tests.core.engines.scripted_child import STEPS

SOFT, TERMINATING, KILLING = StopStage

AT_ONCE = StopTimes(soft_s=0.0, terminate_s=0.0)


class Clock:
    """Stands still until it is moved."""

    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_a_batch_that_ends_in_time_ends_the_run_softly(engines: Engines) -> None:
    told = carry(engines, "wait_for_stop", cancelled=training)
    assert told.last.state is RunState.STOPPED
    assert told.last.failure is None
    assert told.stages == [SOFT]


def test_one_that_hangs_with_pythons_lock_is_ended_after_its_time(mark: str) -> None:
    engines = Engines(times=StopTimes(soft_s=0.0, terminate_s=3600.0), child=CHILD)
    told = carry(engines, "hang", cancelled=training)
    assert told.last.state is RunState.STOPPED
    assert told.stages == [SOFT, TERMINATING]
    assert told.run.samples.steps == STEPS
    assert not left_of(mark)


def test_one_that_does_not_listen_to_that_either_is_killed(mark: str) -> None:
    engines = Engines(times=AT_ONCE, child=CHILD)
    told = carry(engines, "hang_deaf", cancelled=training)
    assert told.last.state is RunState.STOPPED
    assert told.stages == [SOFT, TERMINATING, KILLING]
    assert told.run.samples.steps == STEPS
    assert not left_of(mark)


def test_a_second_stop_does_not_wait_for_the_batch(engines: Engines, mark: str) -> None:
    def twice(event: Event) -> None:
        if event == StopAdvanced(SOFT):
            engines.end_now()

    told = carry(engines, "hang", cancelled=training, on_event=twice)
    assert told.last.state is RunState.STOPPED
    assert told.stages == [SOFT, TERMINATING]
    assert not left_of(mark)


def test_that_of_one_run_does_not_end_the_next(engines: Engines) -> None:
    engines.end_now()  # nothing is under way
    told = carry(engines, "wait_for_stop", cancelled=training)
    assert told.stages == [SOFT]


@pytest.mark.parametrize("script", ["family", "family_and_end"])
def test_what_the_code_started_ends_with_the_run(mark: str, script: str) -> None:
    engines = Engines(child=CHILD)
    told = carry(engines, script, cancelled=settled)
    assert told.last.state is RunState.STOPPED
    assert not left_of(mark)


def test_closing_the_program_ends_the_run_that_is_under_way(engines: Engines, mark: str) -> None:
    def close(event: Event) -> None:
        if event == StopAdvanced(SOFT):
            engines.close()

    told = carry(engines, "hang", cancelled=training, on_event=close)
    assert told.last.state is RunState.STOPPED
    assert not left_of(mark)


def test_what_breaks_the_program_off_ends_the_process_too(engines: Engines, mark: str) -> None:
    def interrupt(told: Told) -> bool:
        if training(told):
            raise KeyboardInterrupt
        return False

    with pytest.raises(KeyboardInterrupt):
        carry(engines, "hang", cancelled=interrupt)
    assert not left_of(mark)


def test_it_is_known_for_how_long_nothing_was_heard(mark: str) -> None:
    clock = Clock()
    engines = Engines(times=StopTimes(soft_s=10.0, terminate_s=3600.0), child=CHILD, clock=clock)
    silent: list[float | None] = [engines.silent_s]

    def wait(told: Told) -> bool:
        if training(told) and not told.stages:
            clock.now_s += 30.0
            silent.append(engines.silent_s)
            return True
        clock.now_s += 20.0 if told.stages else 0.0
        return False

    told = carry(engines, "hang", cancelled=wait)
    assert told.last.state is RunState.STOPPED
    assert silent == [None, 30.0]
    assert engines.silent_s is None


# -- when what is due ----------------------------------------------------------------------------


def test_each_means_has_its_time() -> None:
    clock = Clock()
    escalation = StopEscalation(STOP_TIMES, clock)

    def look(after_s: float, *, asked: bool = True, hurried: bool = False) -> StopStage | None:
        clock.now_s = 100.0 + after_s
        return escalation.look(asked=asked, hurried=hurried)

    assert look(0.0, asked=False) is None
    assert look(0.0) is SOFT
    assert look(4.9) is None
    assert look(5.0) is TERMINATING
    assert look(6.9) is None
    assert escalation.stage is not KILLING
    assert look(7.0) is KILLING
    assert look(3600.0) is None


def test_who_asks_twice_passes_over_what_is_soft() -> None:
    clock = Clock()
    escalation = StopEscalation(STOP_TIMES, clock)
    assert escalation.look(asked=True, hurried=False) is SOFT
    assert not escalation.by_force
    assert escalation.look(asked=True, hurried=True) is TERMINATING
    assert escalation.by_force
    assert escalation.look(asked=True, hurried=True) is None
    clock.now_s += STOP_TIMES.terminate_s
    assert escalation.look(asked=True, hurried=True) is KILLING
