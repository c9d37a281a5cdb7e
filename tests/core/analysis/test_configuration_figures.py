"""Means, intervals, causes and losses of a configuration."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.analysis.doubts.losses import losses
from core.analysis.numbers.means import mean_of, spread
from core.analysis.stages.idle_causes import idle_causes
from core.metrics.catalogue import metric
from tests.builders import random_samples, run_of
from tests.experiments import failed

THROUGHPUT = metric("throughput_examples_per_s")


def test_the_interval_is_students_t_and_needs_two_values() -> None:
    assert spread([]) is None
    one = spread([5.0])
    assert one is not None
    assert (one.mean, one.low, one.high, one.count) == (5.0, None, None, 1)
    three = spread([9.0, 10.0, 11.0])
    assert three is not None
    assert three.low is not None
    assert three.high is not None
    # 4.3027 is the quantile of t with 2 degrees of freedom.
    assert three.high - three.mean == pytest.approx(4.3027 / 3**0.5, rel=1e-4)
    wild = spread([1.0, 100.0])
    assert wild is not None
    assert wild.low == 0.0


def test_a_mean_is_over_the_runs_that_have_the_figure_and_says_what_was_emulated() -> None:
    runs = [run_of(), run_of(emulations=("emulated storage",)), failed(run_of())]
    found = mean_of(THROUGHPUT, runs)
    assert found.value == pytest.approx(THROUGHPUT.of(runs[0]).value)
    assert found.emulated == ("emulated storage",)
    assert mean_of(THROUGHPUT, runs[2:]).text() == "not measured (no step was trained)"
    assert mean_of(THROUGHPUT, []).text() == "not measured (no run was done)"


@pytest.mark.parametrize("seed", range(10))
def test_causes_add_up_to_idle(seed: int) -> None:
    runs = [run_of(random_samples(seed + 100 * one), number=one) for one in range(4)]
    found = idle_causes("A", [*runs, failed(run_of(number=9))])
    values = [cause.value for cause in found.causes]
    if found.idle.value is None:
        assert values == [None] * 3
    else:
        assert sum(value or 0.0 for value in values) == pytest.approx(found.idle.value)


def test_on_a_gpu_idle_is_not_measured_and_says_why() -> None:
    found = idle_causes("A", [run_of(values={"fit.device": "gpu:0"})])
    assert found.idle.text() == "not measured (on a GPU the loop only sees steps being queued)"


def test_a_mean_loss_is_given_only_where_every_run_has_one() -> None:
    long = replace(run_of(), epoch_losses=(2.0, 1.0, 0.5))
    short = replace(run_of(), epoch_losses=(4.0, float("nan")))
    found = losses("A", [long, short])
    assert found.mean == (3.0, None, None)
    assert found.runs == ((2.0, 1.0, 0.5), (4.0, None))
    assert losses("A", []).mean == ()
