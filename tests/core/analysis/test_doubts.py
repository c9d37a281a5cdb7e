from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.analysis.doubts.catalogue import doubts
from core.metrics.catalogue import metric
from core.model.measured.ceilings import Ceilings
from core.model.measured.samples import ClockJump
from core.model.plan import PROCESS
from core.model.run import Run, RunState
from tests.builders import even_samples, known_settings, prepared, run_of, with_readings


def run_with(steps: int = 200, epochs: int = 1, **of_prepared: object) -> Run:
    made = replace(prepared(warm_up_steps=10), **of_prepared)  # type: ignore[arg-type]
    return replace(run_of(even_samples(steps, epochs)), prepared=made, state=RunState.DONE)


def keys(run: Run) -> list[str]:
    return [doubt.key for doubt in doubts(run)]


def test_a_long_even_run_leaves_no_doubt() -> None:
    assert keys(run_with()) == []


def test_few_steady_steps_are_doubtful() -> None:
    assert keys(run_with(steps=30)) == ["few_steps"]


@pytest.mark.parametrize(("factor", "doubtful"), [(1.05, False), (2.0, True), (0.5, True)])
def test_throughput_that_drifts_is_doubtful(factor: float, doubtful: bool) -> None:
    run = run_with()
    samples = run.samples
    pace = np.where(np.arange(200) < 105, 1.0, factor) * 0.05
    asked = np.cumsum(pace) - pace
    slow = replace(samples, asked_s=asked, ready_s=asked + 0.01, done_s=asked + 0.9 * pace)
    assert ("drift" in keys(replace(run, samples=slow))) is doubtful


@pytest.mark.parametrize(
    ("jumps", "said"),
    [
        (((40, -3600.0),), "was set back by 3\N{NARROW NO-BREAK SPACE}600 s during step 41."),
        (((40, 0.5),), "jumped ahead by 0.500 s during step 41: it was set, or the machine slept."),
        (((40, -2.0), (41, 2.0)), "set back by 2.00 s during step 41, and 1 time more after that."),
    ],
)
def test_a_clock_that_was_set_while_it_ran_is_told_with_the_step(
    jumps: tuple[tuple[int, float], ...], said: str
) -> None:
    run = replace(run_with(), clock_jumps=tuple(ClockJump(*jump) for jump in jumps))
    (doubt,) = doubts(run)
    assert doubt.key == "clock_jumped"
    assert said in doubt.text


def test_a_python_function_is_named_with_its_stage() -> None:
    run = run_with(python_stages=("map",))
    (doubt,) = doubts(run)
    assert doubt.key == "python_function"
    assert "in map" in doubt.text
    assert "GIL" in doubt.text
    isolated = replace(run, plan=replace(run.plan, engine=PROCESS))
    assert doubts(isolated) == ()


@pytest.mark.parametrize(
    ("epochs", "of_prepared", "doubtful"),
    [
        (1, {"warm_up_epochs": 1}, True),
        (3, {"warm_up_epochs": 1}, False),
        (2, {"warm_up_pass_steps": 400}, True),
        (2, {"warm_up_pass_steps": 50}, False),
    ],
)
def test_a_cache_that_was_never_filled_is_doubtful(
    epochs: int, of_prepared: dict[str, object], doubtful: bool
) -> None:
    assert ("cache_not_filled" in keys(run_with(epochs=epochs, **of_prepared))) is doubtful


@pytest.mark.parametrize(("buffer", "doubtful"), [(6400, False), (5000, True), ("off", True)])
def test_a_cache_that_a_shuffle_draws_whole_at_the_first_batch_is_filled(
    buffer: object, doubtful: bool
) -> None:
    run = run_with(warm_up_epochs=1, steps_per_epoch=200)
    values = {"cache.where": "memory", "shuffle.buffer_size": buffer, "batch.batch_size": 32}
    run = replace(
        run,
        plan=replace(run.plan, workload="in_memory", settings=known_settings("in_memory", values)),
    )
    assert ("cache_not_filled" in keys(run)) is doubtful


def test_a_performance_model_that_says_otherwise_is_doubtful() -> None:
    # The loop waits 30 ms of 45; by the gaps the model was away for 33 of 45 and waited for 12.
    run = with_readings(run_with(), gap_s=0.033)
    (doubt,) = doubts(replace(run, prepared=prepared(emulations=("emulated accelerator 10 ms",))))
    assert doubt.key == "model_disagrees"
    assert "26.7 % of the time (performance model, emulated accelerator 10 ms)" in doubt.text
    assert "66.7 % (timed in the loop, emulated accelerator 10 ms)" in doubt.text


@pytest.mark.parametrize("gap_s", [0.0145, 0.015, 0.0165])
def test_a_performance_model_that_says_nearly_the_same_is_not(gap_s: float) -> None:
    assert keys(with_readings(run_with(), gap_s)) == []


def test_the_hand_over_of_a_batch_is_no_disagreement() -> None:
    """It is most of a short wait, and the performance model cannot see it."""
    quick = even_samples(200, 1, wait_s=0.0008, busy_s=0.001, host_s=0.0002)
    run = with_readings(replace(run_with(), samples=quick), gap_s=0.0019)
    assert keys(run) == []


@pytest.mark.parametrize(("rows", "doubtful"), [(32, False), (64, True), (5, False)])
def test_more_rows_than_a_batch_has_examples_are_told_of(rows: int, doubtful: bool) -> None:
    said = [
        doubt.text for doubt in doubts(run_of(even_samples(batch=rows))) if doubt.key == "more_rows"
    ]
    assert bool(said) is doubtful
    assert all("up to 64 rows, although its batch has 32 examples" in text for text in said)


@pytest.mark.parametrize("state", [RunState.STOPPED, RunState.FAILED, RunState.INTERRUPTED])
def test_a_run_that_ended_early_says_so(state: RunState) -> None:
    assert keys(replace(run_with(), state=state)) == ["ended_early"]


def test_a_run_under_way_or_without_steps_is_not_judged() -> None:
    assert keys(replace(run_with(steps=5), state=RunState.RUNNING)) == []
    assert keys(replace(run_with(), samples=even_samples(0, 0), state=RunState.FAILED)) == []


def test_every_doubt_is_a_sentence() -> None:
    run = replace(run_with(steps=20, python_stages=("map",)), state=RunState.STOPPED)
    assert len(doubts(run)) == 3
    assert all(doubt.text.endswith(".") for doubt in doubts(run))


def with_times(run: Run, wait_s: np.ndarray, busy_s: np.ndarray) -> Run:
    """The same run, its steps taking these times."""
    asked = np.append(0.0, np.cumsum(wait_s + busy_s + 0.001))[: len(wait_s)]
    times = {"asked_s": asked, "ready_s": asked + wait_s, "done_s": asked + wait_s + busy_s}
    return replace(run, samples=replace(run.samples, **times))


def test_one_step_that_takes_a_good_part_of_the_time_is_told_of_and_is_no_drift() -> None:
    run = run_with()
    busy = np.full(200, 0.01)
    busy[-1] = 5.0
    long = with_times(run, np.full(200, 0.001), busy)
    examples = long.samples.examples.copy()
    examples[-1] = 16
    long = replace(long, samples=replace(long.samples, examples=examples))
    (doubt,) = doubts(long)
    assert doubt.key == "long_step"
    assert "5.00 s, 69 % of the steady part" in doubt.text
    assert "16 examples instead of 32" in doubt.text


def test_a_fill_that_a_single_epoch_leaves_out_is_told_of() -> None:
    wait = np.full(200, 0.001)
    wait[0] = 3.0
    run = with_times(run_with(), wait, np.full(200, 0.01))
    (doubt,) = doubts(run)
    assert doubt.key == "fill_left_out"
    assert "3.00 of 5.40 s" in doubt.text
    assert "every epoch" in doubt.text


def test_a_run_above_its_ceiling_is_told_of() -> None:
    run = run_with()
    throughput = metric("throughput_examples_per_s").of(run).value
    assert throughput is not None
    near = replace(run, ceilings=Ceilings(9000.0, throughput / 1.05))
    above = replace(run, ceilings=Ceilings(9000.0, throughput / 1.31))
    assert keys(near) == []
    (doubt,) = doubts(above)
    assert doubt.key == "above_ceiling"
    assert "131 %" in doubt.text


@pytest.mark.parametrize(
    ("lengths", "state", "said"),
    [
        ((40, 10, 40, 10), RunState.DONE, "2 of 4 epochs ended early because the data ran out"),
        ((40, 10, 40, 10), RunState.STOPPED, "1 of 4 epochs ended early"),
        ((20,), RunState.DONE, "The epoch ended early because the data ran out: 20 steps, not 40."),
        ((40, 40, 7), RunState.STOPPED, ""),
        ((40, 40), RunState.DONE, ""),
    ],
)
def test_epochs_that_end_before_their_steps_say_that_the_data_ran_out(
    lengths: tuple[int, ...], state: RunState, said: str
) -> None:
    run = run_with(steps=sum(lengths), steps_per_epoch=40)
    starts = np.cumsum([0, *lengths[:-1]])
    run = replace(
        run,
        state=state,
        samples=replace(run.samples, epoch_starts=starts),
        plan=replace(run.plan, settings=run.plan.settings.with_values({"fit.steps_per_epoch": 40})),
    )
    texts = [doubt.text for doubt in doubts(run) if doubt.key == "data_ran_out"]
    assert [said in text for text in texts] == [True] * bool(said)
    if said and len(lengths) > 1:
        assert "40 + 10 + 40 + 10 = 100 steps, not 4 x 40 = 160" in texts[0]
    # The length of an epoch of all the data is only expected.
    whole = replace(
        run.plan, settings=run.plan.settings.with_values({"fit.steps_per_epoch": "all"})
    )
    assert "data_ran_out" not in keys(replace(run, plan=whole))
