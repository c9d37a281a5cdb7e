"""Every second of the loop is accounted for, once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.metrics.accounting import account, steady_account, steady_start, turnarounds
from core.metrics.catalogue import metric
from core.model.chain import recorded
from core.model.measured.resources import ResourceBuffer, ResourceReading, ResourcesAbout
from core.model.measured.samples import Samples
from core.model.plan import RunPlan
from core.model.run import Prepared, Run
from tests.builders import even_samples, prepared, random_samples, run_of


def start_of(samples: Samples, known: Prepared | None) -> int:
    """Where the steady part of these samples begins."""
    run = Run(RunPlan("w", recorded({"fit.device": "cpu"}), ""), prepared=known, samples=samples)
    return steady_start(run)


@pytest.mark.parametrize("seed", range(40))
def test_wait_busy_host_and_turnaround_add_up_to_the_wall_time(seed: int) -> None:
    samples = random_samples(seed)
    rng = np.random.default_rng(seed)
    start, stop = sorted(rng.integers(0, samples.steps + 1, 2).tolist())
    found = account(samples, start, stop)
    if found is None:
        assert start == stop
        return
    parts = (found.input_wait_s, found.device_busy_s, found.host_s, found.epoch_turnaround_s)
    assert sum(parts) == pytest.approx(found.wall_s, abs=1e-9)
    assert min(parts) >= -1e-9
    assert (found.steps, found.examples) == (stop - start, samples.examples[start:stop].sum())


@pytest.mark.parametrize("seed", range(20))
def test_the_causes_of_idleness_add_up_to_it(seed: int) -> None:
    run = run_of(random_samples(seed))
    causes = ("input_wait_percent", "host_percent", "epoch_turnaround_percent")
    figures = [metric(key).of(run).value for key in (*causes, "device_idle_percent")]
    if None in figures:
        assert set(figures) == {None}
        return
    *parts, idle = figures
    assert sum(part for part in parts if part is not None) == pytest.approx(idle)
    assert idle is not None
    assert -1e-6 <= idle <= 100 + 1e-6


def test_each_part_is_what_it_is_called() -> None:
    samples = even_samples(10, 2, wait_s=0.3, busy_s=0.1, host_s=0.05, turnaround_s=1.0, batch=8)
    found = account(samples, 0, 10)
    assert found is not None
    assert found.input_wait_s == pytest.approx(3.0)
    assert found.device_busy_s == pytest.approx(1.0)
    assert found.host_s == pytest.approx(8 * 0.05)
    assert found.epoch_turnaround_s == pytest.approx(1.0)
    assert found.examples == 80
    assert found.idle_percent == pytest.approx(100 * (1 - 1.0 / found.wall_s))


@pytest.mark.parametrize("seed", range(10))
def test_turnaround_is_the_gap_after_each_epoch_that_has_a_step_after_it(seed: int) -> None:
    samples = random_samples(seed)
    last, seconds = turnarounds(samples, 0, samples.steps)
    expected = sorted({int(start) - 1 for start in samples.epoch_starts} - {-1})
    expected = [index for index in expected if index < samples.steps - 1]
    assert last.tolist() == expected
    for index, found in zip(expected, seconds, strict=True):
        assert found == samples.asked_s[index + 1] - samples.done_s[index]


@pytest.mark.parametrize(
    ("steps", "warm_up_steps", "start"),
    [(100, 10, 10), (100, 18, 18), (12, 10, 6), (1, 10, 1), (2, 10, 1), (100, 0, 1)],
)
def test_warm_up_is_the_first_steps_but_at_most_half_of_the_run(
    steps: int, warm_up_steps: int, start: int
) -> None:
    samples = even_samples(steps, 1)
    assert start_of(samples, prepared(warm_up_steps=warm_up_steps)) == start


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_with_too_few_steps_after_warm_up_nothing_is_averaged(steps: int) -> None:
    run = Run(
        RunPlan("w", recorded({"fit.device": "cpu"}), ""), prepared=prepared(warm_up_steps=10)
    )
    assert steady_account(replace(run, samples=even_samples(steps, 1))) is None


@pytest.mark.parametrize(("steps", "start"), [(100, 40), (41, 10), (30, 10)])
def test_where_epochs_are_of_another_length_a_cache_is_filled_by_one_pass_over_the_data(
    steps: int, start: int
) -> None:
    warm_up = replace(prepared(warm_up_steps=10), warm_up_pass_steps=40)
    assert start_of(even_samples(steps, 1), warm_up) == start


@pytest.mark.parametrize(("epochs", "start"), [(1, 10), (2, 50), (5, 20)])
def test_with_a_cache_the_whole_first_epoch_is_warm_up_where_another_follows(
    epochs: int, start: int
) -> None:
    samples = even_samples(100, epochs)
    assert start_of(samples, prepared(warm_up_epochs=1)) == start


def test_an_epoch_that_has_no_step_yet_does_not_end_the_warm_up() -> None:
    whole = even_samples(100, 1)
    begun = Samples(**{**vars(whole), "epoch_starts": np.array([0, 100])})
    assert start_of(begun, prepared(warm_up_epochs=1)) == 10


def test_without_a_step_or_a_pipeline_there_is_no_warm_up() -> None:
    assert start_of(Samples.empty(), prepared()) == 0
    assert start_of(even_samples(), None) == 0
    assert steady_account(run_of(Samples.empty())) is None


def reading_until(stop_s: float, mb_per_s: float = 40.0) -> ResourceBuffer:
    """Reads from the disk up to a moment, and nothing after it."""
    buffer = ResourceBuffer()
    buffer.describe(ResourcesAbout(2, 8e9))
    for at_s in np.arange(0, 10, 0.5):
        read = 1e6 * mb_per_s * min(float(at_s), stop_s)
        buffer.add(ResourceReading(float(at_s), at_s, at_s, 1e9, 4e9, read).row())
    return buffer


@pytest.mark.parametrize(
    ("stop_s", "mb_per_s", "start"),
    # Two epochs of 50 steps, the first 2.3 s long.
    [(2.3, 40.0, 50), (2.3, 1.0, 10), (9.0, 40.0, 10), (0.0, 40.0, 10)],
)
def test_an_epoch_that_read_from_the_disk_what_later_ones_did_not_is_warm_up(
    stop_s: float, mb_per_s: float, start: int
) -> None:
    run = Run(
        RunPlan("w", recorded({"fit.device": "cpu"}), ""),
        prepared=prepared(warm_up_steps=10),
        samples=even_samples(100, 2),
        resources=reading_until(stop_s, mb_per_s).resources(),
    )
    assert steady_start(run) == start


def test_a_second_epoch_that_has_hardly_begun_does_not_judge_the_first() -> None:
    run = Run(
        RunPlan("w", recorded({"fit.device": "cpu"}), ""),
        prepared=prepared(warm_up_steps=10),
        samples=even_samples(100, 2),
        resources=reading_until(2.3).resources(),
    )
    begun = replace(run, samples=first_steps(run.samples, 55))
    assert steady_start(begun) == 10


def first_steps(samples: Samples, count: int) -> Samples:
    """The same run after so many steps."""
    return Samples(
        samples.asked_s[:count],
        samples.ready_s[:count],
        samples.done_s[:count],
        samples.examples[:count],
        samples.epoch_starts,
        samples.loss_steps[:0],
        samples.losses[:0],
    )
