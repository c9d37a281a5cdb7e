"""Figures of selected steps: of the whole stretch, by the account that all figures come from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.metrics.accounting import account
from core.metrics.catalogue import metric
from core.metrics.range_figures import OUTSIDE, RANGE_KINDS, range_figure
from core.metrics.x_axis import XAxis, XRange
from core.model.run import Run
from tests.builders import even_samples, recorded_resources, run_of

WHOLE = XRange(XAxis.STEP, 0.0, 1e6)


@pytest.fixture(scope="module")
def run() -> Run:
    samples = even_samples(100)
    return replace(run_of(samples), resources=recorded_resources(5.0))


def test_a_stretch_of_the_axis_has_whole_steps_and_names_both_ends() -> None:
    assert XRange.between(XAxis.STEP, 119.2, 40.7).words() == "steps 41 to 120"
    assert XRange.between(XAxis.STEP, 7.0, 7.0) == XRange(XAxis.STEP, 7.0, 8.0)
    assert XRange(XAxis.STEP, 7.0, 8.0).words() == "step 8"
    assert XRange.between(XAxis.STEP, -5.0, 3.0).words() == "steps 1 to 3"
    assert XRange.between(XAxis.SECONDS, 1.26, 3.0).words() == "seconds 1.3 to 3.0"


def test_the_same_moments_are_the_same_steps_on_every_axis(run: Run) -> None:
    samples = run.samples
    seconds = XRange(XAxis.SECONDS, float(samples.asked_s[20]) + 1e-6, float(samples.done_s[39]))
    assert seconds.steps(run) == XRange(XAxis.STEP, 20.0, 40.0).steps(run) == (20, 40)
    assert WHOLE.steps(run) == (0, 100)


def test_the_mean_is_that_of_the_account_of_the_stretch(run: Run) -> None:
    of_stretch = account(run.samples, 20, 60)
    assert of_stretch is not None
    stretch = XRange(XAxis.STEP, 20.0, 60.0)
    throughput = range_figure(run, "throughput", stretch)
    assert throughput.mean.value == pytest.approx(of_stretch.examples / of_stretch.wall_s)
    assert throughput.mean.source == metric("throughput_examples_per_s").source
    idle = range_figure(run, "device_idle", stretch)
    assert idle.mean.value == pytest.approx(of_stretch.idle_percent)


def test_percentiles_are_over_single_steps(run: Run) -> None:
    samples = run.samples
    stretch = XRange(XAxis.STEP, 10.0, 30.0)
    ends = np.append(samples.asked_s[11:30], samples.done_s[29])
    rates = samples.examples[10:30] / (ends - samples.asked_s[10:30])
    figure = range_figure(run, "throughput", stretch)
    assert figure.p50.value == pytest.approx(np.percentile(rates, 50))
    assert figure.p95.value == pytest.approx(np.percentile(rates, 95))


@pytest.mark.parametrize("key", RANGE_KINDS)
def test_what_is_not_there_says_why(run: Run, key: str) -> None:
    beyond = range_figure(run, key, XRange(XAxis.STEP, 500.0, 600.0))
    assert beyond.mean.value is None
    assert OUTSIDE in beyond.text()
    figure = range_figure(run, key, WHOLE)
    assert figure.mean.value is not None or figure.mean.reason
