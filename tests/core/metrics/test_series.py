"""Series for plots: bins that cover the run without a hole."""

from __future__ import annotations

import numpy as np
import pytest

from core.metrics.accounting import account
from core.metrics.series import epochs_at, series
from core.model.measured.samples import Samples
from tests.builders import even_samples, random_samples


@pytest.mark.parametrize("seed", range(30))
def test_bins_follow_each_other_from_the_first_request_to_the_last_step(seed: int) -> None:
    samples = random_samples(seed)
    found = series(samples, max_bins=50, min_bin_s=0.05)
    assert found.start_s[0] == samples.asked_s[0]
    assert found.end_s[-1] == samples.done_s[-1]
    np.testing.assert_array_equal(found.start_s[1:], found.end_s[:-1])
    assert np.all(np.diff(found.step) > 0)
    assert found.step[-1] == samples.steps
    assert len(found.step) <= 50


@pytest.mark.parametrize("seed", range(30))
def test_bins_put_together_give_the_account_of_the_whole_run(seed: int) -> None:
    samples = random_samples(seed)
    whole = account(samples, 0, samples.steps)
    assert whole is not None
    found = series(samples, min_bin_s=0.05)
    length = np.maximum(found.end_s - found.start_s, 1e-9)
    for percent, seconds in (
        (found.input_wait_percent, whole.input_wait_s),
        (found.host_percent, whole.host_s),
        (found.epoch_turnaround_percent, whole.epoch_turnaround_s),
    ):
        assert (percent * length / 100).sum() == pytest.approx(seconds, abs=1e-9)
    assert (found.examples_per_s * length).sum() == pytest.approx(whole.examples)


@pytest.mark.parametrize("seed", range(30))
def test_with_finer_bins_in_a_part_the_whole_account_stays_the_same(seed: int) -> None:
    samples = random_samples(seed)
    rng = np.random.default_rng(seed)
    first, stop = sorted(rng.integers(-3, samples.steps + 4, 2).tolist())
    whole = account(samples, 0, samples.steps)
    assert whole is not None
    found = series(samples, max_bins=20, min_bin_s=0.05, within=(first, stop))
    assert found.start_s[0] == samples.asked_s[0]
    assert found.step[-1] == samples.steps
    assert np.all(np.diff(found.step) > 0)
    assert len(found.step) <= 4 * 20 + 1
    length = np.maximum(found.end_s - found.start_s, 1e-9)
    waited = (found.input_wait_percent * length / 100).sum()
    assert waited == pytest.approx(whole.input_wait_s, abs=1e-9)
    assert (found.examples_per_s * length).sum() == pytest.approx(whole.examples)


def test_a_run_that_is_even_has_even_bins() -> None:
    found = series(even_samples(400, 1), min_bin_s=0.5)
    assert len(found.step) > 10
    assert found.idle_percent[:-1] == pytest.approx(100 * 0.035 / 0.045)
    assert found.examples_per_s[:-1] == pytest.approx(32 / 0.045)


def test_a_run_without_steps_has_no_bins() -> None:
    found = series(Samples.empty())
    assert len(found.step) == len(found.idle_percent) == 0


def test_steps_are_counted_in_epochs() -> None:
    samples = even_samples(40, 4)
    np.testing.assert_allclose(
        epochs_at(samples, np.array([0, 5, 10, 25, 40])), [0, 0.5, 1, 2.5, 4]
    )


def test_the_epoch_under_way_counts_as_long_as_the_first() -> None:
    samples = even_samples(40, 1)
    begun = Samples(**{**vars(samples), "epoch_starts": np.array([0, 30])})
    assert epochs_at(begun, np.array([40]))[0] == pytest.approx(1 + 10 / 30)
