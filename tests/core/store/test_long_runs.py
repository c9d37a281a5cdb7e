"""Runs so long that their row in the index is written on a thread."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from core.folders import Folders
from core.model.errors import ExplorerError
from core.model.run import Run
from core.session import Session
from core.store.index import _LONG_STEPS
from core.store.read_log import read_log
from core.store.run_store import RunStore
from core.store.whole_run import whole_records
from tests.core.store.recorded import assert_same_run, log_of, record

STEPS = _LONG_STEPS + 1_000


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders.under(tmp_path / "data")


def test_its_row_is_there_once_the_session_is_closed_with_what_was_made_of_it_meanwhile(
    folders: Folders,
) -> None:
    session = Session(folders)
    run_id = record(session, steps=STEPS)
    session.relabel(run_id, name="named at once")
    run = session.run(run_id)
    session.close()
    index = RunStore(folders.database)
    (row,) = index.load()
    index.close()
    assert row.log_bytes == log_of(folders, run_id).stat().st_size
    assert row.run is not None
    assert_same_run(row.run, run)


def test_what_is_written_meanwhile_waits_for_it_and_holds_nobody_up(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(folders)
    gate, save = threading.Event(), RunStore.save_all

    def save_later(store: RunStore, runs: list[tuple[Run, int | None]]) -> None:
        gate.wait()
        save(store, runs)

    monkeypatch.setattr(RunStore, "save_all", save_later)
    long, short = record(session, steps=STEPS), record(session)  # neither waits for the gate
    session.relabel(long, name="meanwhile")
    index = RunStore(folders.database)
    assert index.load() == []
    gate.set()
    session.close()
    rows = index.load()
    index.close()
    assert [(row.id, row.run and row.run.name) for row in rows] == [
        (long, "meanwhile"), (short, "run 2"),
    ]  # fmt: skip
    assert [row.log_bytes for row in rows] == [
        log_of(folders, run_id).stat().st_size for run_id in (long, short)
    ]


def test_where_it_cannot_be_written_that_is_said_and_the_log_has_it(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(folders)

    def full(store: RunStore, runs: object) -> None:
        raise ExplorerError("The index cannot be written (disk full)")

    monkeypatch.setattr(RunStore, "save_all", full)
    said = []
    for steps in (STEPS, 40):  # at the end of the run or, where the thread took longer, of the next
        try:
            record(session, steps=steps)
        except ExplorerError as error:
            said.append(error.what)
        session._store._index._writer.wait()
    run_id = session.runs[0].id
    assert said == ["The index cannot be written (disk full)"]
    monkeypatch.undo()
    session.close()
    again = Session(folders)
    assert again.run(run_id).samples.steps == STEPS
    assert again.notice == ""
    again.close()


def test_it_comes_back_from_a_log_that_was_written_from_its_row(folders: Folders) -> None:
    session = Session(folders)
    run_id = record(session, steps=150_000)
    run = session.run(run_id)
    session.close()
    assert len(list(whole_records(run, 1))) == 4
    shutil.rmtree(folders.logs)
    Session(folders).close()
    found = read_log(log_of(folders, run_id))
    assert (found.unreadable, found.cut_off, found.ended) == (0, False, True)
    assert_same_run(found.run, run)
    assert np.array_equal(found.run.samples.epoch_starts, run.samples.epoch_starts)
