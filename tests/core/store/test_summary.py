"""The summary has all that the list of runs shows, and is made anew wherever it is in doubt."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.folders import Folders
from core.metrics.catalogue import METRICS
from core.model.events import StepsTaken
from core.model.measured.fingerprint import Fingerprint
from core.model.measured.samples import ClockJump, Samples
from core.model.run import Failure, Label, Run, RunState
from core.model.tracing import Tracing
from core.session import Session
from core.store import archive
from core.store.read_log import read_log, run_of
from tests.builders import even_samples, random_samples, with_readings
from tests.builders import run_of as made
from tests.core.store.recorded import assert_same_run, log_of, record
from tests.logs import log_of_run, write_runs

RUNS = {
    "no steps": made(Samples.empty()),
    "not prepared": replace(made(), prepared=None, fit_wall_s=None, time_to_first_batch_s=None),
    "clock": replace(made(), clock_jumps=(ClockJump(4, -3600.25), ClockJump(9, 0.5))),
    "stopped": made(state=RunState.STOPPED, emulations=("emulated accelerator 20 ms",)),
    "failed": made(
        state=RunState.FAILED, failure=Failure("what", "expected", "remedy", "a\ntrace")
    ),
    "labelled": made(label=Label("Größe 32 ✓", "a note\nof two lines", 7, True, True, True)),
    "all values": made(values={"a.toggle": True, "a.whole": 3, "a.real": 0.1, "a.text": "disk"}),
    "fingerprint": replace(made(), fingerprint=Fingerprint(((1, "0" * 16),), whole=True)),
    "readings": with_readings(made(), 0.01),
    "traced": replace(made(), tracing=Tracing(20, 5, 0.5, 4321)),
    "not finite": replace(made(), epoch_losses=(float("inf"), -float("inf"), None)),
} | {f"random {seed}": made(random_samples(seed), number=seed + 1) for seed in range(5)}


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders.under(tmp_path / "data")


def opened(folders: Folders) -> list[Run]:
    """What a window finds."""
    session = Session(folders)
    runs = list(session.every_run.values())
    session.close()
    return runs


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Logs that are read for a run that is in the summary."""
    read: list[Path] = []
    monkeypatch.setattr(archive, "read_log", lambda path: read.append(path) or read_log(path))
    return read


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS.keys())
def test_every_part_of_a_run_comes_back_from_its_log_and_from_the_summary(
    folders: Folders, unread: list[Path], run: Run
) -> None:
    assert_same_run(run_of(log_of_run(run)).run, run)
    write_runs(folders, run)
    for _ in range(2):  # without a summary, then with it
        (found,) = opened(folders)
        assert not unread
        assert found.label == run.label
        assert {m.key: m.of(found).text() for m in METRICS} == {
            m.key: m.of(run).text() for m in METRICS
        }
        assert {key: type(value) for key, value in found.plan.settings.items()} == {
            key: type(value) for key, value in run.plan.settings.items()
        }
        assert not unread
        assert_same_run(found, run)
        unread.clear()


def test_a_loss_that_is_not_a_number_is_kept(folders: Folders) -> None:
    write_runs(folders, replace(made(), epoch_losses=(float("nan"), 1.0)))
    for _ in range(2):
        (run,) = opened(folders)
        assert run.epoch_losses[0] is not None
        assert np.isnan(run.epoch_losses[0])


def test_the_log_of_a_run_is_read_once_and_not_for_the_list(
    folders: Folders, unread: list[Path]
) -> None:
    write_runs(folders, made(number=1), made(even_samples(20), number=2))
    opened(folders)
    session = Session(folders)
    first, second = session.runs
    assert (first.name, first.state, second.number) == ("run 1", RunState.DONE, 2)
    assert unread == []
    assert (second.samples.steps, len(second.resources), len(second.pipeline)) == (20, 50, 0)
    assert float(second.samples.done_s[-1]) > 0
    assert unread == [log_of(folders, second.id)]
    session.relabel(second.id, name="named")
    assert session.run(second.id).samples.steps == 20
    assert len(unread) == 1
    session.close()


def test_a_summary_that_is_gone_or_older_than_a_log_is_made_anew(folders: Folders) -> None:
    write_runs(folders, made(number=1), made(number=2))
    opened(folders)
    older = folders.summary.read_bytes()
    session = Session(folders)
    session.relabel("id-1", name="named")
    record(session)
    session.close()
    for content in (older, None):
        folders.summary.unlink()
        if content is not None:
            folders.summary.write_bytes(content)
        assert [run.name for run in opened(folders)] == ["named", "run 2", "run 3"]
        assert [run.name for run in opened(folders)] == ["named", "run 2", "run 3"]


@pytest.mark.parametrize("seed", range(30))
def test_whatever_byte_of_it_is_wrong_no_wrong_figure_comes_of_it(
    folders: Folders, seed: int
) -> None:
    runs = [made(even_samples(40 + number), number=number) for number in (1, 2, 3)]
    write_runs(folders, *runs)
    opened(folders)
    draw = random.Random(seed)
    content = bytearray(folders.summary.read_bytes())
    for _ in range(draw.choice((1, 5, 50))):
        content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
    folders.summary.write_bytes(content[: draw.choice((len(content), len(content) // 2))])
    for found, run in zip(opened(folders), runs, strict=True):
        assert_same_run(found, run)


@pytest.mark.parametrize("change", [("format", 99), ("version", "0.0.9")])
def test_the_summary_of_another_version_does_not_count(
    folders: Folders, monkeypatch: pytest.MonkeyPatch, change: tuple[str, object]
) -> None:
    write_runs(folders, made())
    with monkeypatch.context() as other:
        other.setattr("core.store.summary._BEGUN", replace(archive_begun(), **dict([change])))
        opened(folders)
    content = folders.summary.read_bytes()
    (run,) = opened(folders)
    assert run.figures
    assert folders.summary.read_bytes() != content


def archive_begun() -> object:
    from core.store.summary import _BEGUN

    return _BEGUN


def test_it_does_not_grow_with_each_change_of_a_label(folders: Folders) -> None:
    write_runs(folders, made())
    session = Session(folders)
    size = folders.summary.stat().st_size
    for number in range(150):
        session.relabel("id-1", name=f"name {number}")
    session.close()
    record(session := Session(folders))
    session.close()
    assert folders.summary.stat().st_size < 50 * size
    opened(folders)
    assert [run.name for run in opened(folders)] == ["name 149", "run 2"]


def test_a_run_whose_log_is_deleted_is_not_listed_and_that_is_said_once(folders: Folders) -> None:
    write_runs(folders, made(number=1), made(number=2))
    opened(folders)
    log_of(folders, "id-1").unlink()
    session = Session(folders)
    assert [run.number for run in session.runs] == [2]
    assert "run 1: its log is gone" in session.notice
    session.close()
    session = Session(folders)
    assert session.notice == ""
    session.close()


def test_a_log_that_is_damaged_while_a_window_is_open_is_looked_at_anew(folders: Folders) -> None:
    write_runs(folders, made(number=1), made(number=2))
    opened(folders)
    session = Session(folders)
    said: list[str] = []
    session.message_callbacks.append(said.append)
    path = log_of(folders, "id-1")
    path.write_bytes(b"garbage" * 100)
    assert session.run("id-1").samples.steps == 0
    assert session.changed_elsewhere()
    session.refresh()
    assert "there is no run in it" in said[0]
    session.close()
    assert [run.number for run in opened(folders)] == [2]


def test_a_long_run_is_summarised_by_its_figures_alone(folders: Folders) -> None:
    session = Session(folders)
    run_id = record(session, steps=60_000)
    run = session.run(run_id)
    session.close()
    assert folders.summary.stat().st_size < 20_000
    (found,) = opened(folders)
    assert_same_run(found, run)


def test_steps_are_plain_little_endian_numbers(folders: Folders) -> None:
    session = Session(folders)
    run = session.run(record(session))
    session.close()
    content = log_of(folders, run.id).read_bytes()
    times_s = np.stack([run.samples.asked_s, run.samples.ready_s, run.samples.done_s], axis=1)
    assert times_s[:20].astype("<f8").tobytes() in content
    assert run.samples.examples[:20].astype("<i8").tobytes() in content
    assert StepsTaken.__name__.encode() in content
