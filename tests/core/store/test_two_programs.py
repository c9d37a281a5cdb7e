"""Several programs on one folder do not harm each other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from core.folders import Folders
from core.model.run import RunState
from core.session import Session
from core.store.locks import is_held, locked_folder
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


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders.under(tmp_path / "data")


def test_numbers_do_not_collide_also_while_both_are_recording(folders: Folders) -> None:
    one, other = Session(folders), Session(folders)
    ids = [begin(one), begin(other)]
    for session in (one, other):
        take(session, all_events())
    ids += [record(other), record(one)]
    numbers = [run.number for session in (one, other) for run in session.runs]
    one.close()
    other.close()
    assert sorted(numbers) == [1, 2, 3, 4]
    third = Session(folders)
    assert [third.run(run_id).number for run_id in ids] == [1, 2, 3, 4]
    third.close()


def test_numbers_go_on_where_the_summary_is_gone_and_a_run_is_under_way(folders: Folders) -> None:
    one = Session(folders)
    record(one)
    begin(one)
    folders.summary.unlink()
    other = Session(folders)
    assert other.run(record(other)).number == 3
    other.close()
    abandon(one)


def test_a_run_under_way_elsewhere_is_not_taken_for_interrupted(folders: Folders) -> None:
    one = Session(folders)
    run_id = begin(one)
    take(one, all_events()[:7])
    other = Session(folders)
    assert other.runs == ()
    assert not other.interrupted
    (seen,) = other.running_elsewhere()
    assert (seen.id, seen.state, seen.samples.steps) == (run_id, RunState.RUNNING, 20)
    take(one, all_events()[7:])
    assert one.run(run_id).state is RunState.DONE
    assert other.changed_elsewhere()
    other.refresh()
    assert_same_run(other.run(run_id), one.run(run_id))
    assert other.running_elsewhere() == ()
    one.close()
    other.close()


def test_a_run_whose_program_died_shows_up_in_the_other_window(folders: Folders) -> None:
    one, other = Session(folders), Session(folders)
    said: list[str] = []
    other.message_callbacks.append(said.append)
    run_id = begin(one)
    take(one, all_events()[:7])
    other.refresh()
    assert other.runs == ()
    abandon(one)
    assert other.changed_elsewhere()
    other.refresh()
    assert other.run(run_id).state is RunState.INTERRUPTED
    assert said == ["run 1 of another program was interrupted, 20 steps kept."]
    other.close()


def test_labels_of_both_are_kept_whoever_wrote_last(folders: Folders) -> None:
    one = Session(folders)
    run_id = record(one)
    other = Session(folders)
    one.relabel(run_id, name="one's name")
    other.relabel(run_id, note="other's note")
    assert (other.run(run_id).label.name, other.run(run_id).label.note) == (
        "one's name",
        "other's note",
    )
    one.refresh()
    assert one.run(run_id).label == other.run(run_id).label
    one.close()
    other.close()
    folders.summary.unlink()
    third = Session(folders)
    assert third.run(run_id).label == other.run(run_id).label
    third.close()


def test_there_is_one_baseline_whichever_window_pinned_last(folders: Folders) -> None:
    one = Session(folders)
    first, second = record(one), record(one)
    other = Session(folders)
    one.set_baseline(first)
    other.set_baseline(second)
    one.refresh()
    for session in (one, other):
        assert [run.id for run in session.runs if run.label.baseline] == [second]
        session.close()


def test_what_was_changed_of_a_comparison_in_both_is_kept(folders: Folders) -> None:
    one = Session(folders)
    made = one.experiments.add(comparison_of_two())
    other = Session(folders)
    one.experiments.change(made.id, name="named")
    other.experiments.change(made.id, settled_after=2)
    found = other.experiments.get(made.id)
    assert (found.name, found.settled_after) == ("named", 2)
    one.refresh()
    assert one.experiments.get(made.id) == found
    one.close()
    other.close()


def test_nothing_to_refresh_is_known_without_looking_at_the_runs(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(folders)
    record(session)
    session.refresh()
    assert session._store is not None
    # As if the folder had not changed lately.
    session._store._changed_ns = session._store._logs.changed_ns()
    monkeypatch.setattr(session._store._logs, "ids", lambda: pytest.fail("it looked"))
    assert not session.changed_elsewhere()
    session.relabel(session.runs[0].id, name="own changes are no news")
    assert not session.changed_elsewhere()
    session.close()


_RECORDS = """
import sys
from pathlib import Path
from core.folders import Folders
from core.session import Session
from tests.core.store.recorded import record
session = Session(Folders.under(Path(sys.argv[1])))
print("open", flush=True)
sys.stdin.readline()
ids = [record(session) for _ in range(20)]
for run_id in ids:
    session.relabel(run_id, name=f"{sys.argv[2]} {session.run(run_id).number}")
session.close()
"""


def test_two_processes_record_and_label_at_once(folders: Folders) -> None:
    seed = Session(folders)
    shared = record(seed)
    seed.close()
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", _RECORDS, str(folders.runs), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("a", "b")
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "open\n"
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    for program in programs:
        program.communicate()
        assert program.returncode == 0
    for found in (Session(folders), Session(folders)):
        assert found.notice == ""
        assert [run.number for run in found.runs] == list(range(1, 42))
        names = [run.name.split() for run in found.runs if run.id != shared]
        assert sorted(int(number) for _, number in names) == list(range(2, 42))
        assert [name for name, _ in names].count("a") == 20
        found.close()
        folders.summary.unlink(missing_ok=True)
    assert len(listing(folders)) == 41


def test_the_folder_is_locked_by_one_at_a_time(folders: Folders) -> None:
    folders.logs.mkdir(parents=True)
    lock = FileLock(folders.logs / ".lock", blocking=False)
    with locked_folder(folders.logs), pytest.raises(Timeout):
        lock.acquire()
    with lock:
        pass


def test_a_log_is_held_for_as_long_as_its_run_is_under_way(folders: Folders) -> None:
    session = Session(folders)
    run_id = begin(session)
    assert is_held(log_of(folders, run_id))
    take(session, all_events())
    assert not is_held(log_of(folders, run_id))
    assert listing(folders) == {f"{run_id}.run"}
    session.close()


def test_a_lease_is_held_by_one_alone_and_can_be_taken_again(folders: Folders) -> None:
    one, other, third = (Session(folders).experiments.leases for _ in range(3))
    assert one.take("x")
    assert one.take("x")
    assert not other.take("x")
    one.give_up("x")
    assert third.take("x")
    assert not other.take("x")
    third.give_up_all()
    assert other.take("x")
    other.give_up_all()
