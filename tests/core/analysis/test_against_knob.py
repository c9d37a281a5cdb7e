"""The throughput of a sweep against its knobs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.analysis.against_knob import against_knob, by_influence, heat
from core.analysis.places import by_place
from core.analysis.sweep import SweepResult, sweep_of
from core.model.experiment import Axis, Experiment
from core.workloads.catalogue import workload
from tests.experiments import failed, runs_at, sweep_of_two_knobs

SPEEDS = (1000.0, 1100.0, 1500.0, 1600.0, 2000.0, 2100.0)
"""Prefetch off, 1, 4 by batches of 16, 32."""
CHAIN = workload("augmented").chain


def swept(experiment: Experiment | None = None, missing: tuple[int, ...] = ()) -> SweepResult:
    experiment = experiment or sweep_of_two_knobs(repeats=1)
    runs = runs_at(experiment, SPEEDS, noise=0.0)
    runs = [
        failed(run) if run.plan.turn is not None and run.plan.turn.which in missing else run
        for run in runs
    ]
    return sweep_of(experiment, CHAIN, by_place(experiment.id, runs))


def test_the_knob_that_matters_most_comes_first() -> None:
    assert [axis.key for axis in by_influence(swept())] == [
        "prefetch.buffer_size",
        "batch.batch_size",
    ]


def test_levels_stand_in_the_order_in_which_they_were_named() -> None:
    found = against_knob(swept(), "prefetch.buffer_size")
    assert found.levels == ("off", "1 batch", "4 batches")
    assert (found.second, found.groups) == ("batch.batch_size", ("16 examples", "32 examples"))
    assert len(found.spots) == 6
    assert found.means[0] == pytest.approx((1000.0, 1500.0, 2000.0), rel=0.01)
    assert found.means[1] == pytest.approx((1100.0, 1600.0, 2100.0), rel=0.01)


def test_a_configuration_without_a_figure_leaves_a_gap() -> None:
    found = swept(missing=(2,))
    against = against_knob(found, "prefetch.buffer_size")
    assert len(against.spots) == 5
    assert against.means[0][1] is None
    cells = heat(found)
    assert cells is not None
    assert cells.cells[0][1] is None
    assert cells.counts[0][1] == 0


def test_the_map_has_the_longer_knob_across_and_means_over_the_others() -> None:
    found = heat(swept())
    assert found is not None
    assert (found.column_key, found.row_key) == ("prefetch.buffer_size", "batch.batch_size")
    assert found.cells[0] == pytest.approx((1000.0, 1500.0, 2000.0), rel=0.01)
    assert {count for line in found.counts for count in line} == {1}


def test_one_knob_makes_no_map() -> None:
    whole = sweep_of_two_knobs(repeats=1)
    one = replace(whole, axes=whole.axes[:1], configurations=whole.configurations[::2])
    found = swept(one)
    assert heat(found) is None
    against = against_knob(found, "prefetch.buffer_size")
    assert (against.second, against.groups, len(against.means)) == ("", (), 1)


def test_settings_around_one_at_a_time_are_a_level_too() -> None:
    whole = sweep_of_two_knobs(repeats=1)
    around = {**whole.configurations[0], "prefetch.buffer_size": 8}
    found = swept(replace(whole, configurations=(*whole.configurations[:5], around)))
    assert against_knob(found, "prefetch.buffer_size").levels[-1] == "8 batches"


def test_means_are_over_the_same_other_settings_or_say_that_they_leave_some_out() -> None:
    whole = sweep_of_two_knobs(repeats=1)
    third = "map.num_parallel_calls"
    # One at a time around the settings on the left: the third knob varies at one place alone.
    around = {**whole.configurations[0], third: 2}
    axes = (*whole.axes, Axis(third, ("off", 2)))
    experiment = replace(whole, configurations=(*whole.configurations[:5], around), axes=axes)
    against = against_knob(swept(experiment), "prefetch.buffer_size")
    assert not against.alike
    line = against.means[against.groups.index("off" if against.second == third else "16 examples")]
    # The batch of 16 and the map without parallel calls, as at the other places: 1000, and
    # neither what batches of 32 nor what parallel calls made of it.
    assert line == pytest.approx((1000.0, 1500.0, 2000.0), rel=0.01)
    assert against_knob(swept(), "prefetch.buffer_size").alike
    assert heat(swept()).alike
