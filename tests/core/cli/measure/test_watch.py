"""``watch``: scripts run as they do by themselves, and each ``fit`` is a recorded run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.cli import main
from core.folders import Folders
from core.model.run import RunState
from core.session import Session
from tests.environments import other_environment

ROOT = Path(__file__).parents[4]
MANY_FITS = Path(__file__).with_name("many_fits.py")


def command(folder: Path, script: Path, *arguments: str) -> list[str]:
    words = [sys.executable, str(ROOT / "main.py"), "watch", "--data-dir", str(folder)]
    return [*words, str(script), *arguments]


def run(
    folder: Path, script: Path, *arguments: str, python: str = ""
) -> subprocess.CompletedProcess[str]:
    words = command(folder, script, *arguments)
    if python:
        words[3:3] = ["--python", python]
    return subprocess.run(words, capture_output=True, text=True, timeout=250)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return tmp_path / "script.py"


@pytest.mark.e2e
def test_every_way_of_training_goes_as_without_and_is_recorded(tmp_path: Path) -> None:
    python = str(other_environment(tmp_path / "theirs"))
    done = run(tmp_path, MANY_FITS, "a", "--b", python=python)
    *ways, names, modules, child = done.stdout.splitlines()
    assert [way for way in ways if not way.endswith(": same")] == [], done.stderr
    assert len(ways) == 13
    assert names == "['a', '--b'] __main__ measure None"
    assert modules == "[]"
    assert child == "child of spawn __mp_main__ []"
    assert done.returncode == 3
    session = Session(Folders.under(tmp_path))
    runs = session.runs
    session.close()
    states = [run.state for run in runs]
    assert states == [*[RunState.DONE] * 10, *[RunState.FAILED] * 2, RunState.STOPPED]
    assert [run.samples.steps for run in runs] == [16, 4, 8, 8, 2, 4, 8, 8, 0, 0, 0, 1, 8]
    assert [run.name for run in runs][:2] == ["many_fits.py fit 1", "many_fits.py fit 2"]
    first, arrays, failed = runs[0], runs[1], runs[10]
    watched = first.plan.watched
    assert watched is not None
    assert arrays.plan.watched is not None
    assert (watched.file, watched.arguments) == (str(MANY_FITS), ("a", "--b"))
    assert (watched.fit, arrays.plan.watched.fit) == (1, 2)
    assert watched.place.startswith("many_fits.py:")
    assert len(first.epoch_losses) == 2
    assert first.samples.epoch_starts.tolist() == [0, 8]
    assert first.samples.examples.tolist() == [8] * 16
    assert first.environment["engine"] == "its own script, watched"
    assert str(first.environment["interpreter"]).startswith(python)
    assert runs[8].failure is not None
    assert "No step" in runs[8].failure.what
    assert failed.failure is not None
    assert "a mistake in train_step" in failed.failure.what
    assert "13 trainings of many_fits.py recorded" in done.stderr


def test_a_script_without_a_training_keeps_its_exit_code_and_is_told(
    tmp_path: Path, script: Path
) -> None:
    script.write_text("import sys\nprint(sys.argv[1:], flush=True)\nsys.exit(4)\n")
    done = run(tmp_path, script, "--data-dir", "x", "--", "y")
    assert done.returncode == 4
    assert done.stdout == "['--data-dir', 'x', '--', 'y']\n"
    (line,) = done.stderr.splitlines()
    assert "script.py never called model.fit" in line


def test_a_script_has_terminal_folder_signals_and_variables_of_its_command(
    tmp_path: Path, script: Path
) -> None:
    more, folder = tmp_path / "more", tmp_path / "elsewhere"
    more.mkdir()
    folder.mkdir()
    (more / "sitecustomize.py").write_text("HERE = 1\n")
    script.write_text(
        "import os, signal, sys, sitecustomize\n"
        "print(os.getpid(), os.getppid(), os.getcwd(), sys.path[0], input())\n"
        "print(sitecustomize.HERE, os.environ['PYTHONPATH'], sys.path[1] == sys.argv[1])\n"
        "print([path for path in sys.path if 'watching' in path], flush=True)\n"
        "os.kill(os.getpid(), signal.SIGTERM)\n"
    )
    program = subprocess.Popen(
        command(tmp_path, script, str(more)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(more)},
    )
    said, _ = program.communicate("a line\n", timeout=60)
    assert said.splitlines() == [
        f"{program.pid} {os.getpid()} {folder} {tmp_path} a line",
        f"1 {more} True",
        "[]",
    ]
    assert program.returncode == -signal.SIGTERM


def test_a_script_that_is_not_there_is_told_before_anything_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["watch", "--record-to", str(tmp_path / "to"), str(tmp_path / "no.py")]) == 2
    assert "There is no file" in capsys.readouterr().err
    assert not (tmp_path / "to").exists()
