"""Isolated runs of real TensorFlow that go wrong, and what is left of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.engines.engines import Engines
from core.engines.times import StopTimes
from core.model.events import Event, StepsTaken, StopStage
from core.model.plan import PROCESS, RunPlan
from core.model.recording import Recording
from core.model.run import Run, RunState
from core.user_code.opening import open_user_code

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform != "linux", reason="limits and signals as Linux has them"),
]

_HANGS = """
import ctypes
import pathlib
import numpy as np
import tensorflow as tf

def hang_later(x):
    if x[0] >= 40:
        pathlib.Path(__file__).with_name("hangs").touch()
        ctypes.PyDLL(None).sleep(3600)  # Python's lock is held: no thread of it runs any more
    return np.asarray(x, np.float32)

def make_dataset():
    data = tf.data.Dataset.range(400).map(lambda n: tf.cast(tf.fill([4], n), tf.float32))
    data = data.map(lambda x: (tf.ensure_shape(tf.numpy_function(hang_later, [x], tf.float32), [4]), 0))
    return data.batch(4)
"""  # noqa: E501
_LIMITED = """
import resource
import sys
import psutil
import tensorflow as tf

def make_dataset():
    if "pytest" not in sys.modules:  # in the process of the run
        limit = psutil.Process().memory_info().vms + 300_000_000
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    # Below 4 kB: for larger tensors TensorFlow waits 10 s for memory before it gives up.
    data = tf.data.Dataset.range(10**7)
    data = data.map(lambda n: (tf.fill([1_000], tf.cast(n, tf.float32)), 0))
    return data.shuffle(10**6).batch(4)
"""

Carry = Callable[..., Run]


@pytest.fixture
def stages() -> list[StopStage | None]:
    """How far the Stop of each run went."""
    return []


@pytest.fixture
def carry(tmp_path: Path, stages: list[StopStage | None]) -> Iterator[Carry]:
    """Carry someone's code out, isolated: ``carry(text, times, stop)``."""
    made: list[Engines] = []

    def go(text: str, times: StopTimes, stop: Callable[[Run], bool] = lambda run: False) -> Run:
        file = tmp_path / "mine.py"
        file.write_text(text, encoding="utf-8")
        of = open_user_code(f"{file}:make_dataset")
        settings = of.chain.defaults().with_values({"fit.epochs": 1, "fit.device": "cpu"})
        plan = RunPlan(of.id, settings, str(tmp_path), code=of.code, engine=PROCESS)
        recording = Recording(Run(plan))
        made.append(Engines(times=times))
        events: list[Event] = []

        def emit(event: Event) -> None:
            events.append(event)
            recording.handle(event)

        made[-1].fit(plan, emit, lambda: stop(recording.run()))
        told = sum(len(one.examples) for one in events if isinstance(one, StepsTaken))
        assert recording.run().samples.steps == told
        stages.append(recording.stopping)
        return recording.run()

    yield go
    for one in made:
        one.close()


def test_code_that_hangs_with_pythons_lock_is_ended_and_its_steps_are_kept(
    carry: Carry, stages: list[StopStage | None], tmp_path: Path
) -> None:
    times = StopTimes(soft_s=0.5, terminate_s=3600.0)
    run = carry(_HANGS, times, lambda run: (tmp_path / "hangs").exists())
    assert run.state is RunState.STOPPED
    assert stages == [StopStage.TERMINATING]
    assert run.samples.steps > 0


def test_where_memory_runs_out_it_is_said(carry: Carry) -> None:
    run = carry(_LIMITED, StopTimes())
    assert run.state is RunState.FAILED
    assert run.failure is not None
    assert "emory" in run.failure.what
    assert "smaller" in run.failure.remedy
