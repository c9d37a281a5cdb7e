"""Runs that are recorded elsewhere are seen as they grow, and kept here once they have ended."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from core.folders import Folders
from core.model.errors import ExplorerError, InputError
from core.model.events import RunEnded
from core.model.run import RunState
from core.records.entries import LOG_FORMAT
from core.session import Session
from core.session.following import SILENT_S, Following
from core.session.sharing.import_target import ImportTarget
from core.session.sharing.outcome import ImportStatus
from core.session.sharing.take_log import take_log
from core.store.followed_log import SETTLED_S, FollowedLog, LogWatch, check_place, waited_for
from core.store.repair import repair
from tests.core.store.recorded import all_events, assert_same_run, begin, listing, log_of, record
from tests.core.store.recorded import take as take_events


@dataclass
class Clock:
    """Seconds that a test sets."""

    now_s: float = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Session]:
    session = Session(Folders.under(tmp_path / "server"))
    yield session
    session.close()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Session]:
    session = Session(Folders.under(tmp_path / "here"))
    yield session
    session.close()


def grow(path: Path, content: bytes) -> None:
    """Put a log where it is followed, as a program that synchronises does: anew, or in place."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


def keep(session: Session, watch: LogWatch) -> list[ImportStatus]:
    """Look once, and keep what has ended."""
    statuses = []
    for followed in session.take_news(watch.look()):
        imported = take_log(followed.path, session.folders, ImportTarget.of(session))
        statuses += [outcome.status for outcome in imported.runs]
    session.refresh()
    return statuses


def test_a_log_that_comes_in_pieces_is_a_run_that_grows_and_is_kept_when_it_ends(
    server: Session, here: Session, tmp_path: Path
) -> None:
    run_id = record(server)
    content = log_of(server.folders, run_id).read_bytes()
    path = tmp_path / "synced" / f"{run_id}.run"
    watch = LogWatch()
    watch.add(tmp_path / "synced")
    assert keep(here, watch) == []
    steps = []
    for part in range(1, 24):
        grow(path, content[: len(content) * part // 24])
        assert keep(here, watch) == []
        steps += [run.samples.steps for run in here.runs if run.state is RunState.RUNNING]
    assert sorted(set(steps)) == [0, 20, 40]
    assert steps == sorted(steps)
    assert listing(here.folders) == set()
    grow(path, content)
    assert keep(here, watch) == [ImportStatus.ADDED]
    assert_same_run(here.run(run_id), server.run(run_id))
    assert not here.following.all
    assert {name.name for name in path.parent.iterdir()} == {path.name}


def test_bytes_that_are_still_to_come_are_no_damage(
    server: Session, here: Session, tmp_path: Path
) -> None:
    run_id = record(server)
    content = log_of(server.folders, run_id).read_bytes()
    path = tmp_path / "synced" / f"{run_id}.run"
    hole = slice(len(content) // 2, len(content) // 2 + 40)
    holed = content[: hole.start] + bytes(40) + content[hole.stop :]
    clock = Clock()
    log = FollowedLog(path, clock)
    assert log.look() is None
    grow(path, holed)
    first = log.look()
    assert first is not None
    assert not first.ended
    assert log.look() is None
    grow(path, content[: hole.start])  # an older copy for a moment
    os.utime(path, ns=(1, 1))
    assert log.look() is None
    grow(path, content)
    os.utime(path, ns=(2, 2))
    rest = log.look()
    assert rest is not None
    assert rest.ended
    assert isinstance(rest.records[-1], RunEnded)
    assert len(first.records) + len(rest.records) == len(all_events())


def test_a_hole_that_stays_ends_the_run_before_it_and_says_so(
    server: Session, here: Session, tmp_path: Path
) -> None:
    run_id = record(server)
    content = bytearray(log_of(server.folders, run_id).read_bytes())
    content[len(content) // 2] ^= 1
    path = tmp_path / "synced" / f"{run_id}.run"
    grow(path, bytes(content))
    clock = Clock()
    log = FollowedLog(path, clock)
    first = log.look()
    assert first is not None
    here.take_news([first])
    clock.now_s = SETTLED_S + 1.0
    last = log.look()
    assert last is not None
    assert last.ended
    (followed,) = here.take_news([last])
    imported = take_log(followed.path, here.folders, ImportTarget.of(here))
    here.refresh()
    assert imported.runs[0].status is ImportStatus.ADDED
    run = here.run(run_id)
    assert run.state is RunState.INTERRUPTED
    assert run.failure is not None
    assert "cannot be read" in run.failure.what


def test_several_runs_of_a_folder_are_followed_beside_each_other(
    server: Session, here: Session
) -> None:
    done = record(server)
    going = begin(server)
    take_events(server, all_events()[:7])
    watch = LogWatch()
    watch.add(server.folders.runs)
    assert keep(here, watch) == [ImportStatus.ADDED]
    assert {run.id: run.state for run in here.runs} == {
        done: RunState.DONE,
        going: RunState.RUNNING,
    }
    take_events(server, all_events()[7:])
    assert keep(here, watch) == [ImportStatus.ADDED]
    assert {run.state for run in here.runs} == {RunState.DONE}


def test_what_is_here_already_is_not_followed_again(server: Session, here: Session) -> None:
    record(server)
    for _ in range(2):
        watch = LogWatch()
        watch.add(server.folders.runs)
        keep(here, watch)
        assert len(here.runs) == 1
        assert not here.following.all


def test_a_name_that_is_given_meanwhile_stays_and_number_and_colour_are_free(
    server: Session, here: Session
) -> None:
    record(here)
    run_id = begin(server)
    take_events(server, all_events()[:7])
    watch = LogWatch()
    watch.add(server.folders.runs)
    keep(here, watch)
    own, followed = here.runs
    assert followed.number == own.number + 1
    assert followed.label.colour != own.label.colour
    here.relabel(run_id, name="on the server")
    assert here.runs[1].name == "on the server"
    for refused in (here.delete, here.set_baseline):
        with pytest.raises(ExplorerError, match="is being followed"):
            refused(run_id)
    take_events(server, all_events()[7:])
    keep(here, watch)
    assert here.run(run_id).name == "on the server"
    assert here.run(run_id).state is RunState.DONE


def test_a_run_that_was_kept_as_interrupted_goes_on_when_it_is_followed_again(
    server: Session, here: Session
) -> None:
    run_id = begin(server)
    take_events(server, all_events()[:7])
    watch = LogWatch()
    watch.add(server.folders.runs)
    keep(here, watch)
    here.following[run_id].ended = True  # the person does not want to follow it any more
    take_log(log_of(server.folders, run_id), here.folders, ImportTarget.of(here))
    here.refresh()
    assert here.run(run_id).state is RunState.INTERRUPTED
    repair(here.folders.runs, here.folders.summary, here.folders.logs)
    watch = LogWatch()
    watch.add(server.folders.runs)
    keep(here, watch)
    (run,) = here.runs
    assert run.state is RunState.RUNNING
    take_events(server, all_events()[7:])
    assert keep(here, watch) == [ImportStatus.LONGER]
    (run,) = here.runs
    assert run.state is RunState.DONE
    assert run.samples.steps == 40


def test_a_run_of_another_program_in_the_same_folder_is_seen_before_it_ends(
    here: Session,
) -> None:
    other = Session(here.folders)
    run_id = begin(other)
    take_events(other, all_events()[:7])
    here.refresh()
    (path,) = here.recorded_elsewhere
    watch = LogWatch()
    watch.add(path)
    here.take_news(watch.look())
    assert here.run(run_id).state is RunState.RUNNING
    assert here.run(run_id).samples.steps > 0
    take_events(other, all_events()[7:])
    here.take_news(watch.look())
    here.refresh()
    assert here.run(run_id).state is RunState.DONE
    assert not here.following.all
    other.close()


def test_a_log_of_a_newer_version_is_told_of_once(
    server: Session, here: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.store.run_log.LOG_FORMAT", LOG_FORMAT + 1)
    record(server)
    watch, told = LogWatch(), list[str]()
    watch.add(server.folders.runs)
    here.message_callbacks.append(told.append)
    for _ in range(2):
        here.take_news(watch.look())
    (sentence,) = told
    assert "cannot be followed" in sentence
    assert here.runs == ()


def test_a_long_silence_is_told_with_its_length(server: Session) -> None:
    run_id = begin(server)
    take_events(server, all_events()[:7])
    clock = Clock()
    following, watch = Following(clock), LogWatch(clock)
    watch.add(log_of(server.folders, run_id))
    following.take(watch.look(), (), lambda run: replace(run), pytest.fail)
    assert following.words().startswith("following run 1: ")
    clock.now_s = SILENT_S + 3.0
    assert following.words() == f"following run 1: nothing has arrived for {SILENT_S + 3:.0f} s"


def test_a_place_that_cannot_be_followed_is_refused_with_what_can(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("")
    (tmp_path / "installer.run").write_text("#!/bin/sh")
    for name in ("nowhere", "notes.txt", "installer.run"):
        with pytest.raises(InputError, match="--record-to"):
            check_place(tmp_path / name)
    assert check_place(tmp_path) == tmp_path
    watch = LogWatch()
    watch.add(tmp_path)
    (news,) = watch.look()
    assert (news.path.name, watch.look()) == ("installer.run", [])
    assert "does not begin with a record" in news.problem


def test_what_may_become_a_recording_is_waited_for_with_a_word_on_what_is_there(
    server: Session, tmp_path: Path
) -> None:
    folder = tmp_path / "synced"
    folder.mkdir()
    assert "is empty: waiting" in waited_for(check_place(folder))
    (folder / "photo.jpg").write_bytes(b"")
    assert "holds 1 file or folder, no recording: waiting" in waited_for(check_place(folder))
    content = log_of(server.folders, record(server)).read_bytes()
    path = folder / "some.run"
    for start in (b"", content[:2], bytes(40), content[:2] + bytes(40), content[:100]):
        path.write_bytes(start)
        watch = LogWatch()
        watch.add(check_place(path))
        assert watch.look() == []
        assert f"has {len(start)} byte" in waited_for(path)
    path.write_bytes(content)
    assert waited_for(path) == waited_for(check_place(folder)) == ""
    assert watch.look()
