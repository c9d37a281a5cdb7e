"""Runs come back from disk as they were saved."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.model.clock_jump import ClockJump
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
        return other.load()
    finally:
        other.close()


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
        replace(run_of(), clock_jumps=(ClockJump(4, -3600.25), ClockJump(9, 0.5))),
        run_of(state=RunState.STOPPED, emulations=("emulated accelerator 20 ms",)),
        run_of(state=RunState.FAILED, failure=Failure("what", "expected", "remedy", "a\ntrace")),
        run_of(label=Label("Größe 32 ✓", "a note\nof two lines", 7, True, True, True)),
        run_of(values={"a.toggle": True, "a.whole": 3, "a.real": 0.1, "a.text": "disk"}),
    ],
    ids=["no steps", "not prepared", "clock", "stopped", "failed", "labelled", "all values"],
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
    store.relabel(run.labelled(name="tuned", deleted=True))
    (found,) = again(store)
    assert_same_run(found, run.labelled(name="tuned", deleted=True))


def test_a_label_of_a_run_that_was_never_saved_is_no_error(store: RunStore) -> None:
    store.relabel(run_of())
    assert again(store) == []


def test_numbers_grow_and_skip_those_that_are_taken(store: RunStore) -> None:
    assert [store.claim_number(1), store.claim_number(1)] == [1, 2]
    store.save(run_of(number=9))
    assert store.claim_number(3) == 10
    assert store.claim_number(20) == 20


def test_two_stores_on_one_file_see_each_others_runs_and_numbers(store: RunStore) -> None:
    other = RunStore(store.path)
    numbers = [one.claim_number(1) for one in (store, other, store, other)]
    assert numbers == [1, 2, 3, 4]
    store.save(run_of(number=1))
    other.save(run_of(number=2))
    assert [run.number for run in store.load()] == [run.number for run in other.load()] == [1, 2]
    other.close()


_CLAIM = """
import sys
from pathlib import Path
from core.store.run_store import RunStore
store = RunStore(Path(sys.argv[1]))
sys.stdin.read()
print(*[store.claim_number(1) for _ in range(50)])
"""


def test_two_processes_that_begin_at_once_never_get_the_same_number(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _CLAIM, str(tmp_path / "runs.sqlite")]
    windows = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        for _ in range(2)
    ]
    for window in windows:
        assert window.stdin is not None
        window.stdin.close()
    numbers = []
    for window in windows:
        assert window.stdout is not None
        numbers += [int(word) for word in window.stdout.read().split()]
        window.stdout.close()
        assert window.wait() == 0
    assert sorted(numbers) == list(range(1, 101))


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
def test_a_run_that_cannot_be_read_is_told_of_and_left_in_the_file(
    store: RunStore, change: str, why: str
) -> None:
    store.save(run_of(number=1))
    store.save(run_of(number=2))
    store._connection.execute(f"UPDATE runs SET {change} WHERE number = 1")
    assert [run.number for run in store.load()] == [2]
    assert "run 1" in store.notice
    assert why in store.notice
    rows = store._connection.execute("SELECT count(*) FROM runs").fetchone()
    assert rows[0] == 2


def test_samples_are_plain_little_endian_numbers(store: RunStore) -> None:
    run = run_of()
    store.save(run)
    with sqlite3.connect(store.path) as plain:
        done, examples = plain.execute("SELECT done_s, examples FROM runs").fetchone()
    plain.close()
    np.testing.assert_array_equal(np.frombuffer(done, "<f8"), run.samples.done_s)
    np.testing.assert_array_equal(np.frombuffer(examples, "<i8"), run.samples.examples)


def test_a_sound_file_gives_no_notice(store: RunStore) -> None:
    store.save(run_of())
    store.load()
    assert store.notice == ""
