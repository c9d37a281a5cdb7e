"""The numbers of each plot as text: every column has its unit, every row its runs."""

from __future__ import annotations

from core.analysis.against.all_knobs import all_knobs
from core.analysis.against.knob_influence import knob_influence
from core.analysis.against.memory import speed_and_memory
from core.analysis.against.one_knob import one_knob
from core.analysis.against.tables import (
    as_text,
    table_of_all,
    table_of_influence,
    table_of_memory,
    table_of_one,
    table_of_two,
)
from core.analysis.against.two_knobs import two_knobs
from tests.core.analysis.against.runs import (
    PREFETCH,
    SHUFFLE,
    grid,
    of_metric,
    run_with,
    throughput,
)

AXES = {PREFETCH: ("off", 2), SHUFFLE: ("off", 64)}
SPEED = "throughput (examples/s)"


def speed(values: dict, repeat: int) -> float:
    return 100.0 * (2 if values[PREFETCH] == 2 else 1) * (1.0 + 0.01 * repeat)


def test_means_and_runs_against_one_knob() -> None:
    gathered = throughput(grid(AXES, speed, 2))
    head, *rows = table_of_one(one_knob(gathered, PREFETCH), gathered)
    assert head[:3] == ("what", PREFETCH, SPEED)
    assert [row[0] for row in rows[:2]] == ["mean", "mean"]
    assert rows[0][1:3] == ("off", "100.499")
    assert rows[0][5:7] == ("2", "4")
    assert len(rows) == 2 + 8
    assert {len(row) for row in (head, *rows)} == {len(head)}


def test_cells_lines_and_shares() -> None:
    gathered = throughput(grid(AXES, speed, 2))
    two = table_of_two(two_knobs(gathered, PREFETCH, SHUFFLE), gathered)
    assert two[0][:3] == (PREFETCH, SHUFFLE, SPEED)
    assert two[1][:3] == ("off", "off", "100.499")
    lines = table_of_all(all_knobs(gathered), gathered)
    assert len(lines) == 5
    assert lines[0][:3] == (SHUFFLE, PREFETCH, SPEED)
    shares = table_of_influence(knob_influence(gathered))
    assert shares[1] == (PREFETCH, "100", "measurable difference")
    assert shares[-1][0] == "several together"


def test_memory_has_both_figures_with_units() -> None:
    candidates = [run_with({PREFETCH: n}, 100.0 * n, memory_mb=400.0) for n in (1, 2)]
    gathered, memory = throughput(candidates), of_metric(candidates, "peak_memory_mb")
    head, *rows = table_of_memory(speed_and_memory(gathered, memory), gathered, memory)
    assert head == (
        PREFETCH, "peak memory (MB)", "95 % from", "95 % to", SPEED, "95 % from", "95 % to",
        "runs", "on the front",
    )  # fmt: skip
    assert rows[0] == ("2 batches", "400", "", "", "200", "", "", "1", "yes")


def test_the_source_stands_below() -> None:
    assert as_text([("a", "b"), ("1", "2")], "timed") == "a\tb\n1\t2\n\ntimed\n"
