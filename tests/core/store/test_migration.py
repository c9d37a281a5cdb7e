"""Files of every format that was ever released open in this version."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from core.store.database import SCHEMA_VERSION
from core.store.run_store import RunStore

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("schema-*.sqlite"))


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_runs_of_an_older_format_open_and_are_brought_up_to_date(
    fixture: Path, tmp_path: Path
) -> None:
    path = tmp_path / "runs.sqlite"
    shutil.copy(fixture, path)
    store = RunStore(path)
    runs = store.load()
    assert store.notice == ""
    assert [run.number for run in runs] == [1, 2]
    assert runs[0].label.name == "first"
    assert [run.samples.steps for run in runs] == [40, 40]
    store.save(runs[1])
    store.close()
    with sqlite3.connect(path) as connection:
        (version,) = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
    connection.close()
    assert version == str(SCHEMA_VERSION)


def test_there_is_a_fixture_of_every_older_format() -> None:
    assert [path.stem for path in FIXTURES] == [f"schema-{n}" for n in range(1, SCHEMA_VERSION)]
