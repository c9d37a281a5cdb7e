from __future__ import annotations

import numpy as np

from core.model.events import Phase, PhaseStarted, ResourcesSampled, StopAdvanced, StopStage
from gui.running.run_clock import RunClock
from tests.gui.scripted import step_events


class Time:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_a_run_is_silent_since_it_last_got_further() -> None:
    time = Time()
    clock = RunClock(time)
    clock.begin()
    time.now_s += 30.0
    assert clock.silent_s == 30.0
    clock.heard(PhaseStarted(Phase.TRACING, 0.0))
    time.now_s += 4.0
    assert clock.silent_s == 4.0
    clock.heard(step_events(0, 1))
    assert clock.silent_s == 0.0


def test_readings_of_the_machine_are_no_sign_that_a_run_gets_on() -> None:
    time = Time()
    clock = RunClock(time)
    clock.begin()
    time.now_s += 30.0
    clock.heard(ResourcesSampled(np.empty((0, 6))))
    clock.heard(StopAdvanced(StopStage.SOFT))
    assert clock.silent_s == 30.0


def test_a_stop_and_its_stages_are_timed() -> None:
    time = Time()
    clock = RunClock(time)
    clock.begin()
    assert clock.stopping_s is None
    clock.stop()
    time.now_s += 5.0
    clock.heard(StopAdvanced(StopStage.TERMINATING))
    time.now_s += 1.5
    assert (clock.stopping_s, clock.stage_s) == (6.5, 1.5)
    clock.begin()
    assert clock.stopping_s is None
