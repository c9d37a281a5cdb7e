"""The command line as a process of its own: what it loads, pipes, exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.folders import Folders
from tests.builders import run_of
from tests.logs import write_runs

ROOT = Path(__file__).resolve().parents[4]

_WHAT_IS_LOADED = """
import io, contextlib, sys
from main import main
heavy = ("tensorflow", "keras", "PySide6", "shiboken6", "pyqtgraph")
for words in sys.argv[2:]:
    with contextlib.redirect_stdout(io.StringIO()):
        code = main(["--data-dir", sys.argv[1], *words.split()])
    print(words, code, *(name for name in heavy if name in sys.modules), sep=", ")
"""
_ONLY_LOOK = (
    "--help", "workloads", "knobs", "presets", "runs", "runs --json", "export --csv -",
    "code npz_shards", "show augmented", "findings augmented",
)  # fmt: skip


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    write_runs(Folders.under(tmp_path), *(run_of(number=number) for number in range(1, 4)))
    return tmp_path


def test_what_only_looks_loads_neither_tensorflow_nor_qt(recorded: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-c", _WHAT_IS_LOADED, str(recorded), *_ONLY_LOOK],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert found.stdout.splitlines() == [f"{words}, 0" for words in _ONLY_LOOK]


def test_the_script_listens_to_its_arguments_and_returns_the_exit_code(recorded: Path) -> None:
    command = [sys.executable, "main.py", "run", "nothing", "--data-dir", str(recorded)]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.startswith("pipeline-explorer: There is no workload 'nothing'")
    assert found.stderr.count("\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="pipes break in another way there")
@pytest.mark.parametrize("words", ["knobs", "--help", "runs --json"])
def test_nobody_reading_any_more_is_no_traceback(recorded: Path, words: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    found = subprocess.run(
        [sys.executable, "main.py", *words.split(), "--data-dir", str(recorded)],
        cwd=ROOT,
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    os.close(writer)
    assert found.stderr == ""
    assert found.returncode == 141


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_behind_stdout_is_one_line(recorded: Path) -> None:
    with open("/dev/full", "w") as full:
        found = subprocess.run(
            [sys.executable, "main.py", "runs", "--data-dir", str(recorded)],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
    assert found.returncode == 1
    assert found.stderr.count("\n") == 1
    assert "No space left" in found.stderr
