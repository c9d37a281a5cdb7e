"""What holds for every metric."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from core.metrics.catalogue import METRICS
from core.metrics.metric import Metric
from core.model.chain import recorded
from core.model.measured.ceilings import Ceilings
from core.model.plan import RunPlan
from core.model.recording import Recording
from core.model.run import Run, RunState
from tests.gui.scripted import whole_run


def run_on(device: str) -> Run:
    recording = Recording(Run(RunPlan("augmented", recorded({"fit.device": device}), "")))
    for event in whole_run(gpus=("recorded GPU",)):
        recording.handle(event)
    return replace(recording.run(), ceilings=Ceilings(2000.0, 1000.0))


@pytest.fixture(params=METRICS, ids=lambda one: one.key)
def metric(request: pytest.FixtureRequest) -> Metric:
    found = request.param
    assert isinstance(found, Metric)
    return found


def test_its_key_ends_in_its_unit(metric: Metric) -> None:
    endings = {"examples/s": "examples_per_s", "%": "percent", "s": "_s(_per_step)?", "": ""}
    endings |= {"cores": "_cores", "MB": "_mb", "MB/s": "_mb_per_s"}
    assert re.search(endings[metric.unit] + "$", metric.key)


def test_it_has_a_label_a_definition_and_a_source(metric: Metric) -> None:
    assert metric.label
    assert metric.help.endswith(".")
    assert metric.source


def test_a_run_that_went_through_has_it(metric: Metric) -> None:
    found = metric.of(run_on("emulated:20"))
    assert found.value is not None
    assert found.unit == metric.unit
    assert metric.unit in found.text()


def test_it_says_that_the_accelerator_was_emulated(metric: Metric) -> None:
    assert "emulated accelerator 20 ms" in metric.of(run_on("emulated:20")).provenance()


def test_a_run_that_measured_nothing_has_a_reason_and_never_a_zero(metric: Metric) -> None:
    nothing = Run(RunPlan("augmented", recorded({"fit.device": "cpu"}), ""), state=RunState.FAILED)
    found = metric.of(nothing)
    assert found.value is None
    assert found.reason
    assert found.text().startswith("not measured (")


def test_what_the_loop_cannot_see_of_a_gpu_is_not_measured(metric: Metric) -> None:
    run = run_on("gpu:0")
    run = replace(run, plan=RunPlan("augmented", recorded({"fit.device": "gpu:0"}), ""))
    seen = {
        "throughput_examples_per_s",
        "input_wait_percent",
        "input_wait_s_per_step",
        "time_to_first_batch_s",
        "final_loss",
        "wall_s",
        "share_of_ceiling_percent",
        "gpu_idle_percent",
        "cpu_in_use_cores",
        "peak_memory_mb",
        "memory_taken_mb",
        "disk_read_mb_per_s",
    }
    assert (metric.of(run).value is not None) is (metric.key in seen)
