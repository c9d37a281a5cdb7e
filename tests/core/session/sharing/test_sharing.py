"""What was recorded on one machine is the same on another, and what is there stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.model.errors import Cancelled, ExplorerError
from core.model.events import EpochBegan, RunEnded
from core.model.run import RunState
from core.records.encode import encode
from core.session import Session
from core.session.queue import again
from core.session.sharing.outcome import ImportStatus
from core.session.sharing.pack import export_bundle, write_session
from core.store.append_log import append
from core.store.run_log import log_path
from tests.builders import assert_same_samples, even_samples, events_of
from tests.core.session.sharing.sessions import (
    exported,
    full_disk,
    imported,
    members_of,
    session_in,
)
from tests.diagnosis_builders import record_diagnosis
from tests.experiment_builders import carry_out, comparison, waits
from tests.gui.run_builders import begin_run, fail_run, measure_ceilings, record_run


@pytest.fixture
def mine(tmp_path: Path):
    with session_in(tmp_path / "mine") as session:
        yield session


@pytest.fixture
def theirs(tmp_path: Path):
    with session_in(tmp_path / "theirs") as session:
        yield session


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "shared.pxsession"


def test_all_that_was_recorded_comes_back_the_same(
    mine: Session, theirs: Session, file: Path
) -> None:
    record_run(mine, steps=70)
    measure_ceilings(mine, mine.runs[0].plan)
    fail_run(mine)
    carry_out(mine, comparison(name="fast or not"), waits(0.03, 0.02))
    mine.relabel(mine.runs[0].id, name="first", note="a note", tags=("slow",), pinned=True)
    found = imported(theirs, exported(mine, file))
    assert {one.status for one in (*found.runs, *found.experiments)} == {ImportStatus.ADDED}
    assert len(theirs.runs) == len(mine.runs) == 12
    for ours in mine.runs:
        there = theirs.run(ours.id)
        assert_same_samples(there.samples, ours.samples)
        assert there.ceilings == ours.ceilings
        for name in ("plan", "number", "created", "state", "environment", "failure", "label"):
            assert getattr(there, name) == getattr(ours, name), name
    assert theirs.runs[0].ceilings is not None
    assert theirs.experiments.all == mine.experiments.all
    (experiment,) = theirs.experiments.all
    assert len(theirs.experiments.runs(experiment)) == 10


def trace_of(session: Session, content: bytes) -> None:
    """Give the first run a trace; what is in it is nobody's business on the way."""
    path = session.traces.path(session.runs[0].id)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


def test_a_trace_travels_with_its_run_and_one_that_is_here_stays(
    mine: Session, theirs: Session, file: Path
) -> None:
    run = record_run(mine)
    record_run(mine)
    imported(theirs, exported(mine, file))
    assert theirs.traces.file(run.id) is None
    trace_of(mine, b"of twenty steps")
    exported(mine, file)
    # The run is here already, its trace is not.
    imported(theirs, file)
    kept = theirs.traces.file(run.id)
    assert kept is not None
    assert kept.read_bytes() == b"of twenty steps"
    trace_of(theirs, b"another one")
    imported(theirs, file)
    assert kept.read_bytes() == b"another one"
    exported(mine, file, mine.runs[1].id)
    assert not any(name.startswith("traces/") for name in members_of(file))


def test_a_diagnosis_travels_with_its_answer(mine: Session, theirs: Session, file: Path) -> None:
    record_run(mine)
    found = record_diagnosis(mine)
    imported(theirs, exported(mine, file))
    (there,) = theirs.diagnoses
    assert there.id == found.id
    assert there.answer == found.answer
    assert there.answer is not None


def test_an_import_is_there_at_the_next_start_too(mine: Session, tmp_path: Path) -> None:
    run = record_run(mine)
    file = exported(mine, tmp_path / "a.pxsession")
    with session_in(tmp_path / "other") as session:
        imported(session, file)
    with session_in(tmp_path / "other") as again:
        assert [one.id for one in again.runs] == [run.id]
        assert again.notice == ""
    (tmp_path / "other" / "runs.summary").unlink()
    with session_in(tmp_path / "other") as from_logs:
        assert [one.id for one in from_logs.runs] == [run.id]


def test_the_same_runs_give_the_same_bytes(mine: Session, tmp_path: Path) -> None:
    for _ in range(3):
        record_run(mine)
    first = exported(mine, tmp_path / "a.pxsession").read_bytes()
    assert exported(mine, tmp_path / "b.pxsession").read_bytes() == first


def test_selected_runs_bring_what_belongs_to_them_and_nothing_else(
    mine: Session, theirs: Session, file: Path
) -> None:
    alone, other = record_run(mine), record_run(mine, {"batch.batch_size": 64})
    measure_ceilings(mine, alone.plan)
    measure_ceilings(mine, other.plan)
    (first, *_) = carry_out(mine, comparison(), waits(0.03, 0.02))
    imported(theirs, exported(mine, file, alone.id, first.id))
    assert {run.id for run in theirs.runs} == {alone.id, first.id}
    assert theirs.run(alone.id).ceilings is not None
    assert len(theirs.every_run) == 4
    assert [one.id for one in theirs.experiments.all] == [one.id for one in mine.experiments.all]


def test_what_is_in_the_bin_is_not_handed_on(mine: Session, file: Path) -> None:
    kept, gone = record_run(mine), record_run(mine)
    mine.delete(gone.id)
    assert [name for name in members_of(exported(mine, file)) if name.startswith("runs/")] == [
        f"runs/{kept.id}.run"
    ]


def test_a_session_without_a_run_cannot_be_exported(mine: Session) -> None:
    with pytest.raises(ExplorerError, match="no run"):
        export_bundle(mine)


def test_a_run_under_way_is_exported_as_far_as_it_has_come(
    mine: Session, theirs: Session, file: Path
) -> None:
    run = record_run(mine, to_the_end=False)
    found = imported(theirs, exported(mine, file))
    assert found.runs[0].status is ImportStatus.ADDED
    assert theirs.run(run.id).state is RunState.INTERRUPTED
    assert theirs.run(run.id).samples.steps == 100
    mine.handle(RunEnded(RunState.DONE, None, 3.0, 0.1))


def test_the_rest_of_a_run_follows_with_a_later_export(
    mine: Session, theirs: Session, file: Path
) -> None:
    run = begin_run(mine)
    events = events_of(even_samples(40))
    for event in events[:8]:
        mine.handle(event)
    imported(theirs, exported(mine, file))
    theirs.relabel(run.id, name="theirs", colour=7)
    for event in events[8:]:
        mine.handle(event)
    found = imported(theirs, exported(mine, file))
    assert [one.status for one in found.runs] == [ImportStatus.LONGER]
    there = theirs.run(run.id)
    assert (there.state, there.samples.steps) == (RunState.DONE, 40)
    assert (there.label.name, there.label.colour) == ("theirs", 7)


def test_importing_twice_changes_nothing(mine: Session, theirs: Session, file: Path) -> None:
    for _ in range(3):
        record_run(mine)
    exported(mine, file)
    imported(theirs, file)
    theirs.relabel(theirs.runs[0].id, name="renamed here")
    before = {path.name: path.read_bytes() for path in theirs.folders.logs.glob("*.run")}
    found = imported(theirs, file)
    assert {run.status for run in found.runs} == {ImportStatus.SAME}
    assert found.sentence() == "Nothing imported; 3 runs were here already."
    assert {p.name: p.read_bytes() for p in theirs.folders.logs.glob("*.run")} == before


def test_a_run_that_is_in_the_bin_here_stays_there(
    mine: Session, theirs: Session, file: Path
) -> None:
    run = record_run(mine)
    imported(theirs, exported(mine, file))
    theirs.delete(run.id)
    found = imported(theirs, file)
    assert "bin" in found.runs[0].text()
    assert theirs.runs == ()


def test_another_run_under_the_same_id_is_kept_as_it_is_here(
    mine: Session, theirs: Session, file: Path, tmp_path: Path
) -> None:
    run = record_run(mine, steps=60)
    imported(theirs, exported(mine, file))
    with session_in(tmp_path / "third") as third:
        imported(third, file)
        third.close()
        path = log_path(third.folders.logs, run.id)
        # The same beginning, then other steps.
        path.write_bytes(path.read_bytes()[: len(path.read_bytes()) // 2])
        append(path, [encode(EpochBegan(7))])
    with session_in(tmp_path / "third") as third:
        other = exported(third, tmp_path / "other.pxsession")
    found = imported(theirs, other)
    assert [one.status for one in found.runs] == [ImportStatus.KEPT]
    assert "other measurements" in found.runs[0].text()
    assert theirs.run(run.id).samples.steps == 60


def test_a_number_that_is_taken_becomes_another_and_that_is_said(
    mine: Session, theirs: Session, file: Path
) -> None:
    runs = [record_run(mine) for _ in range(3)]
    own = record_run(theirs)
    found = imported(theirs, exported(mine, file))
    assert [run.number for run in theirs.runs] == [1, 2, 3, 4]
    assert theirs.run(own.id).number == 1
    assert theirs.run(runs[0].id).number == 4
    (told,) = found.notable
    assert told.text() == "run 4: added. Its number 1 is taken here: it is number 4."
    assert record_run(theirs).number == 5


def test_each_listed_run_has_a_colour_of_its_own(
    mine: Session, theirs: Session, file: Path
) -> None:
    for _ in range(3):
        record_run(mine)
        record_run(theirs)
    imported(theirs, exported(mine, file))
    assert sorted(run.label.colour for run in theirs.runs) == [0, 1, 2, 3, 4, 5]


def test_a_baseline_elsewhere_is_none_here(mine: Session, theirs: Session, file: Path) -> None:
    mine.set_baseline(record_run(mine).id)
    own = record_run(theirs)
    theirs.set_baseline(own.id)
    imported(theirs, exported(mine, file))
    assert theirs.baseline is not None
    assert theirs.baseline.id == own.id
    assert sum(run.label.baseline for run in theirs.runs) == 1


def test_a_run_whose_log_is_gone_cannot_be_exported(mine: Session, file: Path) -> None:
    run = record_run(mine)
    log_path(mine.folders.logs, run.id).unlink()
    with pytest.raises(ExplorerError, match="run 1 cannot be read for the export"):
        exported(mine, file)
    assert not file.exists()


def test_a_stopped_export_leaves_the_file_that_was_there(mine: Session, file: Path) -> None:
    record_run(mine)
    before = exported(mine, file).read_bytes()
    record_run(mine)
    asked = iter([False, True])
    with pytest.raises(Cancelled):
        write_session(file, export_bundle(mine), cancelled=lambda: next(asked, True))
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.glob("*.part")] == []


def test_a_full_disk_leaves_the_file_that_was_there(mine: Session, file: Path) -> None:
    record_run(mine)
    before = exported(mine, file).read_bytes()
    record_run(mine)
    with full_disk(), pytest.raises(ExplorerError, match="No space left"):
        exported(mine, file)
    assert file.read_bytes() == before
    assert sorted(path.name for path in file.parent.iterdir() if path.is_file()) == [file.name]


def test_a_full_disk_costs_the_runs_that_do_not_fit_and_says_so(
    mine: Session, theirs: Session, file: Path
) -> None:
    for _ in range(2):
        record_run(mine)
    exported(mine, file)
    theirs.folders.logs.mkdir(exist_ok=True)
    with full_disk():
        found = imported(theirs, file)
    assert [run.status for run in found.runs] == [ImportStatus.REFUSED] * 2
    assert "No space left" in found.runs[0].text()
    assert theirs.runs == ()
    assert [path.name for path in theirs.folders.logs.iterdir() if path.suffix] == []


def test_a_plan_from_elsewhere_writes_to_this_machines_folder(
    mine: Session, theirs: Session, file: Path
) -> None:
    run = record_run(mine)
    experiment = comparison()
    carry_out(mine, experiment, waits(0.03, 0.02), places=experiment.order[:3])
    imported(theirs, exported(mine, file))
    foreign = theirs.run(run.id).plan
    assert foreign.data_folder == str(mine.folders.cache)
    here = str(theirs.folders.cache)
    assert theirs.begin(again(foreign)).run().plan.data_folder == here
    theirs.handle(RunEnded(RunState.STOPPED))
    (kept,) = theirs.experiments.all
    missing = theirs.experiments.plans(kept)
    assert len(missing) == 7
    assert {plan.data_folder for plan in missing} == {here}
    assert theirs.plan(*theirs.settings_of(theirs.run(run.id))).data_folder == here
