"""Means stand side by side only over the same other settings."""

from __future__ import annotations

from core.analysis.by_setting.balanced_cells import balanced_cells
from tests.core.analysis.by_setting.runs import BATCH, PREFETCH, SHUFFLE, grid, run_with, throughput


def places(candidates: list, *keys: str) -> object:
    found = throughput(candidates)
    return balanced_cells(found.groups, keys, found.keys)


def test_a_grid_is_balanced_and_says_what_it_averages_over() -> None:
    axes = {PREFETCH: ("off", 2), SHUFFLE: ("off", 64)}
    found = places(grid(axes, lambda values, repeat: 1.0), PREFETCH)
    assert found.balanced
    assert {cell: len(members) for cell, members in found.cells.items()} == {("off",): 2, (2,): 2}
    assert found.note() == f"Means are over {SHUFFLE}."


def test_with_one_knob_changed_at_a_time_only_what_is_common_counts() -> None:
    changed = ({}, {PREFETCH: 2}, {PREFETCH: 4}, {SHUFFLE: 64}, {BATCH: 64})
    found = places([run_with(values, 1.0) for values in changed], PREFETCH)
    assert found.balanced
    assert {cell: len(members) for cell, members in found.cells.items()} == {
        ("off",): 1,
        (2,): 1,
        (4,): 1,
    }
    assert found.dropped == 2
    assert found.others == ()
    assert "In no mean: 2 configurations" in found.note()


def test_where_nothing_is_common_all_count_but_have_no_interval() -> None:
    candidates = [
        run_with({SHUFFLE: 64}, 1.0),
        run_with({SHUFFLE: 64}, 1.1),
        run_with({SHUFFLE: 64}, 1.2),
        run_with({PREFETCH: 2, SHUFFLE: 128}, 2.0),
    ]
    gathered = throughput(candidates)
    found = balanced_cells(gathered.groups, (PREFETCH,), gathered.keys)
    assert not found.balanced
    assert SHUFFLE in found.note()
    members = found.cells[("off",)]
    assert gathered.mean(members).low is not None
    assert found.mean(gathered, members).low is None


def test_nothing_at_all_is_balanced() -> None:
    assert places([], PREFETCH).balanced
