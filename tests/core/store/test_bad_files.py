"""What a store does with a file that is not as it should be: nothing is ever lost."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from core.model.errors import ExplorerError, InputError
from core.store.run_store import RunStore
from core.store.salvage import salvage
from tests.builders import even_samples, run_of


def filled(path: Path, runs: int = 3) -> None:
    store = RunStore(path)
    for number in range(1, runs + 1):
        store.save(run_of(even_samples(500), number=number))
    store.close()


def kept_aside(path: Path) -> list[Path]:
    """The files that were set aside, without what SQLite keeps beside them."""
    found = path.parent.glob("runs.sqlite.damaged-*")
    return sorted(one for one in found if not one.name.endswith(("-wal", "-shm")))


@pytest.mark.parametrize(
    "content",
    [b"this is no database", b"SQLite format 3\0" + b"\xff" * 5000, b"\0" * 4096],
    ids=["text", "damaged header", "zeros"],
)
def test_a_damaged_file_is_set_aside_whole_and_a_new_one_begun(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "runs.sqlite"
    path.write_bytes(content)
    store = RunStore(path)
    (kept,) = kept_aside(path)
    assert kept.read_bytes() == content
    assert store.damaged == kept
    assert store.load() == []
    store.save(run_of())
    assert len(store.load()) == 1
    store.close()


def test_a_database_of_something_else_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE songs (title TEXT)")
    other.close()
    content = path.read_bytes()
    store = RunStore(path)
    store.close()
    assert [kept.read_bytes() for kept in kept_aside(path)] == [content]


def test_a_second_damaged_file_does_not_take_the_place_of_the_first(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    for content in (b"first" * 100, b"second" * 100):
        path.write_bytes(content)
        RunStore(path).close()
    assert {kept.read_bytes()[:5] for kept in kept_aside(path)} == {b"first", b"secon"}


def test_what_can_be_read_of_a_damaged_file_is_salvaged(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    filled(path, runs=8)
    content = bytearray(path.read_bytes())
    # A page of the last run's steps, overwritten: the runs before it are whole.
    content[-6 * 4096 : -5 * 4096] = b"\xee" * 4096
    path.write_bytes(content)
    runs, _ = salvage(path)
    found = [run.number for run in runs]
    assert path.read_bytes() == bytes(content)
    assert set(found) <= set(range(1, 9))
    assert len(found) >= 6


def test_a_file_of_a_newer_version_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    filled(path)
    with sqlite3.connect(path) as newer:
        newer.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    newer.close()
    content = path.read_bytes()
    with pytest.raises(ExplorerError) as caught:
        RunStore(path)
    assert "newer" in caught.value.what
    assert "Update Pipeline Explorer" in caught.value.remedy
    assert path.read_bytes() == content
    assert kept_aside(path) == []


@pytest.mark.parametrize("schema", ["nonsense", None])
def test_a_file_without_a_version_is_set_aside(tmp_path: Path, schema: str | None) -> None:
    path = tmp_path / "runs.sqlite"
    filled(path)
    with sqlite3.connect(path) as other:
        other.execute("DELETE FROM meta WHERE key = 'schema'")
        if schema is not None:
            other.execute("INSERT INTO meta VALUES ('schema', ?)", (schema,))
    other.close()
    RunStore(path).close()
    assert len(kept_aside(path)) == 1


def test_an_empty_file_is_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    path.touch()
    store = RunStore(path)
    assert (store.load(), store.damaged) == ([], None)
    store.close()
    assert kept_aside(path) == []


@pytest.mark.parametrize("where", ["folder", "missing/runs.sqlite"])
def test_a_place_where_no_file_can_be_is_bad_input(tmp_path: Path, where: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError) as caught:
        RunStore(tmp_path / where)
    assert "--data-dir" in caught.value.remedy
