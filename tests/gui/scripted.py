"""Runs whose events a test writes: no TensorFlow, no waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import numpy as np

from core.model.events import (
    EnvironmentSeen,
    EpochBegan,
    EpochEnded,
    Event,
    Phase,
    PhaseStarted,
    RunEnded,
    RunPrepared,
    StepsTaken,
)
from core.model.plan import RunPlan
from core.model.run import Failure, Prepared, RunState
from tests.builders import resource_events

STEPS = 40


def step_events(
    first: int, count: int, wait_s: float = 0.03, busy_s: float = 0.02, loss: float = 1.0
) -> StepsTaken:
    """Steps of equal length, with one millisecond of host time after each."""
    period = wait_s + busy_s + 0.001
    asked = (first + np.arange(count)) * period
    times = np.stack([asked, asked + wait_s, asked + wait_s + busy_s], axis=1)
    return StepsTaken(times, np.full(count, 32, np.int64), loss)


def whole_run(wait_s: float = 0.03, loss: float = 1.0, gpus: tuple[str, ...] = ()) -> list[Event]:
    """The events of a run of two epochs on an emulated accelerator."""
    half = STEPS // 2
    return [
        PhaseStarted(Phase.LOADING_TENSORFLOW, 0.0),
        EnvironmentSeen({"tensorflow": "2.21.0", "python": "3.11.7"}),
        PhaseStarted(Phase.MAKING_DATA, 0.1),
        PhaseStarted(Phase.BUILDING, 0.2),
        RunPrepared(Prepared(2, half, 10, 0, ("emulated accelerator 20 ms",))),
        EpochBegan(0),
        PhaseStarted(Phase.TRACING, 0.3),
        PhaseStarted(Phase.FILLING_BUFFERS, 0.9),
        PhaseStarted(Phase.TRAINING, 1.0),
        step_events(0, half, wait_s, loss=2 * loss),
        EpochEnded(0, 2 * loss),
        EpochBegan(1),
        step_events(half, half, wait_s, loss=loss),
        *resource_events(gpus=gpus),
        EpochEnded(1, loss),
        RunEnded(RunState.DONE, None, 2.0, 0.05),
    ]


class ScriptedFit:
    """Stands for ``core.measure.fit.fit``: says what it was told to say.

    Attributes:
        events: What the next runs say.
        hold: Where set, a run says all but its last event and then waits to be cancelled.
        plans: The plans that were run.
    """

    def __init__(self, events: Sequence[Event] = (), *, hold: bool = False) -> None:
        self.events = list(events) or whole_run()
        self.hold = hold
        self.plans: list[RunPlan] = []
        self.release = threading.Event()

    def __call__(
        self, plan: RunPlan, emit: Callable[[Event], None], cancelled: Callable[[], bool]
    ) -> None:
        self.plans.append(plan)
        for event in self.events[:-1]:
            emit(event)
        if self.hold:
            while not cancelled() and not self.release.wait(0.01):
                pass
            if cancelled():
                emit(RunEnded(RunState.STOPPED, None, 1.0, 0.05))
                return
        emit(self.events[-1])


def failing_run(what: str = "The disk is full", details: str = "Traceback: ...") -> list[Event]:
    """A run that fails while its data are made."""
    return [
        PhaseStarted(Phase.MAKING_DATA, 0.0),
        RunEnded(RunState.FAILED, Failure(what, remedy="Free some space.", details=details)),
    ]
