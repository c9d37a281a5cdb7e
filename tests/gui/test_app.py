"""The program around the window: what nobody caught, a crash, and what the next start says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core.folders import Folders
from gui.state.ui_settings import FILE

SCRIPT = """
import faulthandler, functools, os, sys, threading
import gui.app
from PySide6.QtCore import QObject, QTimer, qFatal
from core.folders import Folders
from gui.main_window import MainWindow

class Window(MainWindow):
    def __init__(self, *args, **more):
        super().__init__(*args, load_tensorflow=False, **more)
        QTimer.singleShot(0, self, functools.partial(do, self))

def done(window):
    print("BANNER", window.banner.text.text() if window.banner.isVisible() else "", flush=True)
    print("DETAILS", window.banner.details.toPlainText(), flush=True)
    window.close()

def later(window):
    QTimer.singleShot(100, window, functools.partial(done, window))

def do(window):
    {do}

gui.app.MainWindow = Window
sys.exit(gui.app.open_window(Folders.under(sys.argv[1])))
"""


def run(folder: Path, do: str = "later(window)") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SCRIPT.replace("{do}", do.replace("\n", "\n    ")), str(folder)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_an_exception_in_a_slot_says_what_to_do_and_where_it_is_kept(tmp_path: Path) -> None:
    ended = run(tmp_path, "later(window)\nraise ValueError('a planted fault')")
    assert ended.returncode == 0, ended.stderr
    banner = ended.stdout.partition("BANNER")[2].partition("DETAILS")[0]
    log = Folders.under(tmp_path).runs / "faults.log"
    assert "Something in the program went wrong (ValueError: a planted fault)." in banner
    assert "Recorded runs are kept. Try again;" in banner
    assert str(log) in banner
    assert "in do" in ended.stdout.partition("DETAILS")[2]
    assert "a planted fault" in log.read_text(encoding="utf-8")
    assert "a planted fault" in ended.stderr


def test_an_exception_on_another_thread_is_told_in_the_window_too(tmp_path: Path) -> None:
    fails = "threading.Thread(target=lambda: 1 / 0, name='worker').start()\nlater(window)"
    ended = run(tmp_path, fails)
    assert ended.returncode == 0, ended.stderr
    assert "ZeroDivisionError: division by zero" in ended.stdout
    assert "thread worker" in (tmp_path / "faults.log").read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="ends processes in another way")
@pytest.mark.parametrize(
    ("crash", "what"),
    [
        ("faulthandler._sigsegv()", "Fatal Python error: Segmentation fault"),
        ("os.abort()", "Fatal Python error: Aborted"),
        ("qFatal('the screen is gone')", "Qt: [A qFatal() call was made from Python code]"),
    ],
)
def test_a_crash_is_told_at_the_next_start_with_its_trace(
    tmp_path: Path, crash: str, what: str
) -> None:
    ended = run(tmp_path, crash)
    assert ended.returncode < 0
    next_start = run(tmp_path)
    assert next_start.returncode == 0, next_start.stderr
    assert f"The window crashed when it was open last ({what})" in next_start.stdout
    (trace,) = (tmp_path / "windows").glob("crash-*.txt")
    assert str(trace) in next_start.stdout
    assert "in do" in trace.read_text(encoding="utf-8")
    assert "crashed" not in run(tmp_path).stdout


def test_what_was_damaged_is_named_when_the_window_opens(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"garbage")
    ended = run(tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert f"{FILE}.damaged-" in ended.stdout
    assert run(tmp_path).stdout.startswith("BANNER \n")
