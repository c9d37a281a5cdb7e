"""Synthetic runs: so many seconds of input wait, train step and host code for each step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

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
from core.model.kinds import Value
from core.model.run import Prepared, Run, RunState
from core.session import Session
from core.workloads.catalogue import workload
from tests.builders import resource_events


@dataclass(frozen=True)
class Script:
    """What a synthetic run does.

    Attributes:
        input_s: Input wait of each step.
        busy_s: Train step of each step.
        host_s: Host code after each step.
        turnaround_s: Host time at the end of an epoch, instead of ``host_s``.
        epochs: Epochs.
        steps: Steps of each epoch.
        examples: Examples of each batch.
        loss: Loss at the end of the first step; falls from there.
        warm_up: Steps at the start that are not averaged in.
        noise: Relative spread of the times.
        values: Knobs that are not at their default.
        state: How it ends; None: it does not, it stays under way.
        environment: Machine and versions.
    """

    input_s: float = 0.03
    busy_s: float = 0.02
    host_s: float = 0.0025
    turnaround_s: float = 0.05
    epochs: int = 2
    steps: int = 100
    examples: int = 32
    loss: float = 2.3
    warm_up: int = 10
    noise: float = 0.0
    values: Mapping[str, Value] = field(default_factory=dict)
    state: RunState | None = RunState.DONE
    environment: Mapping[str, Value] = field(default_factory=dict)
    workload: str = "in_memory"


def emulations(device: str) -> tuple[str, ...]:
    ms = device.partition(":")[2]
    return (f"emulated accelerator {ms} ms",) if device.startswith("emulated") else ()


def events(script: Script, device: str) -> Iterator[Event]:
    """All events of a run, up to its last word unless it stays under way."""
    yield PhaseStarted(Phase.LOADING_TENSORFLOW, 0.0)
    yield EnvironmentSeen(dict(script.environment))
    prepared = Prepared(script.epochs, script.steps, script.warm_up, 0, emulations(device))
    yield RunPrepared(prepared)
    yield PhaseStarted(Phase.TRAINING, 1.0)
    yield from step_events(script)
    yield from resource_events(script.epochs * script.steps * 0.05, period_s=0.5)
    if script.state is not None:
        yield RunEnded(script.state, None, 12.5, 0.4)


def step_events(script: Script) -> Iterator[Event]:
    """The steps of a run, every epoch in events of ten steps."""
    random = np.random.default_rng(1)
    now_s, taken = 0.0, 0
    for epoch in range(script.epochs):
        yield EpochBegan(epoch)
        loss = script.loss
        for first in range(0, script.steps, 10):
            count = min(10, script.steps - first)
            times = np.empty((count, 3))
            for index in range(count):
                spread = 1 + script.noise * random.standard_normal(3).clip(-2, 2)
                input_s, busy_s, host_s = spread * (script.input_s, script.busy_s, script.host_s)
                times[index] = (now_s, now_s + input_s, now_s + input_s + busy_s)
                last = first + index == script.steps - 1
                now_s = times[index, 2] + (script.turnaround_s if last else host_s)
            taken += count
            loss = script.loss / (1 + 0.01 * taken)
            yield StepsTaken(times, np.full(count, script.examples, np.int64), loss)
        yield EpochEnded(epoch, loss)


def begin(session: Session, script: Script | None = None, **changes: Value) -> None:
    """Begin a run of a script without any event yet."""
    script = script or Script()
    of = workload(script.workload)
    settings = of.chain.defaults().with_values({**script.values, **changes})
    session.begin(session.plan(of, settings))


def play(session: Session, script: Script | None = None, **changes: Value) -> Run:
    """Record a synthetic run; ``changes`` are knobs with ``__`` for the dot."""
    script = script or Script()
    knobs = {key.replace("__", "."): value for key, value in changes.items()}
    begin(session, script, **knobs)
    assert session.recording is not None
    plan = session.recording.run().plan
    for event in events(script, plan.device):
        session.handle(event)
    return session.run(plan.id)
