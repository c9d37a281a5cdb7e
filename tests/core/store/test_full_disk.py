"""A disk that is full or read-only: what is measured waits, is written later, and it is said."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.folders import Folders
from core.model.errors import ExplorerError, InputError
from core.model.events import Event
from core.model.run import RunState
from core.session import Session
from tests.core.store.recorded import (
    abandon,
    all_events,
    assert_same_run,
    begin,
    listing,
    log_of,
    record,
    take,
)
from tests.disks import Disk
from tests.experiments import comparison_of_two


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders.under(tmp_path / "data")


@pytest.fixture
def disk(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(folders.runs, monkeypatch)


@pytest.fixture
def session(folders: Folders, disk: Disk) -> Iterator[Session]:
    opened = Session(folders)
    yield opened
    disk.mend()
    opened.close()


def take_and_listen(session: Session, events: list[Event]) -> list[str]:
    """What the person is told while a run says this."""
    said: list[str] = []
    for event in events:
        session.recorder.keep(event)
        try:
            session.handle(event)
        except ExplorerError as error:
            said.append(str(error))
    return said


def test_the_run_goes_on_and_the_person_is_told_once_when_it_begins_and_once_when_it_is_over(
    session: Session, folders: Folders, disk: Disk
) -> None:
    good_news: list[str] = []
    session.message_callbacks.append(good_news.append)
    run_id = begin(session)
    events = all_events(400)
    disk.fill(room_bytes=100)
    said = take_and_listen(session, events[:6])
    assert len(said) == 1
    assert "The run goes on all the same" in said[0]
    assert "No space left" in said[0]
    assert str(log_of(folders, run_id)) in said[0]
    disk.mend()
    assert take_and_listen(session, events[6:]) == []
    assert good_news == ["What waited to be recorded is written to disk now."]
    assert session.unsaved == ()
    run = session.run(run_id)
    assert run.state is RunState.DONE
    folders.summary.unlink(missing_ok=True)
    again = Session(folders)
    assert_same_run(again.run(run_id), run)
    again.close()


def test_what_cannot_be_written_at_the_end_stays_in_the_list_and_is_tried_again(
    session: Session, folders: Folders, disk: Disk
) -> None:
    good_news: list[str] = []
    session.message_callbacks.append(good_news.append)
    run_id = begin(session)
    disk.fill(room_bytes=2_000)
    assert len(take_and_listen(session, all_events(400))) == 1
    assert [run.id for run in session.unsaved] == [run_id]
    assert session.run(run_id).samples.steps == 400
    session.retry()
    assert [run.id for run in session.unsaved] == [run_id]
    session.relabel(run_id, name="waits too")
    disk.mend()
    next_id = record(session)
    assert session.unsaved == ()
    assert good_news == ["waits too: written to disk after all."]
    again = Session(folders)
    assert_same_run(again.run(run_id), session.run(run_id))
    assert again.run(next_id).number == 2
    assert again.notice == ""
    again.close()


def test_closing_is_the_last_chance(session: Session, folders: Folders, disk: Disk) -> None:
    run_id = begin(session)
    disk.fill()
    take_and_listen(session, all_events())
    disk.mend()
    session.close()
    again = Session(folders)
    assert again.run(run_id).state is RunState.DONE
    again.close()


def test_where_even_that_fails_the_run_comes_back_with_what_was_written(
    session: Session, folders: Folders, disk: Disk
) -> None:
    run_id = begin(session)
    take(session, all_events()[:7])
    disk.fill(room_bytes=20)
    take_and_listen(session, all_events()[7:])
    abandon(session)
    disk.mend()
    again = Session(folders)
    assert again.run(run_id).state is RunState.INTERRUPTED
    assert again.run(run_id).samples.steps == 20
    again.close()


@pytest.mark.parametrize("how", ["full", "read-only"])
def test_a_run_that_cannot_be_recorded_is_not_begun_and_it_is_said_how_to_go_on(
    session: Session, folders: Folders, disk: Disk, how: str
) -> None:
    if how == "full":
        disk.fill(room_bytes=10)
    else:
        disk.protect()
    with pytest.raises(ExplorerError) as caught:
        begin(session)
    assert str(folders.logs) in str(caught.value)
    assert "not begun" in str(caught.value)
    assert "--data-dir" in caught.value.remedy
    assert "--no-record" in caught.value.remedy
    assert isinstance(caught.value, InputError) is (how == "read-only")
    assert (session.recording, session.runs) == (None, ())
    disk.mend()
    assert listing(folders) == set()
    assert session.run(record(session)).number == 1


def test_a_label_that_cannot_be_written_is_not_shown_either(
    session: Session, folders: Folders, disk: Disk
) -> None:
    run_id = record(session)
    content = log_of(folders, run_id).read_bytes()
    disk.fill(room_bytes=10)
    with pytest.raises(ExplorerError, match="run 1 cannot be written"):
        session.relabel(run_id, name="new")
    assert session.run(run_id).name == "run 1"
    assert log_of(folders, run_id).read_bytes() == content


def test_interrupted_runs_are_shown_where_their_end_cannot_be_written(
    folders: Folders, disk: Disk
) -> None:
    session = Session(folders)
    run_id = begin(session)
    take(session, all_events()[:7])
    abandon(session)
    for _ in range(2):
        disk.fill()
        session = Session(folders)
        assert session.run(run_id).state is RunState.INTERRUPTED
        assert [run.id for run in session.interrupted] == [run_id]
        session.close()
    disk.mend()
    Session(folders).close()
    session = Session(folders)
    assert (session.interrupted, session.notice) == ((), "")
    assert listing(folders) == {f"{run_id}.run"}
    session.close()


def test_damaged_logs_stay_where_they_are_while_no_others_can_be_written(
    folders: Folders, disk: Disk
) -> None:
    session = Session(folders)
    run_id = record(session, steps=400)
    session.experiments.add(comparison_of_two(name="kept"))
    session.experiments.add(comparison_of_two(id="other", name="new"))
    session.close()
    folders.summary.unlink()
    for log in (log_of(folders, run_id), folders.logs / "experiments.log"):
        content = log.read_bytes()
        at = 50 if log.suffix == ".log" else len(content) // 2
        log.write_bytes(content[:at] + b"\xff" * 8 + content[at + 8 :])
    before = {path.name for path in folders.logs.iterdir()}
    for _ in range(2):
        disk.fill()
        session = Session(folders)
        assert session.run(run_id).state is RunState.INTERRUPTED
        assert [experiment.name for experiment in session.experiments.all] == ["new"]
        assert "is damaged" in session.notice
        session.close()
        assert {path.name for path in folders.logs.iterdir()} == before
    disk.mend()
    Session(folders).close()
    session = Session(folders)
    assert session.notice == ""
    assert [run.id for run in session.runs] == [run_id]
    assert [experiment.name for experiment in session.experiments.all] == ["new"]
    session.close()


_ON_A_REAL_DISK = """
import errno, os, sys
from pathlib import Path
from core.folders import Folders
from core.model.errors import ExplorerError
from core.session import Session
from core.store.run_log import log_path
from tests.core.store.recorded import all_events, assert_same_run, begin, record
folders = Folders.under(Path(sys.argv[1]))
session = Session(folders)
record(session)
ballast = folders.runs / "ballast"
with ballast.open("wb", buffering=0) as file:
    try:
        while True:
            file.write(bytes(4096))
    except OSError as error:
        assert error.errno == errno.ENOSPC
with ballast.open("r+b") as file:
    file.truncate(ballast.stat().st_size - 8192)
said = []
run_id = begin(session)
for event in all_events(4000):
    session.recorder.keep(event)
    try:
        session.handle(event)
    except ExplorerError as error:
        said.append(str(error))
assert len(said) == 1 and "No space left" in said[0], said
assert [run.id for run in session.unsaved] == [run_id]
try:
    session.experiments.add(__import__("tests.experiments").experiments.comparison_of_two())
except ExplorerError as error:
    assert "No space left" in str(error)
ballast.unlink()
session.retry()
assert session.unsaved == ()
run = session.run(run_id)
session.close()
again = Session(folders)
assert_same_run(again.run(run_id), run)
assert again.notice == "", again.notice
again.close()
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a megabyte, where this program may make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("only the administrator may mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.skipif(shutil.which("mount") is None, reason="no command to mount")
def test_a_disk_that_is_really_full(small_disk: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-c", _ON_A_REAL_DISK, str(small_disk)], capture_output=True, text=True
    )
    assert found.returncode == 0, found.stderr


@pytest.mark.skipif(shutil.which("mount") is None, reason="no command to mount")
def test_a_folder_that_is_really_read_only(small_disk: Path) -> None:
    folders = Folders.under(small_disk)
    session = Session(folders)
    run_id = record(session)
    session.experiments.add(comparison_of_two())
    begin(session)
    take(session, all_events()[:7])
    abandon(session)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    try:
        session = Session(folders)
        states = [run.state for run in session.runs]
        assert states == [RunState.DONE, RunState.INTERRUPTED]
        assert session.run(run_id).samples.steps == 40
        assert len(session.experiments.all) == 1
        assert session.notice == ""
        with pytest.raises(InputError, match="not begun"):
            begin(session)
        with pytest.raises(InputError, match="Read-only"):
            session.relabel(run_id, name="new")
        session.refresh()
        session.close()
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    session = Session(folders)
    assert session.notice == ""
    session.close()
    assert os.listdir(folders.runs)
