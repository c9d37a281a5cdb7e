"""Which knob mattered, and whether that can be told from noise."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from core.analysis.sweeps.sweep import Point, SweepResult, sweep_result
from core.model.experiment import SweptKnob
from core.model.measured.resources import Resources
from core.model.measured.samples import Samples
from tests.builders import run_of, small_chain, with_throughput

AXES = (SweptKnob("prefetch.buffer_size", ("off", 2)), SweptKnob("batch.batch_size", (16, 32)))
BASE = small_chain().defaults()
RUN = replace(run_of(Samples.empty()), resources=Resources())


def swept(effects: tuple[float, float], noise: float, repeats: int, seed: int = 1) -> SweepResult:
    """A grid of 2 x 2; each effect is a change of log throughput."""
    rng = np.random.default_rng(seed)
    points = []
    for first, second in itertools.product((0, 1), (0, 1)):
        values = {AXES[0].key: AXES[0].values[first], AXES[1].key: AXES[1].values[second]}
        runs = []
        for _ in range(repeats):
            speed = np.exp(first * effects[0] + second * effects[1] + rng.normal(0, noise))
            runs.append(with_throughput(RUN, 640 * speed))
        points.append(Point(BASE.with_values(values), tuple(runs)))
    return sweep_result(AXES, points)


def test_shares_of_a_grid_without_interplay_add_up_to_all_of_it() -> None:
    found = swept((0.4, 0.2), 0.0, 2)
    # Sums of squares go with the squares of the effects: 0.16 and 0.04.
    assert [one.key for one in found.influence] == ["prefetch.buffer_size", "batch.batch_size"]
    assert [one.share for one in found.influence] == pytest.approx([0.8, 0.2], abs=1e-6)
    assert found.sentence.startswith(
        "prefetch.buffer_size mattered most: by itself it explains 80 %"
    )


def test_an_effect_that_repeats_do_not_bear_out_is_not_claimed() -> None:
    found = swept((0.01, 0.0), 0.2, 3)
    assert found.sentence.startswith("No knob makes a measurable difference")


def test_noise_alone_is_seldom_called_an_effect() -> None:
    called = sum(
        any(one.told_from_noise for one in swept((0.0, 0.0), 0.1, 3, seed).influence)
        for seed in range(300)
    )
    assert called / 300 <= 0.05 + 0.035


def test_one_run_of_each_cannot_be_told_from_noise() -> None:
    found = swept((0.4, 0.2), 0.01, 1)
    assert "nobody knows whether that is a measurable difference" in found.sentence
    assert found.points[0].low is None


def test_alike_configurations_are_said_to_be_alike() -> None:
    assert swept((0.0, 0.0), 0.0005, 2).sentence.startswith("No knob mattered")


def test_the_fastest_comes_first_with_its_interval() -> None:
    found = swept((0.4, 0.2), 0.02, 4)
    first = found.points[0]
    assert (
        first.point.settings["prefetch.buffer_size"],
        first.point.settings["batch.batch_size"],
    ) == (
        2,
        32,
    )
    assert first.low is not None
    assert first.high is not None
    assert first.throughput.value is not None
    assert first.low < first.throughput.value < first.high


def test_shares_over_part_of_a_grid_are_said_to_overlap() -> None:
    whole = swept((0.4, 0.2), 0.0, 2)
    part = sweep_result(AXES, [point.point for point in whole.points[:3]])
    assert not any("no whole grid" in note for note in whole.notes)
    assert any("no whole grid" in note for note in part.notes)


def test_over_part_of_a_grid_no_knob_is_said_to_have_mattered_most() -> None:
    whole = swept((0.4, 0.2), 0.0, 2)
    # Both knobs change together: what one does cannot be told from what the other does.
    diagonal = [one.point for one in (whole.points[0], whole.points[-1])]
    sentence = sweep_result(AXES, diagonal).sentence
    assert "mattered most" not in sentence
    assert "cannot be told apart from what the other knobs did" in sentence


def test_one_configuration_says_nothing_of_the_knobs() -> None:
    found = swept((0.4, 0.2), 0.0, 2)
    sentence = sweep_result(AXES, [found.points[0].point]).sentence
    assert sentence.startswith("Fewer than two configurations were measured")
