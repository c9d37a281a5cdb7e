"""Running sums say the same as adding up the steps."""

from __future__ import annotations

import numpy as np
import pytest

from core.model.measured.samples import SampleBuffer, Samples
from core.model.measured.totals import BLOCK
from tests.builders import random_samples


def long_samples(steps: int, seed: int = 0) -> Samples:
    rng = np.random.default_rng(seed)
    asked, ready, done = np.cumsum(rng.exponential(0.01, (steps, 3))).reshape(steps, 3).T
    none = np.empty(0, np.int64)
    examples = rng.integers(1, 65, steps)
    return Samples(asked, ready, done, examples, np.array([0]), none, np.empty(0))


def added_up(samples: Samples, count: int) -> tuple[float, float, float, int]:
    asked_s, ready_s, done_s = samples.asked_s, samples.ready_s, samples.done_s
    gaps_s = asked_s[1:] - done_s[:-1]
    return (
        float((ready_s - asked_s)[:count].sum()),
        float((done_s - ready_s)[:count].sum()),
        float(gaps_s[:count].sum()),
        int(samples.examples[:count].sum()),
    )


def assert_sums(samples: Samples, counts: np.ndarray) -> None:
    found = samples.sums(counts)
    for place, count in enumerate(counts):
        sums = (found.input_wait_s, found.device_busy_s, found.gap_s, found.examples)
        expected = pytest.approx(added_up(samples, int(count)), abs=1e-9)
        assert tuple(part[place] for part in sums) == expected


@pytest.mark.parametrize("steps", [1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 5 * BLOCK, 1000, 40_000])
def test_sums_are_those_of_the_steps(steps: int) -> None:
    samples = long_samples(steps)
    some = np.random.default_rng(1).integers(0, steps + 1, 30)
    assert_sums(samples, np.append(some, [0, 1, steps - 1, steps]))


@pytest.mark.parametrize("seed", range(10))
def test_sums_that_grew_along_with_a_run_are_those_of_its_steps(seed: int) -> None:
    samples = long_samples(3000, seed)
    table = np.stack([samples.asked_s, samples.ready_s, samples.done_s], axis=1)
    rng = np.random.default_rng(seed)
    buffer, start = SampleBuffer(), 0
    while start < samples.steps:
        stop = min(start + int(rng.integers(1, 300)), samples.steps)
        buffer.add_steps(table[start:stop], samples.examples[start:stop])
        start = stop
    assert_sums(buffer.samples(), rng.integers(0, 3001, 40))


def test_what_was_taken_of_a_run_under_way_stays_as_it_was() -> None:
    samples = long_samples(4000)
    table = np.stack([samples.asked_s, samples.ready_s, samples.done_s], axis=1)
    buffer = SampleBuffer()
    buffer.add_steps(table[:700], samples.examples[:700])
    before = buffer.samples()
    buffer.add_steps(table[700:], samples.examples[700:])
    assert_sums(before, np.arange(690, 701))
    assert_sums(buffer.samples(), np.arange(690, 711))


def test_without_a_step_there_is_nothing_to_sum_up() -> None:
    assert Samples.empty().sums(np.array([0])).examples.tolist() == [0]


def test_short_runs_of_any_shape_are_summed_up_too() -> None:
    for seed in range(10):
        samples = random_samples(seed)
        assert_sums(samples, np.arange(samples.steps + 1))
