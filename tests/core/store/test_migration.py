"""Files of every format that was ever released open in this version."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from core.analysis.pooling import pooled
from core.folders import Folders
from core.model.experiment import ExperimentKind
from core.model.plan import ENGINE_WORDS, PROCESS
from core.model.run import Run, RunState
from core.model.samples import Samples
from core.session import Session
from core.store.archive import Archive
from core.store.database import SCHEMA_VERSION
from core.store.run_log import LOG_FORMAT
from tests.builders import assert_same_samples, even_samples, run_of


def opened(folders: Folders) -> tuple[list[Run], str]:
    """What is there, and what had to be done to get at it."""
    archive = Archive(folders.database, folders.logs)
    try:
        return archive.load(), archive.notice
    finally:
        archive.close()


LOGS = sorted((Path(__file__).parent / "fixtures").glob("format-*"))
FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("schema-*.sqlite"))


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_runs_of_an_older_format_open_and_are_brought_up_to_date(
    fixture: Path, tmp_path: Path
) -> None:
    folders = Folders.under(tmp_path)
    folders.make()
    shutil.copy(fixture, folders.database)
    runs, words = opened(folders)
    assert words == ""
    assert [run.number for run in runs] == [1, 2]
    assert runs[0].label.name == "first"
    assert [run.samples.steps for run in runs] == [40, 40]
    with sqlite3.connect(folders.database) as connection:
        (version,) = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
    connection.close()
    assert version == str(SCHEMA_VERSION)


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_runs_of_an_older_format_get_logs_that_hold_all_of_them(
    fixture: Path, tmp_path: Path
) -> None:
    folders = Folders.under(tmp_path)
    folders.make()
    shutil.copy(fixture, folders.database)
    before, _ = opened(folders)
    experiments = Session(folders).experiments.all
    assert len(list(folders.logs.glob("*.run"))) == 2
    folders.database.unlink()
    after, words = opened(folders)
    assert words == ""
    for found, expected in zip(after, before, strict=True):
        assert_same_samples(found.samples, expected.samples)
        none = Samples.empty()
        # As text: a loss that is not a number is no other than itself.
        assert repr(replace(found, samples=none)) == repr(replace(expected, samples=none))
    assert Session(folders).experiments.all == experiments


def test_runs_of_versions_with_one_engine_are_of_the_same_environment_as_new_ones_of_it(
    tmp_path: Path,
) -> None:
    folders = Folders.under(tmp_path)
    folders.make()
    shutil.copy(FIXTURES[0], folders.database)
    (old, *_), _ = opened(folders)
    assert old.environment["engine"] == ENGINE_WORDS[old.plan.engine]
    new = replace(old, plan=replace(old.plan, id="new"), environment=dict(old.environment))
    assert pooled([old, new]).apart == ()
    isolated = {**old.environment, "engine": ENGINE_WORDS[PROCESS]}
    assert pooled([old, new, replace(new, environment=isolated)]).apart != ()


def test_there_is_a_fixture_of_every_older_format() -> None:
    assert [path.stem for path in FIXTURES] == [f"schema-{n}" for n in range(1, SCHEMA_VERSION)]


def test_a_comparison_that_only_its_runs_tell_of_is_found_again(tmp_path: Path) -> None:
    folders = Folders.under(tmp_path)
    folders.make()
    shutil.copy(FIXTURES[2], folders.database)
    session = Session(folders)
    (found,) = session.experiments.all
    assert found.kind is ExperimentKind.COMPARISON
    assert [one["prefetch.buffer_size"] for one in found.configurations] == ["off", 2]
    assert found.repeats == 1
    assert len(session.experiments.runs(found)) == 2
    session.close()


def test_logs_of_every_released_format_open(tmp_path: Path) -> None:
    for number, fixture in enumerate(LOGS, start=1):
        assert fixture.name == f"format-{number}"
        folders = Folders.under(tmp_path / fixture.name)
        folders.make()
        shutil.copytree(fixture, folders.logs)
        session = Session(folders)
        assert session.notice == ""
        first, whole, broken = session.runs
        assert (first.id, first.name, first.label.note) == (
            "event-by-event", "first", "Größe 32 ✓",
        )  # fmt: skip
        assert [run.state for run in session.runs] == [
            RunState.DONE, RunState.DONE, RunState.INTERRUPTED,
        ]  # fmt: skip
        assert [run.samples.steps for run in session.runs] == [40, 40, 20]
        assert [run.plan.engine for run in session.runs] == ["window", "window", "process"]
        assert len(first.resources) == len(whole.resources) > 0
        assert_same_samples(whole.samples, run_of(even_samples()).samples)
        assert broken.failure is not None
        assert [one.name for one in session.experiments.all] == ["renamed"]
        session.close()


def test_there_is_a_fixture_of_every_format_of_logs() -> None:
    assert len(LOGS) == LOG_FORMAT
