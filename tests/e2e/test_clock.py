"""Someone sets the machine's clock while a run trains."""

from __future__ import annotations

import time
from functools import partial

import numpy as np
import pytest

import core.measure.fit
from core.analysis.doubts.catalogue import doubts
from core.lazy import tf
from core.measure.step_clock import StepClock
from core.metrics.accounting import account
from core.metrics.catalogue import metric
from core.model.run import Run, RunState
from tests.e2e.conftest import Train

pytestmark = pytest.mark.e2e

STEPS = 24


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch):
    """Set the wall clock, TensorFlow's and Python's, once TensorFlow has read it so many times."""
    asked = tf.Variable(0, dtype=tf.int64, trainable=False)
    real = tf.timestamp

    def at(reading: int, by_s: float) -> None:
        def timestamp() -> object:
            count = asked.assign_add(1)
            with tf.control_dependencies([count]):
                return real() + tf.where(count > reading, tf.constant(by_s, tf.float64), 0.0)

        def wall() -> float:
            return time.time() + (by_s if int(asked.numpy()) > reading else 0.0)

        monkeypatch.setattr(tf, "timestamp", timestamp)
        monkeypatch.setattr(core.measure.fit, "StepClock", partial(StepClock, wall=wall))

    return at


def assert_sane(run: Run) -> None:
    samples = run.samples
    times = np.stack([samples.asked_s, samples.ready_s, samples.done_s], axis=1).ravel()
    assert times[0] >= 0
    assert np.diff(times).min() >= 0
    assert run.fit_wall_s is not None
    assert times[-1] <= run.fit_wall_s < 600
    whole = account(samples, 0, samples.steps)
    assert whole is not None
    assert 0 <= whole.idle_percent <= 100
    assert 0 < metric("throughput_examples_per_s").of(run).value < 1e7
    assert 0 <= metric("time_to_first_batch_s").of(run).value < 600
    at_s = run.resources.at_s
    assert 0 <= at_s[0] <= at_s[-1] <= run.fit_wall_s + 5
    assert all(0 <= reading.at_s <= run.fit_wall_s for reading in run.pipeline)


@pytest.mark.parametrize(
    ("device", "an_execution", "by_s"),
    [("cpu", 1, -3600.0), ("emulated:5", 1, 3600.0), ("emulated:5", 4, -3600.0)],
)
def test_a_clock_that_is_set_spoils_no_time_and_is_a_doubt(
    train: Train, set_clock, device: str, an_execution: int, by_s: float
) -> None:
    # Between asking for the batch of step 17 and having it.
    set_clock(16 * (4 if an_execution > 1 else 3) + 1, by_s)
    run = train(
        "in_memory", "textbook 1", f"fit.device={device}", "batch.batch_size=8",
        "fit.epochs=2", "fit.steps_per_epoch=12", f"fit.steps_per_execution={an_execution}",
    )  # fmt: skip
    assert run.state is RunState.DONE, run.failure
    assert run.samples.steps == STEPS
    assert_sane(run)
    (jump,) = run.clock_jumps
    assert jump.step == 16
    assert jump.by_s == pytest.approx(by_s, abs=1.0)
    assert "clock_jumped" in [doubt.key for doubt in doubts(run)]
    if device != "cpu":
        busy_s = (run.samples.done_s - run.samples.ready_s)[17:]
        assert busy_s.min() > 0.004


def test_a_clock_that_nobody_touches_is_no_doubt(train: Train) -> None:
    run = train("in_memory", "textbook 1", "fit.epochs=1", "fit.steps_per_epoch=30")
    assert run.clock_jumps == ()
    assert_sane(run)
