"""Charts of a metric against settings."""

from __future__ import annotations

import pytest

from core.charts.all_knobs import NO_KNOB, all_knobs
from core.charts.chart import Chart, Dot, Size
from core.charts.influence import NO_FIGURE, NO_GRID, NOTHING_VARIES, knob_influence
from core.charts.memory import speed_and_memory
from core.charts.one_knob import one_knob
from core.charts.two_knobs import two_knobs
from core.charts.words import NO_POINT, as_text
from core.model.run import RunState
from tests.core.analysis.by_setting.runs import (
    BATCH,
    PREFETCH,
    SHUFFLE,
    grid,
    of_metric,
    run_with,
    throughput,
)
from tests.core.charts.reading import bars, cells, dots, intervals, lines, ticks

AXES = {PREFETCH: ("off", 2, 4, "autotune"), SHUFFLE: ("off", 64)}
SPEED = "throughput (examples/s)"


def speed(values: dict, repeat: int) -> float:
    base = {"off": 100.0, 2: 200.0, 4: 400.0, "autotune": 300.0}[values[PREFETCH]]
    return base * (0.5 if values[SHUFFLE] == 64 else 1.0) * (1.0 + 0.01 * repeat)


def means(chart: Chart) -> list[Dot]:
    return [dot for dot in dots(chart) if dot.size is Size.LARGE]


# -- one knob ---------------------------------------------------------------------------------


def test_each_run_is_a_dot_over_its_value() -> None:
    chart = one_knob(
        throughput(grid({PREFETCH: ("autotune", 8, "off", 2)}, lambda *_: 9.0)), PREFETCH
    )
    assert ticks(chart.x) == ["off", "2 batches", "8 batches", "autotune"]
    assert [dot.x for dot in dots(chart)] == [0, 1, 2, 3]
    assert (chart.x.label, chart.y.label) == ("prefetch", SPEED)


def test_runs_that_share_a_value_stand_side_by_side_of_their_mean() -> None:
    chart = one_knob(throughput([run_with({}, 100.0), run_with({}, 120.0)]), PREFETCH)
    left, right = dots(chart)
    assert left.x < 0 < right.x
    ((start, end),) = lines(chart)
    assert start[0] < 0 < end[0]
    assert start[1] == end[1] == pytest.approx((100 * 120) ** 0.5)


def test_a_second_knob_makes_series_with_lines_through_what_is_in_order() -> None:
    chart = one_knob(throughput(grid(AXES, speed, 2)), PREFETCH, SHUFFLE)
    assert [key.text for key in chart.keys] == ["off", "64 elements"]
    series = means(chart)
    assert [dot.shape for dot in series] == [0] * 4 + [1] * 4
    assert series[2].y == pytest.approx(400 * 1.01**0.5)
    assert series[2].target is not None
    assert ("prefetch", "4 batches") in series[2].target.rows
    # off, 2 and 4 follow each other; what AUTOTUNE does lies nowhere between.
    assert [len(line) for line in lines(chart)] == [3, 3]
    assert len(intervals(chart)) == 8
    # Arrow keys go from mean to mean.
    assert [target.stop for target in chart.targets] == [False] * 16 + [True] * 8


def test_words_are_not_joined() -> None:
    axes = {"options.rewrites": ("as_written", "tensorflow_default")}
    assert lines(one_knob(throughput(grid(axes, lambda *_: 1.0)), "options.rewrites")) == []


def test_where_other_settings_differ_means_have_no_line_and_no_interval() -> None:
    runs = [run_with({SHUFFLE: 64}, 1.0), run_with({SHUFFLE: 64}, 1.1)]
    runs.append(run_with({PREFETCH: 2, SHUFFLE: 128}, 2.0))
    chart = one_knob(throughput(runs), PREFETCH)
    assert intervals(chart) == []
    # Only the short line of a mean of two runs.
    assert len(lines(chart)) == 1
    assert chart.notes[0].startswith("Not all were measured under the same other settings")


def test_a_single_value_says_what_to_do() -> None:
    chart = one_knob(throughput([run_with({}, 1.0)]), PREFETCH)
    assert chart.notes[0] == "All have prefetch off: change it and run again to compare."


def test_a_run_that_does_not_count_is_hollow_and_says_why() -> None:
    runs = [run_with({}, 100.0), run_with({}, 10.0, state=RunState.STOPPED)]
    chart = one_knob(throughput(runs), PREFETCH)
    assert [dot.hollow for dot in dots(chart)] == [False, True]
    assert chart.targets[1].note == "not counted: stopped before its end"
    assert chart.table[1][2] == "100"


def test_what_has_no_figure_is_empty_and_says_why() -> None:
    chart = one_knob(throughput([run_with({}, 1.0, state=RunState.FAILED)]), PREFETCH)
    assert chart.why_empty == f"{NO_POINT} Left out: 1 failed."


# -- two knobs --------------------------------------------------------------------------------


def test_the_heat_map_has_a_mean_for_each_pair_and_marks_the_best() -> None:
    chart = two_knobs(throughput(grid(AXES, speed, 2)), PREFETCH, SHUFFLE)
    assert (ticks(chart.x)[0], ticks(chart.x)[-1]) == ("off", "autotune")
    assert ticks(chart.y) == ["off", "64 elements"]
    (best,) = (cell for cell in cells(chart) if cell.best)
    assert (best.column, best.row, best.share, best.text) == (2, 0, 1.0, "402")
    assert chart.ramp == ("throughput:", "50.2", "402 examples/s")


def test_the_best_of_what_is_better_lower_is_the_least() -> None:
    runs = [run_with({PREFETCH: size}, 100.0, memory_mb=mb) for size, mb in ((1, 900), (2, 500))]
    chart = two_knobs(of_metric(runs, "peak_memory_mb"), PREFETCH, SHUFFLE)
    assert [cell.column for cell in cells(chart) if cell.best] == [1]


def test_pairs_that_were_not_measured_are_blank_and_counted() -> None:
    chart = two_knobs(throughput(grid(AXES, speed)[:-1]), PREFETCH, SHUFFLE)
    (blank,) = (cell for cell in cells(chart) if cell.share is None)
    assert (blank.text, blank.target) == ("not measured", None)
    assert "1 of 8 combinations were not measured." in chart.notes


def test_it_names_what_it_averages_over() -> None:
    chart = two_knobs(throughput(grid({**AXES, BATCH: (32, 64)}, speed)), PREFETCH, SHUFFLE)
    assert ("of", "2 configurations, 2 runs") in chart.targets[0].rows
    assert chart.notes[0] == f"Means are over {BATCH}."


# -- all knobs --------------------------------------------------------------------------------


def test_each_configuration_is_a_line_over_all_knobs_that_vary() -> None:
    chart = all_knobs(throughput(grid(AXES, speed, 2)))
    assert [axis.key for axis in chart.axes] == [SHUFFLE, PREFETCH, ""]
    assert [tick.text for tick in chart.axes[1].ticks] == [
        "off",
        "2 batches",
        "4 batches",
        "autotune",
    ]
    assert [tick.at for tick in chart.axes[1].ticks] == pytest.approx((0, 1 / 3, 2 / 3, 1))
    assert len(chart.lines) == 8
    assert chart.lines[-1].heights == pytest.approx((0.0, 2 / 3, 1.0))
    assert len(chart.lines[-1].target.run_ids) == 2


def test_brushes_let_through_what_goes_through_all_of_them() -> None:
    chart = all_knobs(throughput(grid(AXES, speed, 2)))
    assert len(chart.passing({})) == 8
    assert len(chart.passing({0: (0.0, 0.1)})) == 4
    both = chart.passing({0: (0.0, 0.1), 1: (0.6, 1.0)})
    rows = [dict(chart.lines[index].target.rows) for index in both]
    assert [row["prefetch"] for row in rows] == ["autotune", "4 batches"]
    assert len(chart.run_ids(both)) == 4
    assert chart.passing({2: (0.99, 1.0)}) == (7,)


def test_where_no_knob_varies_there_are_no_axes() -> None:
    assert all_knobs(throughput([run_with({}, 1.0)])).why_empty == NO_KNOB


# -- memory -----------------------------------------------------------------------------------


def labels(chart: Chart) -> list[str]:
    return [dot.label for dot in sorted(dots(chart), key=lambda dot: dot.x) if dot.label]


def test_the_front_is_what_no_other_is_both_faster_and_smaller_than() -> None:
    made = [(1, 100.0, 300.0), (2, 200.0, 400.0), (4, 150.0, 500.0), (8, 250.0, 600.0)]
    runs = [run_with({PREFETCH: s}, v, memory_mb=mb) for s, v, mb in made]
    runs.append(run_with({PREFETCH: 16}, 900.0))
    chart = speed_and_memory(throughput(runs), of_metric(runs, "peak_memory_mb"))
    assert labels(chart) == [f"prefetch={n}" for n in (1, 2, 8)]
    assert [dot.hollow for dot in sorted(dots(chart), key=lambda dot: dot.x)] == [
        False,
        False,
        True,
        False,
    ]
    assert "Left out: 1 configuration without a reading of memory." in chart.notes
    # Up only where the next configuration stands; more memory alone buys nothing.
    ((first, *stairs),) = lines(chart)
    assert first == pytest.approx((300, 100))
    assert [y for _, y in stairs] == pytest.approx([100, 200, 200, 250, 250])


def test_of_equally_large_ones_only_the_fastest_is_on_the_front() -> None:
    runs = [run_with({PREFETCH: s}, 100.0 * s, memory_mb=400.0) for s in (1, 2, 4)]
    chart = speed_and_memory(throughput(runs), of_metric(runs, "peak_memory_mb"))
    assert labels(chart) == ["prefetch=4"]


# -- influence --------------------------------------------------------------------------------


def test_shares_over_a_grid_add_up_with_the_interplay() -> None:
    chart = knob_influence(throughput(grid(AXES, speed, 2)))
    assert ticks(chart.y) == ["prefetch", "shuffle", "several together"]
    assert [bar.hatched for bar in bars(chart)] == [False, False, True]
    assert sum(bar.end for bar in bars(chart)) == pytest.approx(100)
    assert [target.key for target in chart.targets] == [PREFETCH, SHUFFLE]
    assert chart.sentence.startswith("prefetch mattered most: by itself it explains ")
    assert "differences in throughput over these runs" in chart.sentence


def test_another_metric_has_an_influence_of_its_own() -> None:
    runs = [
        run_with({PREFETCH: size, SHUFFLE: of}, 100.0 * (size == 2) + 100, memory_mb=mb)
        for size in (1, 2)
        for of, mb in (("off", 300), (64, 900))
    ]
    chart = knob_influence(of_metric(runs, "memory_taken_mb"), (PREFETCH, SHUFFLE))
    assert ticks(chart.y)[0] == "shuffle"
    assert bars(chart)[0].end == pytest.approx(100.0)
    assert "differences in memory taken" in chart.sentence
    # The whole process's memory follows the order of the runs.
    refused = knob_influence(of_metric(runs, "peak_memory_mb"), (PREFETCH, SHUFFLE))
    assert "follows the order of the runs" in refused.why_empty


def test_runs_that_are_no_grid_have_no_influence_unless_they_were_swept() -> None:
    runs = grid(AXES, speed)[:-1]
    assert knob_influence(throughput(runs)).why_empty == NO_GRID
    swept = knob_influence(throughput(runs), tuple(AXES))
    assert len(bars(swept)) == 2
    assert swept.notes[0].startswith("7 of the 8 combinations have a figure")


def test_where_nothing_varies_it_says_so() -> None:
    assert knob_influence(throughput([run_with({}, 1.0)])).why_empty == NOTHING_VARIES
    assert knob_influence(throughput([])).why_empty == NO_FIGURE


def test_percentages_that_agree_within_a_point_are_called_alike() -> None:
    runs = [run_with({PREFETCH: size}, 100.0) for size in (1, 2)]
    chart = knob_influence(of_metric(runs, "device_idle_percent"))
    assert chart.sentence == (
        "No knob mattered: all configurations were alike in device idle within 1 point."
    )


# -- the same numbers as tables ---------------------------------------------------------------


def test_the_table_against_one_knob_has_means_then_runs() -> None:
    head, *rows = one_knob(throughput(grid(AXES, speed, 2)), PREFETCH).table
    assert head[:3] == ("what", PREFETCH, SPEED)
    assert [row[0] for row in rows[:4]] == ["mean"] * 4
    assert rows[0][1] == "off"
    assert rows[0][5:7] == ("2", "4")
    assert len(rows) == 4 + 16
    assert {len(row) for row in (head, *rows)} == {len(head)}


def test_tables_of_cells_lines_and_shares_have_units() -> None:
    groups = throughput(grid(AXES, speed, 2))
    two = two_knobs(groups, PREFETCH, SHUFFLE).table
    assert two[0][:3] == (PREFETCH, SHUFFLE, SPEED)
    assert two[1][:3] == ("off", "off", "100.499")
    parallel = all_knobs(groups).table
    assert parallel[0][:3] == (SHUFFLE, PREFETCH, SPEED)
    assert parallel[-1][2] == "401.995"
    shares = knob_influence(groups).table
    assert shares[1][0] == PREFETCH
    assert shares[1][2] == "measurable difference"
    assert shares[-1][0] == "several together"


def test_the_table_of_memory_has_both_figures() -> None:
    runs = [run_with({PREFETCH: n}, 100.0 * n, memory_mb=400.0) for n in (1, 2)]
    head, *rows = speed_and_memory(throughput(runs), of_metric(runs, "peak_memory_mb")).table
    assert head == (
        PREFETCH, "peak memory (MB)", "95 % from", "95 % to", SPEED, "95 % from", "95 % to",
        "runs", "on the front",
    )  # fmt: skip
    assert rows[0] == ("2 batches", "400", "", "", "200", "", "", "1", "yes")


def test_the_source_stands_below() -> None:
    assert as_text([("a", "b"), ("1", "2")], "timed") == "a\tb\n1\t2\n\ntimed\n"
