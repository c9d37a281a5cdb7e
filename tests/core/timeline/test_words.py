"""What simulated traces with a planted fault say, by their words alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.timeline.capture import Capture
from core.timeline.open_trace import open_trace
from core.timeline.save import save_chrome
from core.timeline.story import Story, tell
from tests.core.timeline.builders import (
    Simulated,
    files_read_one_by_one,
    held_up_parallel_map,
    jax_on_a_gpu,
    late_accelerator,
    shuffle_that_fills,
    two_maps_share_a_pool,
    with_gpu,
)


def words(trace: Simulated) -> str:
    return "\n".join(story(trace).sentences)


def story(trace: Simulated) -> Story:
    told = tell(trace.capture())
    assert told.doubts == ()
    return told


def test_one_slow_file_among_200_is_named() -> None:
    said = words(files_read_one_by_one())
    assert "waited mostly for TFRecord" in said
    assert "in step 13, was for a single slow file in TFRecord" in said
    assert "took 300 ms, usually 0.300 ms" in said


def test_files_that_are_all_alike_are_no_single_slow_one() -> None:
    said = words(files_read_one_by_one(slow=-1))
    assert "The model waited in 20 of 20 steps, 3.10 ms a step on average" in said
    assert "slow file" not in said


def test_a_shuffle_that_fills_is_named_with_what_it_took() -> None:
    said = words(shuffle_that_fills())
    assert "waited mostly for Shuffle" in said
    assert "Shuffle filled its buffer: one call took 500 elements" in said
    assert "waited 200 ms for that" in said


def test_an_element_that_holds_up_an_ordered_map_is_named() -> None:
    said = words(held_up_parallel_map())
    assert "waited mostly for ParallelMapV2" in said
    assert "held up the order of ParallelMapV2: its function took 90.0 ms, usually 4.0" in said
    assert "deterministic=False" in said


def test_a_wait_for_what_began_before_the_trace_is_still_laid_to_its_stage() -> None:
    said = words(held_up_parallel_map(held=0, seen=False))
    assert "It waited mostly for ParallelMapV2" in said
    assert "What ParallelMapV2 did in the longest wait, 89.2 ms in step 0, began before" in said


def test_a_parallel_map_that_is_slow_throughout_holds_nothing_up() -> None:
    said = words(held_up_parallel_map(held=-1))
    assert "waited mostly for ParallelMapV2" in said
    assert "held up" not in said


def test_a_call_that_waits_for_a_thread_is_laid_to_what_has_the_thread() -> None:
    told = story(two_maps_share_a_pool())
    stage, spent_s = told.waits.ranked[0]
    # The work that ended last is the outer map's; its thread was taken by the inner one's.
    assert stage.key == "Root/ParallelMapV2/ParallelMapV2"
    assert spent_s > 0.8 * told.waits.wait_s


def test_a_late_accelerator_is_named() -> None:
    said = words(late_accelerator())
    assert "The model waited in none of 20 steps: input is not the limit" in said
    assert "(the accelerator is late)" in said
    assert "trains for 40.0 ms" in said
    assert "Stream" not in said


def test_shares_are_of_all_the_time_that_between_steps_included() -> None:
    trace, at = Simulated(), 0.0
    for number in range(11):
        trace.step(number, at, 3.0, 1.0)
        at += 10.0
    # Ten times 10 ms, and the last step.
    assert "in 11 of 11 steps, 3.00 ms a step on average, 32 % of the time" in words(trace)


def test_the_host_is_named_where_most_time_passes_between_steps() -> None:
    trace, at = Simulated(), 0.0
    for number in range(11):
        trace.step(number, at, 0.1, 2.0)
        at += 12.1
    said = words(trace)
    assert "The host is the limit: the time between steps" in said
    assert "is 10.0 ms on average, 81 % of the time; a step trains for 2.00 ms" in said
    assert "The train step is the limit" not in said


def test_one_late_train_step_is_told_from_a_late_batch() -> None:
    trace, at = Simulated(), 0.0
    for number in range(10):
        at = trace.step(number, at, 0.2, 400.0 if number == 7 else 5.0)
    assert "Step 7 trained for 400 ms, usually 5.0" in words(trace)


def test_the_gpu_is_idle_where_no_kernel_runs_on_any_stream() -> None:
    told = story(with_gpu())
    (use,) = told.devices
    assert abs(use.idle_percent - 60.0) < 0.5
    assert abs(use.busy_s - 0.04) < 1e-6
    # Half of each copy lies over a kernel.
    assert abs(use.overlapped_s / use.copy_s - 0.5) < 0.01
    said = "\n".join(told.sentences)
    assert "/device:GPU:0 was idle 60.0 % of the time (from a trace of 10 steps)" in said
    assert "50 % of that lay over kernels, the rest where none ran" in said
    assert "It first starved in step 0" in said
    assert "while the training waited for input" in said


def counted_by_hand(capture: Capture, begin_s: float, end_s: float) -> float:
    """Idle time in percent, microsecond by microsecond."""
    busy = np.zeros(round((end_s - begin_s) * 1e6), bool)
    for track in capture.devices:
        for name, start_s, stop_s in zip(track.name_index, track.start_s, track.end_s, strict=True):
            if not capture.names[name].startswith("Memcpy"):
                busy[round((start_s - begin_s) * 1e6) : round((stop_s - begin_s) * 1e6)] = True
    return 100.0 * float(1.0 - busy.mean())


@pytest.mark.parametrize("kernel", [0.2, 0.7, 1.9])
def test_the_idle_time_of_a_jax_program_is_what_one_counts_by_hand(
    kernel: float, tmp_path: Path
) -> None:
    trace = jax_on_a_gpu(kernel=kernel).capture()
    chrome = tmp_path / "perfetto_trace.json.gz"
    save_chrome(trace, chrome)
    for capture in (trace, open_trace(chrome)):
        (use,) = tell(capture).devices
        steps = tell(capture).waits.steps.all
        by_hand = counted_by_hand(capture, steps[0].start_s, steps[-1].end_s)
        assert use.idle_percent == pytest.approx(by_hand, abs=0.5)
        # Half of the second kernel lies over the first: 2.5 kernels of 10 ms.
        assert use.idle_percent == pytest.approx(100 - 25 * kernel, abs=1.0)
        assert use.overlapped_s == pytest.approx(use.copy_s)
        assert use.starved is not None
        assert use.starved.step == 0


def test_kernels_of_a_host_that_runs_ahead_count_to_their_end() -> None:
    capture = jax_on_a_gpu(period=1.0, kernel=0.5, ahead=40.0).capture()
    told = tell(capture)
    (use,) = told.devices
    assert use.queued_s == pytest.approx(0.040, abs=0.004)
    steps = told.waits.steps.all
    end_s = steps[-1].end_s + use.queued_s
    assert use.idle_percent == pytest.approx(
        counted_by_hand(capture, steps[0].start_s, end_s), abs=0.5
    )
    said = " ".join(told.sentences)
    assert "more after the last step was over on the host" in said
    assert "% of a step" not in said


def test_batches_of_one_execution_are_steps_of_their_own() -> None:
    trace, at = Simulated(), 1.0
    for execution in range(4):
        at = trace.execution(1 + 5 * execution, at, [3.0, 1.0, 1.0, 1.0, 2.0], 2.0) + 0.5
    told = tell(trace.capture())
    steps = told.waits.steps.all
    assert [step.number for step in steps] == list(range(1, 21))
    assert [1000 * step.wait_s for step in steps[:5]] == pytest.approx([3, 1, 1, 1, 2])
    assert told.sentences[0].startswith("The model waited in 20 of 20 steps, 1.60 ms")


def test_steps_without_marks_reach_from_request_to_request() -> None:
    trace, at = Simulated(), 0.0
    for _ in range(6):
        trace.add("thread", "IteratorGetNextOp::DoCompute", at, 8.0)
        trace.add("thread", "Iterator::Root", at, 8.0)
        trace.add("thread", "Iterator::Root::Map", at + 0.1, 7.8)
        at += 10.0
    said = words(trace)
    assert "No step is marked in this trace" in said
    assert "The model waited in 5 of 5 steps, 8.00 ms a step on average, 80 % of the time" in said
    assert "waited mostly for Map" in said


def test_steps_of_a_program_without_tf_data_are_told_as_such() -> None:
    trace = Simulated()
    for number in range(5):
        trace.add("python", "train_step", 10.0 * number, 9.0, step_num=number, _r=1)
    said = words(trace)
    assert "5 steps of 9.00 ms on average" in said
    assert "how long they wait for input cannot be told" in said


def test_a_trace_without_steps_says_so() -> None:
    trace = Simulated()
    trace.add("python", "something", 0.0, 1.0)
    assert "There is no step of a training in this trace" in words(trace)
