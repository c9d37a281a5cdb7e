"""A process beside a run: heard, kept apart, and gone with the one that started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from core.measure.side_process import SideProcess
from core.measure.workers_read import Taken, WorkersRead

ROOT = Path(__file__).parents[3]
LIMIT_S = 60.0


def never() -> bool:
    return False


def answer(word: str) -> None:
    import sys
    import threading
    import time

    while time.process_time() < 0.05:
        """Enough for the system's clock of processor time, which goes in hundredths."""
    print(word, flush=True)
    print("what it says later", file=sys.stderr, flush=True)
    threading.Event().wait()


def fail() -> None:
    raise SystemExit(3)


def gone(pid: int) -> bool:
    """Whether a process ends within the limit."""
    until = time.monotonic() + LIMIT_S
    while time.monotonic() < until:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
    return False


def ended(process: SideProcess) -> None:
    until = time.monotonic() + LIMIT_S
    while process.alive and time.monotonic() < until:
        pass


def test_its_first_line_is_heard_and_what_it_prints_later_is_kept() -> None:
    process = SideProcess("worker", answer, ("ready",))
    try:
        assert process.wait(LIMIT_S, never)
        assert process.said == "ready"
        assert process.alive
        assert process.ending == ""
        until = time.monotonic() + LIMIT_S
        while not process.output and time.monotonic() < until:
            pass
        assert process.output == "what it says later\n"
    finally:
        process.end()
    assert not process.alive
    assert gone(process.pid)


def test_one_that_fails_says_how_it_ended() -> None:
    process = SideProcess("worker", fail, ())
    try:
        assert not process.wait(LIMIT_S, never)
        ended(process)
        assert process.ending == "ended with exit code 3"
    finally:
        process.end()


def test_waiting_for_it_ends_with_a_stop() -> None:
    process = SideProcess("worker", answer, ("",))
    try:
        assert not process.wait(LIMIT_S, lambda: True)
    finally:
        process.end()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_is_not_for_it_and_a_kill_is_told() -> None:
    process = SideProcess("worker", answer, ("ready",))
    try:
        assert process.wait(LIMIT_S, never)
        os.kill(process.pid, signal.SIGINT)
        os.kill(process.pid, signal.SIGKILL)
        ended(process)
        assert process.ending == "was ended from outside (SIGKILL)"
    finally:
        process.end()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_it_goes_with_a_program_that_is_killed() -> None:
    program = (
        "import threading\n"
        "from core.measure.side_process import SideProcess\n"
        "from tests.core.measure.test_side_process import answer\n"
        "process = SideProcess('worker', answer, ('ready',))\n"
        "assert process.wait(60, lambda: False)\n"
        "print(process.pid, flush=True)\n"
        "threading.Event().wait()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    # No pipe of the program is held open: its end is read although the other is just going.
    assert parent.stdout.read() == ""
    parent.stdout.close()
    parent.wait()
    assert gone(pid)


def test_what_it_uses_is_counted_until_it_ends_and_kept_afterwards() -> None:
    pids: list[int] = []
    workers = WorkersRead(lambda: pids)
    assert workers.read() == Taken()
    process = SideProcess("worker", answer, ("ready",))
    pids.append(process.pid)
    try:
        assert process.wait(LIMIT_S, never)
        taken = workers.read()
        assert taken.cpu_s > 0.0
        assert taken.resident_bytes > 1e6
    finally:
        process.end()
    pids.clear()
    assert workers.read().cpu_s >= taken.cpu_s
    assert workers.read().resident_bytes == 0.0


def test_what_python_prints_at_its_start_is_not_taken_for_its_first_line(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("print('a greeting', end='')\n", encoding="utf-8")
    process = SideProcess("worker", answer, ("ready",), {"PYTHONPATH": str(tmp_path)})
    try:
        assert process.wait(LIMIT_S, never)
        assert process.said == "ready"
    finally:
        process.end()


def test_no_file_of_the_working_directory_takes_the_place_of_a_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "base64.py").write_text("raise SystemExit(9)\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    process = SideProcess("worker", answer, ("ready",))
    try:
        assert process.wait(LIMIT_S, never), process.ending
    finally:
        process.end()
