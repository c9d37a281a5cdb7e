"""A session and its recordings: what was measured outlives the window and every mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.folders import Folders
from core.model.events import RunEnded
from core.model.run import Failure, RunState
from core.records.encode import encode
from core.records.entries import Relabelled
from core.session import Session
from core.store.append_log import append
from core.store.run_log import log_path
from core.workloads.catalogue import workload
from tests.builders import even_samples, events_of, run_of
from tests.logs import write_runs


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders.under(tmp_path / "data")


def record(session: Session, ending: RunEnded | None = None) -> str:
    chosen = workload("in_memory")
    plan = session.plan(chosen, chosen.chain.defaults())
    session.begin(plan)
    for event in events_of(even_samples(), ending):
        session.handle(event)
    return plan.id


def reopened(folders: Folders, session: Session) -> Session:
    session.close()
    return Session(folders)


def test_a_run_that_is_over_is_there_the_next_time(folders: Folders) -> None:
    session = Session(folders)
    run_id = record(session)
    session = reopened(folders, session)
    assert [run.id for run in session.runs] == [run_id]
    assert session.run(run_id).samples.steps == 40
    assert session.notice == ""
    session.close()


def test_a_failed_run_is_kept_with_its_reason(folders: Folders) -> None:
    session = Session(folders)
    failure = Failure("A file is gone", "a file", "Put it back.", "trace")
    run_id = record(session, RunEnded(RunState.FAILED, failure))
    session = reopened(folders, session)
    assert session.run(run_id).failure == failure
    session.close()


def test_a_deleted_run_stays_in_the_file_and_can_be_brought_back(folders: Folders) -> None:
    session = Session(folders)
    run_id = record(session)
    session.delete(run_id)
    session = reopened(folders, session)
    assert session.runs == ()
    assert session.run(run_id).samples.steps == 40
    session.restore(run_id)
    session = reopened(folders, session)
    assert [run.id for run in session.runs] == [run_id]
    session.close()


def test_the_one_pin_of_earlier_versions_is_the_baseline(folders: Folders) -> None:
    session = Session(folders)
    run_id = record(session)
    session.close()
    append(log_path(folders.logs, run_id), [encode(Relabelled(pinned=True))])
    session = Session(folders)
    assert session.baseline is not None
    assert session.baseline.id == run_id
    session.close()


def test_names_notes_and_the_baseline_are_there_the_next_time(folders: Folders) -> None:
    session = Session(folders)
    first, second = record(session), record(session)
    session.relabel(first, name="naive", note="before lunch", tags=("slow", "cold"), colour=5)
    session.relabel(second, pinned=True)
    session.set_baseline(second)
    session.set_baseline(first)
    session = reopened(folders, session)
    assert session.baseline is not None
    assert (session.baseline.id, session.baseline.name) == (first, "naive")
    assert session.run(first).label.note == "before lunch"
    assert (session.run(first).label.tags, session.run(first).label.colour) == (("slow", "cold"), 5)
    assert session.run(second).label.pinned
    assert not session.run(second).label.baseline
    session.close()


def test_two_windows_on_one_folder_number_their_runs_apart(folders: Folders) -> None:
    one, other = Session(folders), Session(folders)
    ids = [record(one), record(other), record(one), record(other)]
    one.close()
    other = reopened(folders, other)
    assert [other.run(run_id).number for run_id in ids] == [1, 2, 3, 4]
    other.close()


def test_without_recording_no_file_is_made(folders: Folders) -> None:
    session = Session(folders, record=False)
    record(session)
    session.close()
    assert not folders.summary.exists()
    assert not folders.logs.exists()


def test_the_settings_of_a_recorded_run_can_be_set_again(folders: Folders) -> None:
    chosen = workload("in_memory")
    values = dict(chosen.chain.defaults())
    del values["fit.seed"]
    write_runs(folders, run_of(values=values))
    session = Session(folders)
    chosen, settings = session.settings_of(session.run("id-1"))
    assert settings == chosen.chain.defaults()
    session.close()


def test_a_summary_that_cannot_be_written_costs_nothing(folders: Folders) -> None:
    folders.make()
    folders.summary.mkdir()
    session = Session(folders)
    run_id = record(session)
    session.relabel(run_id, name="named")
    session = reopened(folders, session)
    assert [(run.name, run.state) for run in session.runs] == [("named", RunState.DONE)]
    assert session.notice == ""
    session.close()
