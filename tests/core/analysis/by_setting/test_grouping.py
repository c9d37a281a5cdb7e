"""Runs are put together by configuration, and what repeats scatter by comes from them alone."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.analysis.by_setting.grouping import training_of
from core.analysis.numbers.means import mean_of
from core.analysis.sweeps.sweep import Point, sweep_result
from core.metrics.catalogue import metric
from core.model.experiment import SweptKnob
from core.model.run import RunState
from core.model.settings import Settings
from core.statistics import t_quantile
from tests.core.analysis.by_setting.runs import (
    BATCH,
    PREFETCH,
    SHUFFLE,
    grid,
    of_metric,
    run_with,
    throughput,
)

AXES = {PREFETCH: ("off", 2, "autotune"), SHUFFLE: ("off", 1024)}


_NOISE = np.random.default_rng(3)


def noisy(values: dict, repeat: int) -> float:
    return float(100 * (2 if values[PREFETCH] == 2 else 1) * np.exp(_NOISE.normal(0, 0.05)))


def test_each_configuration_has_the_numbers_that_a_sweep_gives_it() -> None:
    candidates = grid(AXES, noisy, 3)
    found = throughput(candidates)
    points = []
    for group in found.groups:
        assert isinstance(group.values, Settings)
        points.append(Point(group.values, group.runs))
    swept = sweep_result([SweptKnob(key, values) for key, values in AXES.items()], points)
    by_settings = {hash(point.point.settings): point for point in swept.points}
    assert len(found.groups) == 6
    for group in found.groups:
        ours, theirs = found.mean((group,)), by_settings[hash(group.values)]
        assert ours.value == pytest.approx(theirs.throughput.value, rel=1e-12)
        assert ours.low == pytest.approx(theirs.low, rel=1e-12)
        assert ours.high == pytest.approx(theirs.high, rel=1e-12)


def test_differences_that_other_knobs_make_do_not_widen_the_interval() -> None:
    axes = {PREFETCH: ("off", 2), SHUFFLE: ("off", 1024)}

    def speed(values: dict, repeat: int) -> float:
        # Shuffle makes it ten times as slow; repeats differ by 2 %.
        return 100.0 * (10 if values[SHUFFLE] == "off" else 1) * (1.01 if repeat else 0.99)

    found = throughput(grid(axes, speed, 2))
    off = [group for group in found.groups if group.values[PREFETCH] == "off"]
    mean = found.mean(off)
    deviation = math.log(1.01 / 0.99) / math.sqrt(2)
    half = t_quantile(0.975, 4) * deviation * math.sqrt(1 / 2 + 1 / 2) / 2
    assert mean.low is not None
    assert mean.high is not None
    assert math.log(mean.high / mean.low) == pytest.approx(2 * half)
    assert mean.value == pytest.approx(math.sqrt(1000 * 100) * math.sqrt(1.01 * 0.99))
    assert (mean.configurations, len(mean.run_ids)) == (2, 4)


def test_a_configuration_that_was_run_more_often_does_not_count_for_more() -> None:
    runs = [run_with({SHUFFLE: "off"}, 100.0) for _ in range(5)]
    found = throughput([*runs, run_with({SHUFFLE: 64}, 400.0)])
    assert found.mean(found.groups).value == pytest.approx(200.0)


def test_the_interval_covers_the_mean_as_often_as_it_says() -> None:
    rng = np.random.default_rng(5)
    covered = 0
    for _ in range(300):
        noise = rng.normal(0, 0.1, (2, 3))
        found = throughput(
            [
                run_with({SHUFFLE: size}, 100 * effect * math.exp(noise[row, repeat]))
                for row, (size, effect) in enumerate((("off", 1.0), (64, 3.0)))
                for repeat in range(3)
            ]
        )
        mean = found.mean(found.groups)
        assert mean.low is not None
        assert mean.high is not None
        covered += mean.low <= 100 * math.sqrt(3) <= mean.high
    # Two standard deviations of a share of 300 are 2.5 %.
    assert 0.92 <= covered / 300 <= 0.98


def test_without_repeats_there_is_no_interval_and_it_says_why() -> None:
    found = throughput(grid(AXES, lambda values, repeat: 100.0))
    assert found.mean(found.groups[:1]).low is None
    assert "no interval" in found.interval_note()


def test_one_repeat_is_too_little_for_an_interval() -> None:
    found = throughput([run_with({}, 100.0), run_with({}, 110.0)])
    assert found.mean(found.groups).low is None
    assert found.interval_note().startswith("Only one repeat so far")


def test_only_rates_are_averaged_by_their_logarithms_as_in_every_table() -> None:
    runs = [run_with({}, 100.0, memory_mb=mb) for mb in (300.0, 500.0)]
    assert throughput(runs).logs
    for key in ("device_idle_percent", "final_loss", "input_wait_s_per_step", "memory_taken_mb"):
        assert not of_metric(runs, key).logs
    memory = of_metric(runs, "memory_taken_mb")
    in_tables = mean_of(metric("memory_taken_mb"), (reading.run for reading in memory.readings))
    assert memory.mean(memory.groups).value == in_tables.value


def test_no_interval_of_a_size_reaches_below_0() -> None:
    runs = [run_with({}, 100.0, memory_mb=mb) for mb in (10.0, 20.0, 900.0)]
    memory = of_metric(runs, "memory_taken_mb")
    mean = memory.mean(memory.groups)
    assert mean.low == 0.0
    assert mean.high is not None
    assert mean.high > 900.0


def test_runs_of_another_environment_are_shown_but_do_not_count() -> None:
    found = throughput([run_with({}, 100.0), run_with({}, 110.0), run_with({}, 500.0, cores=8)])
    assert [reading.excluded_reason for reading in found.readings] == [
        "",
        "",
        "cores 8 instead of 2",
    ]
    assert found.groups[0].figures == pytest.approx((100.0, 110.0))
    assert "not pooled" in found.notes()[0]


def test_stopped_runs_are_shown_but_do_not_count() -> None:
    found = throughput([run_with({}, 100.0), run_with({}, 10.0, state=RunState.STOPPED)])
    assert [reading.excluded_reason for reading in found.readings] == ["", "stopped before its end"]
    assert found.groups[0].figures == pytest.approx((100.0,))
    assert found.notes() == ("1 stopped before the end: shown hollow, not counted.",)


def test_runs_without_the_figure_are_counted_by_reason() -> None:
    candidates = [
        run_with({}, 100.0),
        run_with({}, 100.0, state=RunState.FAILED),
        run_with({}, 100.0, state=RunState.RUNNING),
    ]
    assert throughput(candidates).notes() == ("Left out: 1 failed, 1 still under way.",)
    memory = of_metric([run_with({}, 100.0), run_with({}, 100.0, memory_mb=500)], "peak_memory_mb")
    assert memory.notes()[0].startswith("Left out: 1 not measured (")


def test_it_says_what_was_emulated() -> None:
    found = throughput([run_with({}, 100.0, emulations=("emulated accelerator 20 ms",))])
    assert found.source == "timed in the loop, emulated accelerator 20 ms"


def test_it_says_where_the_training_differs() -> None:
    same = throughput([run_with({PREFETCH: 2}, 100.0), run_with({PREFETCH: 4}, 100.0)])
    assert training_of(same) == ()
    other = throughput([run_with({BATCH: 32}, 100.0), run_with({BATCH: 64}, 100.0)])
    assert any("batch" in note for note in training_of(other))
    pinned = other.groups[1].runs[0]
    assert any(f"against {pinned.name}" in note for note in training_of(other, pinned))
