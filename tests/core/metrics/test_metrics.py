"""What metrics say of runs from which they cannot be had."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.metrics.catalogue import METRICS, metric
from core.metrics.gpu_idle import idle_of_each
from core.metrics.metric import Metric
from core.model.measured.ceilings import Ceilings
from core.model.measured.resources import Resources
from core.model.measured.samples import Samples
from tests.builders import even_samples, recorded_resources, run_of


def test_keys_are_unique_and_found_again() -> None:
    assert len({one.key for one in METRICS}) == len(METRICS)
    assert all(metric(one.key) is one for one in METRICS)


@pytest.mark.parametrize("one", METRICS, ids=lambda one: one.key)
def test_a_run_without_a_step_has_reasons_in_place_of_figures(one: Metric) -> None:
    run = replace(
        run_of(Samples.empty()),
        epoch_losses=(),
        fit_wall_s=None,
        time_to_first_batch_s=None,
        resources=Resources(),
    )
    found = metric(one.key).of(run)
    assert found.value is None
    assert found.reason


def test_a_model_without_a_metric_named_loss_has_epochs_and_no_loss() -> None:
    run = replace(run_of(even_samples(4)), epoch_losses=(None, None))
    assert metric("final_loss").of(run).reason == "the model reports no metric named loss"


def test_each_of_several_gpus_has_its_own_idle_time() -> None:
    run = run_of(values={"fit.device": "gpu:0"})
    assert idle_of_each(replace(run, resources=recorded_resources(gpus=("A",)))) == ""
    several = replace(run, resources=recorded_resources(gpus=("A", "B")))
    assert idle_of_each(several) == "GPU idle of each (NVML): GPU 0 (A) 70.0 %, GPU 1 (B) 70.0 %."


def test_on_a_gpu_the_loop_does_not_claim_to_know_how_busy_the_device_was() -> None:
    run = run_of(values={"fit.device": "gpu:0"})
    assert metric("device_idle_percent").of(run).value is None
    assert "GPU" in metric("device_busy_s_per_step").of(run).reason
    assert metric("throughput_examples_per_s").of(run).value is not None
    assert metric("input_wait_percent").of(run).value is not None


@pytest.mark.parametrize("one", METRICS, ids=lambda one: one.key)
def test_every_figure_of_an_emulated_run_says_so(one: Metric) -> None:
    run = run_of(emulations=("emulated accelerator 20 ms",))
    run = replace(
        run,
        resources=recorded_resources(gpus=("recorded GPU",)),
        ceilings=Ceilings(2000.0, 1000.0),
    )
    found = metric(one.key).of(run)
    assert found.emulated == ("emulated accelerator 20 ms",)


def test_throughput_leaves_the_warm_up_out() -> None:
    samples = even_samples(40, 1)
    before = np.append(5.0, np.zeros(39))
    slow_start = Samples(**{**vars(samples), "asked_s": samples.asked_s - before})
    figures = [
        metric("throughput_examples_per_s").of(run_of(one)).value for one in (samples, slow_start)
    ]
    assert figures[0] == figures[1]


def test_the_final_loss_is_that_of_the_last_epoch_that_has_one() -> None:
    assert metric("final_loss").of(run_of()).value == 1.25
    cut_short = replace(run_of(), epoch_losses=(2.0, None))
    assert metric("final_loss").of(cut_short).value == 2.0
