"""Windows that are open, that were closed, that crashed and that were killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core.session.crash_reports import WindowFile, crashes, kept_crashes, windows_open

OPEN = """
import faulthandler, sys
from pathlib import Path
from core.session.crash_reports import WindowFile
presence = WindowFile(Path(sys.argv[1]))
presence.begin()
print("open", flush=True)
sys.stdin.readline()
{then}
"""


def window(folder: Path, then: str = "") -> subprocess.Popen[str]:
    """A process in which a window is open; it goes on with a line on its input."""
    command = [sys.executable, "-c", OPEN.format(then=then), str(folder)]
    opened = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert opened.stdout is not None
    assert opened.stdout.readline() == "open\n"
    return opened


def test_a_window_that_is_closed_leaves_nothing(tmp_path: Path) -> None:
    presence = WindowFile(tmp_path)
    presence.begin()
    assert windows_open(tmp_path) == 1
    presence.end()
    presence.end()
    assert windows_open(tmp_path) == 0
    assert list(tmp_path.iterdir()) == []


def test_windows_of_several_processes_are_counted_and_do_not_take_each_other_for_dead(
    tmp_path: Path,
) -> None:
    with window(tmp_path) as one, window(tmp_path) as other:
        assert windows_open(tmp_path) == 2
        assert crashes(tmp_path) == ()
        one.communicate("go\n", timeout=60)
        other.communicate("go\n", timeout=60)
    assert windows_open(tmp_path) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="ends processes in another way")
def test_a_crash_leaves_where_every_thread_stood_and_is_told_once(tmp_path: Path) -> None:
    with window(tmp_path, "def in_the_middle(): faulthandler._sigsegv()\nin_the_middle()") as one:
        _, err = one.communicate("go\n", timeout=60)
    assert one.returncode < 0, err
    assert len(kept_crashes(tmp_path)) == 1
    (crash,) = crashes(tmp_path)
    assert "Segmentation fault" in crash.what
    assert "in_the_middle" in crash.file.read_text(encoding="utf-8")
    assert str(crash.file) in crash.text()
    assert crashes(tmp_path) == ()
    assert kept_crashes(tmp_path) == (crash.file,)


@pytest.mark.skipif(sys.platform == "win32", reason="ends processes in another way")
def test_a_window_that_was_killed_is_no_crash(tmp_path: Path) -> None:
    with window(tmp_path) as one:
        one.kill()
    assert crashes(tmp_path) == ()
    assert list((tmp_path / "windows").iterdir()) == []


def test_where_nothing_can_be_written_the_window_opens_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "windows").touch()
    presence = WindowFile(tmp_path)
    presence.begin()
    presence.note("last words")
    presence.end()
    assert (windows_open(tmp_path), crashes(tmp_path)) == (0, ())
