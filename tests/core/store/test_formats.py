"""Logs of every released format, and of this one, open."""

from __future__ import annotations

import shutil
from pathlib import Path

from core.folders import Folders
from core.model.run import RunState
from core.records.entries import LOG_FORMAT
from core.session import Session
from tests.builders import assert_same_samples, even_samples

FIXTURES = Path(__file__).parent / "fixtures"
FIRST = 5


def test_logs_of_every_format_open(tmp_path: Path) -> None:
    for number in range(FIRST, LOG_FORMAT + 1):
        folders = Folders.under(tmp_path / str(number))
        folders.make()
        shutil.copytree(FIXTURES / f"format-{number}", folders.logs)
        session = Session(folders)
        assert session.notice == ""
        done, without_end = session.runs
        assert (done.id, done.name, done.label.note) == ("done", "first", "Größe 32 ✓")
        assert (done.state, without_end.state) == (RunState.DONE, RunState.INTERRUPTED)
        assert_same_samples(done.samples, even_samples())
        assert (len(done.resources), len(done.pipeline), without_end.samples.steps) == (50, 2, 20)
        assert [experiment.name for experiment in session.experiments.all] == ["renamed"]
        session.close()
