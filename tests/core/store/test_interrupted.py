"""A run whose program died comes back with all that it had said by then."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.folders import Folders
from core.metrics.catalogue import METRICS
from core.model.run import RunState
from core.session import Session
from core.session.interrupted import interrupted_words
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


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders.under(tmp_path / "data")


def left_behind(folders: Folders, events: int) -> str:
    """A run whose program died after so many events."""
    session = Session(folders)
    run_id = begin(session)
    take(session, all_events()[:events])
    abandon(session)
    return run_id


def test_it_comes_back_as_interrupted_with_the_steps_that_were_kept(folders: Folders) -> None:
    run_id = left_behind(folders, 7)
    session = Session(folders)
    run = session.run(run_id)
    assert run.state is RunState.INTERRUPTED
    assert run.samples.steps == 20
    assert run.failure is not None
    assert "interrupted, 20 steps kept" in run.failure.what
    assert interrupted_words(session.interrupted) == "run 1 was interrupted, 20 steps kept."
    assert session.notice == ""
    session.close()


@pytest.mark.parametrize("events", range(len(all_events())))
def test_it_stays_so_and_is_told_of_once(folders: Folders, events: int) -> None:
    run_id = left_behind(folders, events)
    first = Session(folders)
    run = first.run(run_id)
    first.close()
    for _ in range(2):
        again = Session(folders)
        assert again.interrupted == ()
        assert again.notice == ""
        assert_same_run(again.run(run_id), run)
        again.close()
        # The log says the same as the summary.
        folders.summary.unlink(missing_ok=True)


def test_every_figure_of_it_is_that_of_a_run_that_was_stopped_there_or_says_why_not(
    folders: Folders,
) -> None:
    run_id = left_behind(folders, len(all_events()) - 1)
    session = Session(folders)
    whole = session.run(record(session))
    run = session.run(run_id)
    for metric in METRICS:
        found, expected = metric.of(run), metric.of(whole)
        if metric.key in ("wall_s", "time_to_first_batch_s"):
            assert found.value is None
            assert "the program ended" in found.reason
        else:
            assert (metric.key, found.value) == (metric.key, expected.value)
    session.close()


def test_the_next_run_has_the_next_number_and_nothing_else_is_left_over(folders: Folders) -> None:
    run_id = left_behind(folders, 7)
    session = Session(folders)
    next_id = record(session)
    assert session.run(next_id).number == 2
    assert listing(folders) == {f"{run_id}.run", f"{next_id}.run"}
    session.close()


@pytest.mark.parametrize("cut", [1, 30, 200])
def test_a_record_that_was_being_written_is_copied_aside_and_costs_nothing_else(
    folders: Folders, cut: int
) -> None:
    run_id = left_behind(folders, 7)
    log = log_of(folders, run_id)
    content = log.read_bytes()
    log.write_bytes(content[:-cut])
    session = Session(folders)
    run = session.run(run_id)
    assert run.state is RunState.INTERRUPTED
    assert run.samples.steps == 0
    assert session.notice == ""
    session.close()
    (aside,) = listing(folders) - {f"{run_id}.run"}
    assert content.endswith((folders.logs / aside).read_bytes() + content[-cut:])
    folders.summary.unlink(missing_ok=True)
    again = Session(folders)
    assert_same_run(again.run(run_id), run)
    again.close()


def test_a_log_without_a_whole_first_record_is_kept_aside_and_named(folders: Folders) -> None:
    run_id = left_behind(folders, 0)
    for content in (log_of(folders, run_id).read_bytes()[:40], b"garbage" * 50):
        log_of(folders, run_id).write_bytes(content)
        session = Session(folders)
        assert session.runs == ()
        assert f"{run_id}.run.damaged-" in session.notice
        session.close()
        assert not log_of(folders, run_id).exists()
    kept = sorted(path.stat().st_size for path in folders.logs.glob("*.damaged-*"))
    assert kept == [40, 350]
