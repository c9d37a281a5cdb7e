"""Carries runs out in every engine, with real TensorFlow."""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from core.engines.engines import Engines
from core.engines.interpreter import Interpreter, look_at
from core.engines.process_environment import ProcessEnvironment
from core.measure.fit import fit
from core.model.events import (
    Event,
    Phase,
    PhaseStarted,
)
from core.model.plan import ENGINES, PROCESS, Part, RunPlan
from core.model.recording import Recording
from core.model.run import Failure, Run, RunState
from core.model.tracing import TraceOptions
from core.pipeline.presets import preset
from core.user_code.known_workloads import Workloads
from core.user_code.opening import open_user_code
from core.workloads.catalogue import workload
from core.workloads.workload import Workload
from tests.environments import other_environment
from tests.sshd import MACHINE, needs_sshd, sshd_in

OTHER = "another interpreter"


FAR = pytest.param("ssh", marks=needs_sshd)


EVERY = (*ENGINES, OTHER, FAR)


TRACED = 4


OWN = """
import numpy as np
import tensorflow as tf

def failing(x):
    if x[0] > 3:
        raise LookupError("no such example")
    return np.asarray(x, np.float32)

def make_dataset():
    return tf.data.Dataset.range(64).batch(4)

def make_failing():
    data = tf.data.Dataset.range(64).map(lambda n: tf.cast(tf.fill([4], n), tf.float32))
    data = data.map(lambda x: (tf.ensure_shape(tf.numpy_function(failing, [x], tf.float32), [4]), 0))
    return data.batch(4)
"""  # noqa: E501


DECLARED = """
from core.workloads.in_memory import InMemory

class Mine(InMemory):
    id = "mine"
    title = "My own"

WORKLOAD = Mine(examples=320)
"""


FLAGS = """
import keras
import tensorflow as tf
from absl import app, flags

flags.DEFINE_integer("batch", 8, "examples in a batch")

def main(arguments):
    x = tf.zeros([64, 4])
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(loss="mse")
    model.fit(tf.data.Dataset.from_tensor_slices((x, x[:, 0])).batch(flags.FLAGS.batch))

if __name__ == "__main__":
    app.run(main)
"""


@dataclass(frozen=True)
class Told:
    """What a run said, and what became of it."""

    events: tuple[Event, ...]
    run: Run

    @property
    def failure(self) -> Failure:
        assert self.run.state is RunState.FAILED
        assert self.run.failure is not None
        return self.run.failure


@dataclass(eq=False)
class Bench:
    """Carries runs out, each kind once for each engine.

    Attributes:
        folder: Where data and own code are.
    """

    folder: Path
    engines: Engines
    stack: contextlib.ExitStack

    @functools.cached_property
    def file(self) -> Path:
        path = self.folder / "own.py"
        path.write_text(OWN, encoding="utf-8")
        return path

    def own(self, function: str) -> Workload:
        return open_user_code(f"{self.file}:{function}")

    def plan(
        self, of: Workload, engine: str, *assignments: str, part: Part = Part.WHOLE
    ) -> RunPlan:
        settings = preset("naive", of.id, of.chain).apply(of.chain.defaults())
        settings = settings.with_assignments(assignments)
        folder = str(self.folder / "data")
        plan = RunPlan(of.id, settings, folder, part=part, code=of.code, engine=engine)
        if engine in ENGINES:
            return plan
        there = self.other if engine == OTHER else self.far
        return replace(plan, engine=PROCESS, interpreter=there.name)

    @functools.cached_property
    def other(self) -> Interpreter:
        """Another interpreter, without psutil and the like; it is the chosen one from now on."""
        interpreter = look_at(str(other_environment(self.folder / "environment")))
        self.engines.choose(interpreter)
        self.engines.choose(None)
        return interpreter

    @functools.cached_property
    def far(self) -> Interpreter:
        """This interpreter on another machine, which is this one again; it has been chosen."""
        self.stack.enter_context(pytest.MonkeyPatch.context()).setenv(
            "PATH", self.stack.enter_context(sshd_in(self.folder / "sshd")).path
        )
        interpreter = look_at(sys.executable, machine=MACHINE)
        self.engines.choose(interpreter)
        self.engines.choose(None)
        return interpreter

    @functools.cached_property
    def run_environment(self) -> ProcessEnvironment:
        run_environment = ProcessEnvironment()
        run_environment.warm()
        return run_environment

    def carry_in_place(self, plan: RunPlan) -> Run:
        """Do here what the process of an isolated run does, where nothing is opened yet."""
        self.run_environment.workloads = Workloads()
        recording = Recording(Run(plan))
        fit(plan, recording.handle, lambda: False, run_environment=self.run_environment)
        return recording.run()

    def carry(
        self,
        plan: RunPlan,
        stop: Callable[[Run], bool] = lambda run: False,
        on_event: Callable[[Event], None] = lambda event: None,
    ) -> Told:
        events: list[Event] = []
        recording = Recording(Run(plan))

        def emit(event: Event) -> None:
            events.append(event)
            recording.handle(event)
            on_event(event)

        self.engines.fit(plan, emit, lambda: stop(recording.run()))
        return Told(tuple(events), recording.run())

    @functools.cache  # noqa: B019 - it lives as long as the module's tests
    def whole(self, engine: str) -> Told:
        of = workload("in_memory")

        def order(event: Event) -> None:
            if isinstance(event, PhaseStarted) and event.phase is Phase.BUILDING:
                self.engines.trace(TraceOptions(TRACED, str(self.traces)))

        plan = self.plan(of, engine, "fit.epochs=2", "fit.steps_per_epoch=15")
        return self.carry(plan, on_event=order)

    @property
    def traces(self) -> Path:
        return self.folder / "traces"
