"""Runs come back from disk as they were saved."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.model.errors import ExplorerError, InputError
from core.model.run import Failure, Label, Run, RunState
from core.model.samples import Samples
from core.store.run_store import RunStore
from tests.builders import assert_same_samples, even_samples, random_samples, run_of


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    opened = RunStore(tmp_path / "runs.sqlite")
    yield opened
    opened.close()


def again(store: RunStore) -> list[Run]:
    """What another window finds in the same file."""
    other = RunStore(store.path)
    try:
        return whole(other)
    finally:
        other.close()


def whole(store: RunStore) -> list[Run]:
    """The runs of the rows that can be read."""
    return [row.run for row in store.load() if row.run is not None]


def assert_same_run(found: Run, expected: Run) -> None:
    assert_same_samples(found.samples, expected.samples)
    none = Samples.empty()
    assert replace(found, samples=none) == replace(expected, samples=none)


@pytest.mark.parametrize("seed", range(10))
def test_a_run_comes_back_equal_to_the_last_bit(store: RunStore, seed: int) -> None:
    run = run_of(random_samples(seed), number=seed)
    store.save(run)
    (found,) = again(store)
    assert_same_run(found, run)


@pytest.mark.parametrize(
    "run",
    [
        run_of(Samples.empty()),
        replace(run_of(), prepared=None, fit_wall_s=None, time_to_first_batch_s=None),
        run_of(state=RunState.STOPPED, emulations=("emulated accelerator 20 ms",)),
        run_of(state=RunState.FAILED, failure=Failure("what", "expected", "remedy", "a\ntrace")),
        run_of(label=Label("Größe 32 ✓", "a note\nof two lines", 7, True, True, True)),
        run_of(values={"a.toggle": True, "a.whole": 3, "a.real": 0.1, "a.text": "disk"}),
    ],
    ids=["no steps", "not prepared", "stopped", "failed", "labelled", "all kinds of value"],
)
def test_every_part_of_a_run_is_kept(store: RunStore, run: Run) -> None:
    store.save(run)
    (found,) = again(store)
    assert_same_run(found, run)
    assert {key: type(value) for key, value in found.plan.values.items()} == {
        key: type(value) for key, value in run.plan.values.items()
    }


def test_a_loss_that_is_not_a_number_is_kept(store: RunStore) -> None:
    store.save(replace(run_of(), epoch_losses=(float("nan"), float("inf"), None)))
    first, second, third = again(store)[0].epoch_losses
    assert first is not None
    assert np.isnan(first)
    assert (second, third) == (float("inf"), None)


def test_runs_come_oldest_first_whatever_the_order_of_saving(store: RunStore) -> None:
    for number in (3, 1, 2):
        store.save(run_of(number=number))
    assert [run.number for run in again(store)] == [1, 2, 3]


def test_saving_again_replaces_the_run(store: RunStore) -> None:
    store.save(run_of(even_samples(10)))
    store.save(run_of(even_samples(20)))
    assert [run.samples.steps for run in again(store)] == [20]


def test_a_new_label_leaves_the_measurements_alone(store: RunStore) -> None:
    run = run_of()
    store.save(run)
    store.relabel(run.id, Label("tuned", deleted=True), 99)
    assert store.log_sizes() == {run.id: 99}
    (found,) = again(store)
    assert_same_run(found, run.labelled(name="tuned", deleted=True))


def test_a_label_of_a_run_that_was_never_saved_is_no_error(store: RunStore) -> None:
    store.relabel("unknown", Label(), 1)
    assert again(store) == []


def test_two_stores_on_one_file_see_each_others_runs(store: RunStore) -> None:
    other = RunStore(store.path)
    before = store.data_version()
    store.save(run_of(number=1))
    assert store.data_version() == before
    other.save(run_of(number=2), 7)
    assert store.data_version() != before
    assert [run.number for run in whole(store)] == [run.number for run in whole(other)] == [1, 2]
    assert store.log_sizes() == {"id-1": None, "id-2": 7}
    assert [row.log_bytes for row in store.rows_of(["id-2", "unknown"])] == [7]
    other.close()


@pytest.mark.parametrize(
    ("pragma", "kind", "word"),
    [("max_page_count = 1", ExplorerError, "space"), ("query_only = ON", InputError, "written")],
)
def test_a_full_or_readonly_disk_is_told_in_words_and_costs_nothing_old(
    store: RunStore, pragma: str, kind: type[ExplorerError], word: str
) -> None:
    store.save(run_of(number=1))
    store._connection.execute(f"PRAGMA {pragma}")
    with pytest.raises(kind) as caught:
        store.save(run_of(even_samples(20_000), number=2))
    assert word in str(caught.value)
    assert str(store.path) in str(caught.value)
    assert [run.number for run in again(store)] == [1]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("asked_s = x'00'", "asked_s is not a whole number of 8-byte values"),
        ("done_s = x'0000000000000000'", "its arrays of steps differ in length"),
        ("losses = x''", "its arrays of losses differ in length"),
        ("epoch_starts = x'ffffffffffffff7f'", "points to steps"),
        ("examples = 'text'", "examples is not"),
        ("plan = '{'", ""),
        ("plan = '[]'", ""),
        ("label = 'null'", ""),
        ("state = 'dancing'", "dancing"),
        ("environment = CAST(x'ff' AS TEXT)", ""),
    ],
)
def test_a_run_that_cannot_be_read_says_why_and_stays_in_the_file(
    store: RunStore, change: str, why: str
) -> None:
    store.save(run_of(number=1))
    store.save(run_of(number=2))
    store._connection.execute(f"UPDATE runs SET {change} WHERE number = 1")
    # As in a file of an older version, which has no checksums.
    store._connection.execute("DELETE FROM logs")
    damaged, sound = store.load()
    assert (damaged.number, damaged.run) == (1, None)
    assert why in damaged.why
    assert sound.run is not None
    rows = store._connection.execute("SELECT count(*) FROM runs").fetchone()
    assert rows[0] == 2


@pytest.mark.parametrize(
    "change",
    [
        "done_s = zeroblob(length(done_s))",
        "fit_wall_s = 1.0",
        "plan = replace(plan, '32', '64')",
        "resources = NULL",
    ],
)
def test_a_row_whose_content_was_changed_is_not_believed(store: RunStore, change: str) -> None:
    store.save(run_of())
    store._connection.execute(f"UPDATE runs SET {change}")
    (row,) = store.load()
    assert (row.run, row.why) == (None, "its checksum is wrong")


def test_samples_are_plain_little_endian_numbers(store: RunStore) -> None:
    run = run_of()
    store.save(run)
    with sqlite3.connect(store.path) as plain:
        done, examples = plain.execute("SELECT done_s, examples FROM runs").fetchone()
    plain.close()
    np.testing.assert_array_equal(np.frombuffer(done, "<f8"), run.samples.done_s)
    np.testing.assert_array_equal(np.frombuffer(examples, "<i8"), run.samples.examples)
