"""Damaged logs and a damaged index: nothing is lost, nothing pretends, and it is said."""

from __future__ import annotations

import contextlib
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from core.folders import Folders
from core.model.errors import ExplorerError
from core.model.events import ClockJumped
from core.model.run import Run, RunState
from core.records.frames import HEAD_BYTES, FrameReader
from core.records.payload import pack
from core.session import Session
from core.store.database import NewerError
from core.store.read_log import run_of
from core.store.run_log import frames_of
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
from tests.experiments import comparison_of_two

Damage = Callable[[Path], None]


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders.under(tmp_path / "data")


@pytest.fixture
def three(folders: Folders) -> dict[str, Run]:
    """Three recorded runs, one of them named, and a comparison."""
    session = Session(folders)
    ids = [record(session, steps=400) for _ in range(3)]
    session.relabel(ids[1], name="Größe 32 ✓", note="a note")
    session.experiments.add(comparison_of_two(name="kept"))
    found = {run_id: session.run(run_id) for run_id in ids}
    session.close()
    return found


def assert_all_there(folders: Folders, runs: dict[str, Run]) -> str:
    """Nothing is lost; gives what was said about it."""
    session = Session(folders)
    assert [run.id for run in session.runs] == list(runs)
    for run_id, run in runs.items():
        assert_same_run(session.run(run_id), run)
    assert [one.name for one in session.experiments.all] == ["kept"]
    notice = session.notice
    session.close()
    again = Session(folders)
    assert again.notice == ""
    again.close()
    return notice


def overwrite(at: float, data: bytes) -> Damage:
    def damage(path: Path) -> None:
        content = bytearray(path.read_bytes())
        start = min(int(at * len(content)), max(0, len(content) - len(data)))
        content[start : start + len(data)] = data
        path.write_bytes(content)

    return damage


def cut(part: float) -> Damage:
    def damage(path: Path) -> None:
        content = path.read_bytes()
        path.write_bytes(content[: int(part * len(content))])

    return damage


DAMAGES = {
    "garbage": lambda path: path.write_bytes(b"garbage" * 1000),
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "a page at the beginning": overwrite(0.0, b"\xee" * 4096),
    "a page in the middle": overwrite(0.5, b"\xee" * 4096),
    "a page at the end": overwrite(1.0, b"\xee" * 4096),
    "half of it": cut(0.5),
    "nearly all of it": cut(0.97),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_index_is_kept_aside_and_made_anew_by_itself(
    folders: Folders, three: dict[str, Run], damage: Damage
) -> None:
    damage(folders.database)
    content = folders.database.read_bytes()
    notice = assert_all_there(folders, three)
    kept = [
        one
        for one in folders.runs.glob("runs.sqlite.damaged-*")
        if not one.name.endswith(("-shm", "-wal"))
    ]
    if kept:  # SQLite itself may not need the page at all
        assert [one.read_bytes() for one in kept] == [content]
        assert str(kept[0]) in notice


@pytest.mark.parametrize("seed", range(40))
def test_whatever_byte_of_the_index_is_wrong_no_wrong_figure_comes_of_it(
    folders: Folders, three: dict[str, Run], seed: int
) -> None:
    draw = random.Random(seed)
    content = bytearray(folders.database.read_bytes())
    for _ in range(draw.choice((1, 5, 50))):
        content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
    folders.database.write_bytes(content)
    try:
        session = Session(folders)
    except NewerError:
        return  # a bit of its version
    runs = {run.id: run for run in session._runs.values()}
    session.close()
    for run_id, run in three.items():
        found = runs[run_id]
        assert_same_run(found.labelled(name="", note=""), run.labelled(name="", note=""))


def test_an_index_that_is_gone_is_made_anew(folders: Folders, three: dict[str, Run]) -> None:
    for path in folders.runs.glob("runs.sqlite*"):
        path.unlink()
    assert assert_all_there(folders, three) == ""


def test_an_index_without_what_sqlite_keeps_beside_it_is_brought_up_to_date(
    folders: Folders,
) -> None:
    session = Session(folders)
    run_id = record(session)
    run = session.run(run_id)
    beside = folders.runs / "elsewhere"
    # As a program that was killed leaves it, but for the file beside.
    shutil.copy(folders.database, beside)
    session.close()
    shutil.copy(beside, folders.database)
    again = Session(folders)
    assert_same_run(again.run(run_id), run)
    assert again.notice == ""
    again.close()


@pytest.mark.parametrize(
    "damage",
    [
        cut(0.3),
        cut(0.999),
        overwrite(0.5, b"\xff" * 20),
        overwrite(0.0, b"?"),
        lambda path: path.write_bytes(b""),
        lambda path: path.unlink(),
    ],
    ids=["cut off", "its last record", "in the middle", "its first byte", "empty", "gone"],
)
def test_a_damaged_log_is_written_anew_from_the_index(
    folders: Folders, three: dict[str, Run], damage: Damage
) -> None:
    run_id = list(three)[1]
    log = log_of(folders, run_id)
    damage(log)
    if log.exists():  # as long as before it is not looked at: `repair` does
        log.write_bytes(log.read_bytes()[:-1] or b"")
    notice = assert_all_there(folders, three)
    assert "Größe 32 ✓" in notice
    folders.database.unlink()
    assert_all_there(folders, three)


def test_a_program_that_was_killed_before_a_run_had_begun_leaves_nothing(
    folders: Folders, three: dict[str, Run]
) -> None:
    begun = log_of(folders, "0" * 32)
    begun.write_bytes(b"")
    session = Session(folders)
    assert session.notice == ""
    assert len(session.runs) == len(three)
    session.close()
    assert not list(begun.parent.glob(f"{begun.name}*"))


@pytest.mark.parametrize("seed", range(20))
def test_of_a_damaged_log_alone_what_came_before_the_hole_is_kept_and_nothing_pretends(
    folders: Folders, seed: int
) -> None:
    session = Session(folders)
    run_id = begin(session)
    events = all_events(400)
    take(session, events)
    whole = session.run(run_id)
    session.close()
    folders.database.unlink()
    log = log_of(folders, run_id)
    content = log.read_bytes()
    first = len(next(FrameReader(content).payloads())) + HEAD_BYTES
    at = random.Random(seed).randrange(first, len(content) - 20)
    damaged = content[:at] + b"\xff" * 8 + content[at + 8 :]
    log.write_bytes(damaged)
    session = Session(folders)
    run = session.run(run_id)
    steps = run.samples.steps
    assert steps in (0, 200, 400)
    assert (run.samples.done_s == whole.samples.done_s[:steps]).all()
    assert run.state is RunState.INTERRUPTED
    assert run.failure is not None
    assert "run 1" in session.notice
    (aside,) = listing(folders) - {log.name}
    assert aside in session.notice or "cut-off" in aside
    session.close()
    # What was taken of it is the run from now on.
    folders.database.unlink()
    again = Session(folders)
    assert (again.notice, again.interrupted) == ("", ())
    assert_same_run(again.run(run_id), run)
    again.close()


def test_a_record_of_a_kind_that_a_newer_version_adds_is_passed_over(folders: Folders) -> None:
    session = Session(folders)
    run_id = record(session)
    run = session.run(run_id)
    session.close()
    payloads = list(FrameReader(log_of(folders, run_id).read_bytes()).payloads())
    payloads.insert(3, pack({"is": "something new"}))
    found = run_of(b"".join(frames_of(payloads)))
    assert found.unreadable == 0
    assert_same_run(found.run, run)


@pytest.mark.parametrize("marker", [None, b"\x1ePX\x02"], ids=["records", "framing"])
def test_a_log_of_a_newer_format_is_left_alone_and_told_of(
    folders: Folders, three: dict[str, Run], marker: bytes | None
) -> None:
    first, *others = three
    path = log_of(folders, first)
    if marker:
        content = path.read_bytes().replace(b"\x1ePX\x01", marker)
    else:
        newer = pack({"is": "begin", "format": 99, "id": first, "number": 1})
        content = b"".join(frames_of([newer]))
    path.write_bytes(content)
    folders.database.unlink()
    session = Session(folders)
    assert [run.id for run in session.runs] == others
    assert "newer Pipeline Explorer" in session.notice
    assert "Update Pipeline Explorer. The file was not changed" in session.notice
    assert record(session)
    session.close()
    assert path.read_bytes() == content


def test_a_log_that_was_copied_by_hand_is_no_second_run(
    folders: Folders, three: dict[str, Run]
) -> None:
    first = log_of(folders, next(iter(three)))
    shutil.copy(first, first.with_name("copy.run"))
    notice = assert_all_there(folders, three)
    assert "copy.run" in notice


def test_runs_that_only_a_damaged_index_has_are_rescued(
    folders: Folders, three: dict[str, Run]
) -> None:
    shutil.rmtree(folders.logs)
    with sqlite3.connect(folders.database) as file:
        file.execute("UPDATE meta SET value = 'nonsense' WHERE key = 'schema'")
    file.close()
    notice = assert_all_there(folders, three)
    assert "3 runs" in notice


def test_a_damaged_log_of_experiments_is_written_anew_with_what_the_index_has(
    folders: Folders, three: dict[str, Run]
) -> None:
    log = folders.logs / "experiments.log"
    content = log.read_bytes()
    log.write_bytes(content[:50] + b"\xff" * 8 + content[58:])
    session = Session(folders)
    assert "experiments.log: 1 record" in session.notice
    assert "experiments.log.damaged-" in session.notice
    session.close()
    assert assert_all_there(folders, three) == ""
    folders.database.unlink()
    assert assert_all_there(folders, three) == ""


def test_an_experiment_that_was_being_written_is_no_damage(
    folders: Folders, three: dict[str, Run]
) -> None:
    log = folders.logs / "experiments.log"
    content = log.read_bytes()
    log.write_bytes(content + content[: len(content) // 2])
    assert assert_all_there(folders, three) == ""
    session = Session(folders)
    session.experiments.add(comparison_of_two(id="other", name="new"))
    session.close()
    folders.database.unlink()
    session = Session(folders)
    assert [one.name for one in session.experiments.all] == ["kept", "new"]
    assert session.notice == ""
    session.close()
    (aside,) = (name for name in listing(folders) if "cut-off" in name)
    assert (folders.logs / aside).read_bytes() == content[: len(content) // 2]


def test_a_run_whose_program_died_before_a_log_was_damaged_is_still_one_run(
    folders: Folders,
) -> None:
    session = Session(folders)
    run_id = begin(session)
    take(session, all_events()[:7])
    abandon(session)
    log = log_of(folders, run_id)
    log.write_bytes(log.read_bytes() + b"\0" * 300)
    session = Session(folders)
    assert session.run(run_id).samples.steps == 20
    session.close()


@pytest.mark.parametrize("name", ["experiments.log", "a-run.run"])
def test_a_link_in_a_session_from_elsewhere_does_not_lead_out_of_it(
    folders: Folders, tmp_path: Path, name: str
) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"precious" * 100)
    folders.logs.mkdir(parents=True)
    (folders.logs / name).symlink_to(precious)
    session = Session(folders)
    run_id = record(session)
    session.relabel(run_id, name="named")
    with contextlib.suppress(ExplorerError):
        session.experiments.add(comparison_of_two())
    session.close()
    Session(folders).close()
    assert precious.read_bytes() == b"precious" * 100


def test_a_log_that_is_far_too_long_is_left_alone_and_told_of(
    folders: Folders, three: dict[str, Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.store.reconcile.MOST_LOG_BYTES", 1_000)
    first = log_of(folders, next(iter(three)))
    first.write_bytes(first.read_bytes() + bytes(10))
    session = Session(folders)
    assert len(session.runs) == 3
    assert "longer than 1,000 bytes" in session.notice
    session.close()


def test_a_session_of_a_newer_version_is_refused_and_nothing_in_it_touched(
    folders: Folders, three: dict[str, Run]
) -> None:
    with sqlite3.connect(folders.database) as file:
        file.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    file.close()

    def contents() -> dict[str, bytes]:
        # SQLite makes files beside its own also where it only reads.
        paths = (path for path in folders.runs.rglob("*") if path.is_file())
        return {p.name: p.read_bytes() for p in paths if not p.name.endswith(("-shm", "-wal"))}

    before = contents()
    with pytest.raises(NewerError, match="newer"):
        Session(folders)
    assert contents() == before


def test_a_log_that_is_deleted_while_its_run_is_under_way_is_written_anew(
    folders: Folders,
) -> None:
    session = Session(folders)
    run_id = begin(session)
    *events, last = all_events()
    take(session, events)
    shutil.rmtree(folders.runs)
    jumped = ClockJumped(3, -2.0)
    take(session, [jumped, last])
    expected = session.run(run_id)
    assert session.unsaved == ()
    session.close()
    found = Session(folders).run(run_id)
    assert_same_run(found, expected)
    assert [one.by_s for one in found.clock_jumps] == [-2.0]


def test_a_deleted_log_that_cannot_be_written_anew_is_told_and_tried_again(
    folders: Folders,
) -> None:
    session = Session(folders)
    run_id = begin(session)
    shutil.rmtree(folders.runs)
    folders.runs.write_text("a file in its place")
    with pytest.raises(ExplorerError, match="was deleted, and cannot be written anew"):
        take(session, all_events())
    assert [run.id for run in session.unsaved] == [run_id]
    folders.runs.unlink()
    session.retry()
    assert session.unsaved == ()
    session.close()
    assert Session(folders).run(run_id).state is RunState.DONE
