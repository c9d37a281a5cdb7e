"""Damaged logs and a damaged summary: nothing is lost, nothing pretends, and it is said."""

from __future__ import annotations

import contextlib
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from core.folders import Folders
from core.model.errors import ExplorerError
from core.model.events import ClockJumped
from core.model.run import Run, RunState
from core.records.frames import HEAD_BYTES, FrameReader
from core.session import Session
from core.store.append_log import frames_of
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


DAMAGES: dict[str, Damage] = {
    "garbage": lambda path: path.write_bytes(b"garbage" * 1000),
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "half of it": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "empty": lambda path: path.write_bytes(b""),
    "gone": lambda path: path.unlink(),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_summary_is_made_anew_and_nobody_needs_to_know(
    folders: Folders, three: dict[str, Run], damage: Damage
) -> None:
    damage(folders.summary)
    assert assert_all_there(folders, three) == ""
    assert {path.name for path in folders.runs.iterdir()} <= {
        "logs", "generated", "leases", "runs.summary",
    }  # fmt: skip


@pytest.mark.parametrize("damage", list(DAMAGES)[:4])
def test_of_a_log_without_a_run_in_it_the_file_is_kept_and_named(
    folders: Folders, three: dict[str, Run], damage: str
) -> None:
    first, *others = three
    log = log_of(folders, first)
    content = log.read_bytes()
    DAMAGES[damage](log)
    session = Session(folders)
    notice = session.notice
    found = [run.id for run in session.runs]
    session.close()
    if damage == "half of it":
        assert found == list(three)
        kept = next(folders.logs.glob(f"{first}.run.cut-off-*"))
        assert content.startswith(log_of(folders, first).read_bytes()[:500])
        assert content[: len(content) // 2].endswith(kept.read_bytes())
    else:
        assert found == others
        assert ("damaged-" in notice) is (damage != "empty")
        assert any(folders.logs.glob(f"{first}.run.damaged-*")) is (damage != "empty")
    Session(folders).close()
    again = Session(folders)
    assert again.notice == ""
    again.close()


def test_a_summary_that_is_gone_is_made_anew(folders: Folders, three: dict[str, Run]) -> None:
    folders.summary.unlink()
    assert assert_all_there(folders, three) == ""


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
    folders.summary.unlink()
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
    folders.summary.unlink()
    again = Session(folders)
    assert (again.notice, again.interrupted) == ("", ())
    assert_same_run(again.run(run_id), run)
    again.close()


@pytest.mark.parametrize("marker", [None, b"\x1ePX\x02"], ids=["records", "framing"])
def test_a_log_of_a_newer_format_is_left_alone_and_told_of(
    folders: Folders, three: dict[str, Run], marker: bytes | None
) -> None:
    first, *others = three
    path = log_of(folders, first)
    if marker:
        content = path.read_bytes().replace(b"\x1ePX\x01", marker)
    else:
        content = frames_of([b'{"is":"RunBegun","format":99,"what":"nobody knows yet"}\n'])
    path.write_bytes(content)
    folders.summary.unlink()
    session = Session(folders)
    assert [run.id for run in session.runs] == others
    assert "newer Pipeline Explorer" in session.notice
    assert "Update Pipeline Explorer. The file was not changed" in session.notice
    assert record(session)
    session.close()
    assert path.read_bytes() == content


def test_what_a_development_version_wrote_is_set_aside_and_said(
    folders: Folders, three: dict[str, Run]
) -> None:
    older = Path(__file__).parent / "fixtures" / "older"
    for path in older.iterdir():
        shutil.copy(path, folders.logs)
    (folders.runs / "runs.sqlite").write_bytes(b"SQLite format 3")
    session = Session(folders)
    assert [run.id for run in session.runs] == list(three)
    assert session.experiments.all == ()
    assert session.notice.count("development version") == 3
    session.close()
    assert (folders.logs / "experiments.log").read_bytes() == b""
    assert not (folders.logs / "event-by-event.run").exists()
    kept = list(folders.runs.rglob("*.older-*"))
    assert len(kept) == 3
    again = Session(folders)
    assert again.notice == ""
    again.close()


def test_a_log_that_was_copied_by_hand_is_no_second_run(
    folders: Folders, three: dict[str, Run]
) -> None:
    first = log_of(folders, next(iter(three)))
    shutil.copy(first, first.with_name("copy.run"))
    notice = assert_all_there(folders, three)
    assert "copy.run" in notice


def test_of_a_damaged_log_of_experiments_what_can_be_read_is_kept(
    folders: Folders, three: dict[str, Run]
) -> None:
    session = Session(folders)
    session.experiments.add(comparison_of_two(id="other", name="new"))
    session.close()
    log = folders.logs / "experiments.log"
    content = log.read_bytes()
    log.write_bytes(content[:50] + b"\xff" * 8 + content[58:])
    for notices in (1, 0):
        session = Session(folders)
        assert (
            session.notice.count("experiments.log: records that are missing or damaged: 1")
            == notices
        )
        assert [one.name for one in session.experiments.all] == ["new"]
        session.close()
    (kept,) = folders.logs.glob("experiments.log.damaged-*")
    assert kept.read_bytes()[:50] == content[:50]


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
    folders.summary.unlink()
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
    monkeypatch.setattr("core.store.log_check.MOST_LOG_BYTES", 1_000)
    first = log_of(folders, next(iter(three)))
    first.write_bytes(first.read_bytes() + bytes(10))
    session = Session(folders)
    assert len(session.runs) == 2
    assert "longer than 1,000 bytes" in session.notice
    session.close()


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
    assert [clock_jump.by_s for clock_jump in found.clock_jumps] == [-2.0]


def test_a_deleted_log_that_cannot_be_written_anew_is_told_and_tried_again(
    folders: Folders,
) -> None:
    session = Session(folders)
    run_id = begin(session)
    shutil.rmtree(folders.runs)
    folders.runs.write_text("a file in its place")
    with pytest.raises(
        ExplorerError, match="was deleted during the run and cannot be written again"
    ):
        take(session, all_events())
    assert [run.id for run in session.unsaved] == [run_id]
    folders.runs.unlink()
    session.retry()
    assert session.unsaved == ()
    session.close()
    assert Session(folders).run(run_id).state is RunState.DONE
