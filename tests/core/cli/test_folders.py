"""Folders that cannot be written to, whoever asks: of root too ``/sys/kernel`` takes no file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.cli import main
from core.cli.measure.run import RunCommand
from core.model.events import Event, RunEnded
from core.model.plan import RunPlan
from core.model.run import RunState
from tests.core.cli.conftest import Cli, Outcome

READ_ONLY = Path("/sys/kernel")

needs_read_only = pytest.mark.skipif(not READ_ONLY.is_dir(), reason="needs Linux's /sys")


@pytest.fixture
def plans() -> list[RunPlan]:
    return []


@pytest.fixture
def run_in(plans: list[RunPlan], capfd: pytest.CaptureFixture[str]):
    """``run_in(folder, ...)`` carries out a run there that looks whether its folder is usable."""

    def fit(plan: RunPlan, emit, cancelled) -> None:
        plans.append(plan)
        (Path(plan.data_folder) / "made").write_text("data", encoding="utf-8")
        event: Event = RunEnded(RunState.DONE)
        emit(event)

    def go(folder: Path, *words: str) -> Outcome:
        words = ("--data-dir", str(folder), "run", "in_memory", *words)
        code = main(words, commands=[RunCommand(fit)])
        return Outcome(code, *capfd.readouterr())

    return go


@needs_read_only
@pytest.mark.parametrize("folder", [READ_ONLY, READ_ONLY / "new"], ids=["there", "to be made"])
def test_a_run_that_is_to_be_kept_is_refused_before_it_begins(run_in, plans, folder: Path) -> None:
    found = run_in(folder)
    assert found.code == 2
    assert f"The folder {folder}" in found.complaint
    assert "--data-dir DIR" in found.complaint
    assert plans == []


@needs_read_only
def test_without_recording_data_go_to_a_folder_for_a_while(run_in, plans) -> None:
    found = run_in(READ_ONLY, "--no-record")
    assert found.code == 0
    (line,) = (line for line in found.err.splitlines() if "cannot be written to" in line)
    assert f"The folder {READ_ONLY / 'generated'} cannot be written to (" in line
    (made,) = re.findall(r"Data are made in (\S+) for this time", line)
    assert plans[0].data_folder == made
    assert not Path(made).exists()


def test_without_recording_the_folder_of_recordings_is_not_touched(
    run_in, plans, tmp_path: Path
) -> None:
    assert run_in(tmp_path, "--no-record").code == 0
    assert plans[0].data_folder == str(tmp_path / "generated")
    assert [one.name for one in tmp_path.iterdir()] == ["generated"]


@pytest.mark.parametrize("below", ["", "deeper/still"])
def test_a_file_where_a_folder_should_be_is_named(run_in, tmp_path: Path, below: str) -> None:
    file = tmp_path / "file"
    file.touch()
    found = run_in(file / below)
    assert found.code == 2
    assert ("it is a file" if not below else f"{file} is a file") in found.complaint


def test_what_only_looks_at_runs_says_it_too(cli: Cli, data_dir: Path) -> None:
    data_dir.touch()
    assert cli("runs").complaint.startswith(f"{data_dir} is a file.")


@needs_read_only
def test_the_window_is_refused_in_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    from gui.app import open_window

    assert main(["--data-dir", str(READ_ONLY)], open_window=open_window) == 2
    err = capfd.readouterr().err
    assert err.startswith(f"pipeline-explorer: The folder {READ_ONLY}")
    assert err.count("\n") == 1


@needs_read_only
def test_a_home_that_cannot_be_written_to_is_named(
    run_in, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(READ_ONLY))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert main(["run", "in_memory"]) == 2
    assert f"The folder {READ_ONLY}/.local" in capfd.readouterr().err
    # With a folder of one's own nothing of it is needed.
    assert run_in(tmp_path).code == 0
