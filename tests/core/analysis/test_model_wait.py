from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.analysis.stages.model_wait import model_wait
from core.model.measured.executed import PipelineReading
from core.model.run import Run
from tests.builders import even_samples, prepared, run_of, with_readings


def run_with(steps: int = 100, epochs: int = 1) -> Run:
    """30 ms of input wait, 10 ms of work and 5 ms of host a step; 10 steps of warm-up."""
    return replace(run_of(even_samples(steps, epochs)), prepared=prepared(warm_up_steps=10))


def test_what_is_no_gap_is_input_wait() -> None:
    found = model_wait(with_readings(run_with(), gap_s=0.016))
    assert found is not None
    assert found.loop_percent == pytest.approx(100 * 30 / 45)
    assert found.model_percent == pytest.approx(100 * 29 / 45)
    assert found.apart_s == pytest.approx(0.001)


def test_only_readings_of_the_steady_part_count() -> None:
    """Of five readings of 20 steps each the first reaches into the warm-up."""
    found = model_wait(with_readings(run_with(), gap_s=0.015))
    assert found is not None
    np.testing.assert_array_equal(found.steps, np.arange(20, 100))


def test_a_new_iterator_begins_with_no_gap() -> None:
    """Two epochs of 50 steps: step 50 is the first of an iterator, before which none is known."""
    found = model_wait(with_readings(run_with(epochs=2), gap_s=0.015))
    assert found is not None
    assert 50 not in found.steps
    assert found.model_s == pytest.approx(found.loop_s)


def test_gaps_that_tensorflow_forgot_are_left_out() -> None:
    run = run_with(steps=300)
    at_s = float(run.samples.done_s[249])
    found = model_wait(replace(run, pipeline=(PipelineReading(at_s, (), 100, 0.015),)))
    assert found is not None
    np.testing.assert_array_equal(found.steps, np.arange(150, 250))


def test_more_batches_than_steps_are_not_compared() -> None:
    """A reading that reaches behind the one before counts something else than steps."""
    run = run_with()
    done = run.samples.done_s
    readings = [PipelineReading(float(done[at]), (), 40, 0.015) for at in (60, 70, 80)]
    found = model_wait(replace(run, pipeline=tuple(readings)))
    assert found is not None
    np.testing.assert_array_equal(found.steps, np.arange(21, 61))


def test_without_gaps_there_is_nothing_to_compare() -> None:
    run = run_with()
    assert model_wait(run) is None
    older = PipelineReading(float(run.samples.done_s[50]), ())
    assert model_wait(replace(run, pipeline=(older,))) is None


def test_more_gap_than_time_belongs_to_other_steps_and_is_not_compared() -> None:
    assert model_wait(with_readings(run_with(), gap_s=0.05)) is None
