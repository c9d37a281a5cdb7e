"""``follow --no-window``: recordings of other programs are told of and kept."""

from __future__ import annotations

import shutil
from pathlib import Path

from core.cli.recordings.follow import _InTerminal
from core.folders import Folders
from core.records.frames import frame
from core.session import Session
from tests.core.cli.conftest import Cli
from tests.core.store.recorded import log_of, record


def recorded_in(folder: Path) -> Path:
    """The log of a run that another program has recorded."""
    server = Session(Folders.under(folder))
    run_id = record(server)
    server.close()
    return log_of(server.folders, run_id)


def test_a_run_that_has_ended_is_kept_and_summed_up_once(cli: Cli, tmp_path: Path) -> None:
    log = recorded_in(tmp_path / "server")
    kept = cli("follow", str(log), "--no-window")
    assert kept.code == 0
    assert "throughput" in kept.out
    again = cli("follow", str(log), "--no-window")
    assert (again.code, again.out) == (0, "")
    assert "is here already" in again.err


def test_a_file_that_is_no_recording_is_a_failure(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "some.run"
    file.write_bytes(frame(b"no recording at all", 0))
    found = cli("follow", str(file), "--no-window")
    assert found.code == 1
    assert "cannot be followed" in found.err


def test_runs_of_a_folder_that_were_kept_take_no_memory(tmp_path: Path) -> None:
    log = recorded_in(tmp_path / "server")
    synced = tmp_path / "synced"
    synced.mkdir()
    here = Session(Folders.under(tmp_path / "here"))
    follower = _InTerminal(here, synced)
    shutil.copy(log, synced)
    follower.look()
    assert (follower.runs_kept, follower.failed, follower.over) == (1, False, False)
    assert not follower._lines
    assert not here.following.all
    here.close()
