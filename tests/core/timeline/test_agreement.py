"""Whether the loop's clock and cut rates agree with a trace, and how two traces differ."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.model.run import Run
from core.model.tracing import Tracing
from core.timeline.agreement import agreement
from core.timeline.difference import difference
from core.timeline.story import Story, tell
from core.timeline.waits import Waits
from tests.builders import even_samples, run_of
from tests.core.timeline.builders import (
    Simulated,
    files_read_one_by_one,
    late_accelerator,
    with_gpu,
)
from tests.diagnosis_builders import an_answer

STEPS, WAIT_S = 10, 0.006


@pytest.fixture(scope="module")
def waits() -> Waits:
    """Ten steps of 10 ms that wait 6 ms each for the written stage ``map``."""
    waits = tell(with_gpu(steps=STEPS).capture()).waits
    every = tuple(replace(stage, written=(stage.name.lower(),)) for stage in waits.stages.all)
    return replace(waits, stages=replace(waits.stages, all=every))


def traced(wait_s: float = WAIT_S, batch: int = 1) -> Run:
    """A run all steps of which were traced; 94 examples/s where a batch is one."""
    samples = even_samples(STEPS, 1, wait_s=wait_s, busy_s=0.004, host_s=0.0007, batch=batch)
    return replace(run_of(samples), tracing=Tracing(0, STEPS))


def test_clocks_and_cut_rates_that_agree_are_shown_with_their_figures(waits: Waits) -> None:
    agreed, doubts = agreement(waits, traced(), an_answer())
    assert doubts == []
    assert agreed[0].startswith("Both clocks agree: the trace has 6.00 ms")
    assert "name that stage too: 49" in agreed[1]
    assert "examples/s in front of it, 155 behind it" in agreed[1]
    assert "took 94.1 examples/s" in agreed[2]
    assert "the pipeline alone delivers 150 (cut rates)" in agreed[2]
    assert agreement(waits, None, None) == ([], [])


def test_each_disagreement_is_a_doubt(waits: Waits) -> None:
    answer = an_answer(narrow_stage="batch")
    agreed, doubts = agreement(waits, traced(0.009, batch=32), answer)
    assert agreed == []
    clock, stage, bound = doubts
    assert "the loop's own clock 9.00 ms" in clock
    assert "another stage, batch (train.py:16): 155 examples/s in front of it, 150" in stage
    assert bound.startswith("The trace and the cut rates disagree: the traced steps took 2")


def test_what_two_traces_differ_in_is_one_sentence() -> None:
    slow, fast = (tell(made.capture()) for made in (files_read_one_by_one(), with_gpu()))
    said = difference(slow, fast, ("run 1", "run 2"))
    assert said.startswith("A step of run 2 is 2.41 times as fast as one of run 1: run 1 takes 24")
    assert "waits 18.1 ms of it, mostly for TFRecord; run 2 takes 10.0 ms a step" in said
    assert difference(slow, slow, ("a", "b")).startswith("Steps take as long in both: a takes")
    late = tell(late_accelerator().capture())
    assert "mostly" not in difference(late, late, ("a", "b"))


def test_a_trace_without_steps_is_not_compared() -> None:
    told = tell(with_gpu().capture())
    none = Story(replace(told.waits, steps=replace(told.waits.steps, all=())), (), (), ())
    assert difference(none, told, ("a", "b")) == ("They cannot be compared: there is no step in a.")


def test_a_trace_with_marks_and_one_without_compare_by_the_same_time() -> None:
    def traced(*, marked: bool) -> Story:
        trace, at = Simulated(), 0.0
        for number in range(12):
            if marked:
                trace.step(number, at, 2.0, 1.0)
            else:
                trace.add("fetch", "IteratorGetNextOp::DoCompute", at, 2.0)
                trace.add("fetch", "Iterator::Root", at, 2.0)
            at += 10.0
        return tell(trace.capture())

    marked, unmarked = traced(marked=True), traced(marked=False)
    assert marked.waits.steps.marked
    assert not unmarked.waits.steps.marked
    assert difference(marked, unmarked, ("a", "b")).startswith("Steps take as long in both")
