"""What each plot against settings shows."""

from __future__ import annotations

import pytest

from core.analysis.against.all_knobs import all_knobs
from core.analysis.against.knob_influence import NO_FIGURE, NO_GRID, NOTHING_VARIES, knob_influence
from core.analysis.against.memory import speed_and_memory
from core.analysis.against.one_knob import one_knob
from core.analysis.against.two_knobs import two_knobs
from core.model.run import RunState
from tests.core.analysis.against.runs import (
    BATCH,
    PREFETCH,
    SHUFFLE,
    grid,
    of_metric,
    run_with,
    throughput,
)

AXES = {PREFETCH: ("off", 2, 4, "autotune"), SHUFFLE: ("off", 64)}


def speed(values: dict, repeat: int) -> float:
    base = {"off": 100.0, 2: 200.0, 4: 400.0, "autotune": 300.0}[values[PREFETCH]]
    return base * (0.5 if values[SHUFFLE] == 64 else 1.0) * (1.0 + 0.01 * repeat)


# -- one knob ---------------------------------------------------------------------------------


def test_each_run_is_a_point_over_its_value() -> None:
    info = one_knob(
        throughput(grid({PREFETCH: ("autotune", 8, "off", 2)}, lambda *_: 9.0)), PREFETCH
    )
    assert info.ticks == ("off", "2 batches", "8 batches", "autotune")
    assert [point.x for point in info.points] == [0, 1, 2, 3]


def test_runs_that_share_a_value_stand_side_by_side() -> None:
    info = one_knob(throughput([run_with({}, 100.0), run_with({}, 120.0)]), PREFETCH)
    left, right = info.points
    assert left.x < 0 < right.x
    assert info.means[0].mean.value == pytest.approx((100 * 120) ** 0.5)
    assert info.means[0].mean.run_ids == (left.run_id, right.run_id)


def test_a_second_knob_makes_series_with_lines_through_what_is_in_order() -> None:
    info = one_knob(throughput(grid(AXES, speed, 2)), PREFETCH, SHUFFLE)
    assert info.series == ("off", "64 elements")
    assert [mean.series for mean in info.means] == [0] * 4 + [1] * 4
    # off, 2 and 4 follow each other; what AUTOTUNE does lies nowhere between.
    assert info.lines == ((0, 1, 2), (4, 5, 6))
    assert info.means[2].mean.value == pytest.approx(400 * 1.01**0.5)
    assert info.means[2].values == ((PREFETCH, "4 batches"), (SHUFFLE, "off"))


def test_words_are_not_joined() -> None:
    axes = {"options.rewrites": ("as_written", "tensorflow_default")}
    assert one_knob(throughput(grid(axes, lambda *_: 1.0)), "options.rewrites").lines == ()


def test_where_other_settings_differ_means_have_no_line_and_no_interval() -> None:
    candidates = [run_with({SHUFFLE: 64}, 1.0), run_with({SHUFFLE: 64}, 1.1)]
    candidates.append(run_with({PREFETCH: 2, SHUFFLE: 128}, 2.0))
    info = one_knob(throughput(candidates), PREFETCH)
    assert info.lines == ()
    assert all(mean.mean.low is None for mean in info.means)
    assert info.notes[0].startswith("Not all were measured under the same other settings")


def test_a_single_value_says_what_to_do() -> None:
    info = one_knob(throughput([run_with({}, 1.0)]), PREFETCH)
    assert info.notes[0] == f"All have {PREFETCH} off: change it and run again to compare."


def test_a_run_that_does_not_count_is_a_point_that_says_why() -> None:
    candidates = [run_with({}, 100.0), run_with({}, 10.0, state=RunState.STOPPED)]
    info = one_knob(throughput(candidates), PREFETCH)
    assert [point.apart for point in info.points] == ["", "stopped before its end"]
    assert info.means[0].mean.value == pytest.approx(100.0)


# -- two knobs --------------------------------------------------------------------------------


def test_the_heat_map_has_a_mean_for_each_pair_and_marks_the_best() -> None:
    info = two_knobs(throughput(grid(AXES, speed, 2)), PREFETCH, SHUFFLE)
    assert (info.x_ticks[0], info.x_ticks[-1]) == ("off", "autotune")
    assert info.y_ticks == ("off", "64 elements")
    assert len(info.cells) == 8
    assert info.best is not None
    best = info.cells[info.best]
    assert (best.column, best.row) == (2, 0)
    assert best.mean.value == pytest.approx(400 * 1.01**0.5)
    assert info.share(best) == 1.0


def test_the_best_of_what_is_better_lower_is_the_least() -> None:
    candidates = [
        run_with({PREFETCH: size}, 100.0, memory_mb=mb) for size, mb in ((1, 900), (2, 500))
    ]
    info = two_knobs(of_metric(candidates, "peak_memory_mb"), PREFETCH, SHUFFLE)
    assert info.best is not None
    assert info.cells[info.best].column == 1


def test_pairs_that_were_not_measured_are_counted() -> None:
    candidates = grid(AXES, speed)[:-1]
    info = two_knobs(throughput(candidates), PREFETCH, SHUFFLE)
    assert len(info.cells) == 7
    assert "1 of 8 combinations were not measured." in info.notes


def test_it_names_what_it_averages_over() -> None:
    axes = {**AXES, BATCH: (32, 64)}
    info = two_knobs(throughput(grid(axes, speed)), PREFETCH, SHUFFLE)
    assert info.cells[0].mean.configurations == 2
    assert info.notes[0] == f"Means are over {BATCH}."


# -- all knobs --------------------------------------------------------------------------------


def test_each_configuration_is_a_line_over_all_knobs_that_vary() -> None:
    info = all_knobs(throughput(grid(AXES, speed, 2)))
    assert [axis.key for axis in info.axes] == [SHUFFLE, PREFETCH]
    assert info.axes[1].ticks == ("off", "2 batches", "4 batches", "autotune")
    assert info.axes[1].heights == pytest.approx((0, 1 / 3, 2 / 3, 1))
    assert len(info.lines) == 8
    assert info.lines[-1].heights == pytest.approx((0.0, 2 / 3, 1.0))
    assert len(info.lines[-1].mean.run_ids) == 2


def test_brushes_let_through_what_goes_through_all_of_them() -> None:
    info = all_knobs(throughput(grid(AXES, speed, 2)))
    assert len(info.passing({})) == 8
    assert len(info.passing({0: (0.0, 0.1)})) == 4
    both = info.passing({0: (0.0, 0.1), 1: (0.6, 1.0)})
    assert [dict(info.lines[index].values)[PREFETCH] for index in both] == ["autotune", "4 batches"]
    assert len(info.run_ids(both)) == 4
    assert info.passing({2: (0.99, 1.0)}) == (7,)


# -- memory -----------------------------------------------------------------------------------


def test_the_front_is_what_no_other_is_both_faster_and_smaller_than() -> None:
    made = [(1, 100.0, 300.0), (2, 200.0, 400.0), (4, 150.0, 500.0), (8, 250.0, 600.0)]
    candidates = [run_with({PREFETCH: s}, v, memory_mb=mb) for s, v, mb in made]
    candidates.append(run_with({PREFETCH: 16}, 900.0))
    info = speed_and_memory(throughput(candidates), of_metric(candidates, "peak_memory_mb"))
    assert [one.name for one in info.trades] == [f"prefetch={n}" for n in (1, 2, 4, 8)]
    assert info.front == (0, 1, 3)
    assert [one.front for one in info.trades] == [True, True, False, True]
    assert "Left out: 1 configuration without a reading of memory." in info.notes


def test_of_equally_large_ones_only_the_fastest_is_on_the_front() -> None:
    candidates = [run_with({PREFETCH: s}, 100.0 * s, memory_mb=400.0) for s in (1, 2, 4)]
    info = speed_and_memory(throughput(candidates), of_metric(candidates, "peak_memory_mb"))
    assert [info.trades[index].name for index in info.front] == ["prefetch=4"]


# -- influence --------------------------------------------------------------------------------


def test_shares_over_a_grid_add_up_with_the_interplay() -> None:
    info = knob_influence(throughput(grid(AXES, speed, 2)))
    assert [one.key for one in info.shares] == [PREFETCH, SHUFFLE]
    assert info.shares[0].told_from_noise
    assert info.interplay == pytest.approx(0.0, abs=1e-9)
    assert info.sentence.startswith(f"{PREFETCH} mattered most: by itself it explains ")
    assert "differences in throughput over these runs" in info.sentence


def test_another_metric_has_an_influence_of_its_own() -> None:
    candidates = [
        run_with({PREFETCH: size, SHUFFLE: of}, 100.0 * (size == 2) + 100, memory_mb=mb)
        for size in (1, 2)
        for of, mb in (("off", 300), (64, 900))
    ]
    info = knob_influence(of_metric(candidates, "memory_taken_mb"), (PREFETCH, SHUFFLE))
    assert info.shares[0].key == SHUFFLE
    assert info.shares[0].share == pytest.approx(1.0)
    assert "differences in memory taken" in info.sentence
    # The whole process's memory follows the order of the runs.
    refused = knob_influence(of_metric(candidates, "peak_memory_mb"), (PREFETCH, SHUFFLE))
    assert refused.shares == ()
    assert "follows the order of the runs" in refused.sentence


def test_runs_that_are_no_grid_have_no_influence_unless_they_were_swept() -> None:
    candidates = grid(AXES, speed)[:-1]
    assert knob_influence(throughput(candidates)).sentence == NO_GRID
    swept = knob_influence(throughput(candidates), tuple(AXES))
    assert len(swept.shares) == 2
    assert swept.interplay is None
    assert swept.notes[0].startswith("7 of the 8 combinations have a figure")


def test_where_nothing_varies_it_says_so() -> None:
    assert knob_influence(throughput([run_with({}, 1.0)])).sentence == NOTHING_VARIES
    assert knob_influence(throughput([])).sentence == NO_FIGURE


def test_percentages_that_agree_within_a_point_are_called_alike() -> None:
    candidates = [run_with({PREFETCH: size}, 100.0) for size in (1, 2)]
    info = knob_influence(of_metric(candidates, "device_idle_percent"))
    assert info.sentence == (
        "No knob mattered: all configurations were alike in device idle within 1 point."
    )
