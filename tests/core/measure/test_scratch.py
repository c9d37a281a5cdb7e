"""What a run writes while it goes on goes with it, or with the next run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.measure.scratch import Scratch, leftovers, sweep_scratch

HOLD = """
import sys
from pathlib import Path
from core.measure.scratch import Scratch
scratch = Scratch(Path(sys.argv[1]))
made = scratch.path
(made / "cache").write_bytes(bytes(1000))
print(made, flush=True)
sys.stdin.read()
"""


def test_what_a_process_that_is_gone_left_behind_is_removed(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left = tmp_path / f"scratch-{gone.pid}-abc"
    mine = tmp_path / f"scratch-{os.getpid()}-abc"
    foreign = tmp_path / "scratch-notes"
    for folder in (left, mine, foreign):
        folder.mkdir()
        (folder / "file").write_text("x")
    sweep_scratch(tmp_path)
    assert not left.exists()
    assert mine.exists()
    assert foreign.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="has no such locks")
def test_a_run_under_way_keeps_its_folder_whatever_its_process_is_called(tmp_path: Path) -> None:
    """In another container the same number is another process, or none."""
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        made = Path(other.stdout.readline().strip())
        renamed = made.rename(made.with_name("scratch-999999999-abc"))
        assert leftovers(tmp_path) == ()
        sweep_scratch(tmp_path)
        assert (renamed / "cache").exists()
        other.kill()
    # Killed: nobody holds it now, though a process of that number may be there.
    again = renamed.rename(tmp_path / f"scratch-{os.getpid()}-abc")
    ((left),) = leftovers(tmp_path)
    assert (left.folder, left.size_bytes) == (again, 1000)
    Scratch(tmp_path).remove()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_was_removed_by_others_meanwhile_is_no_trouble(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path)
    sweep_scratch(tmp_path)
    assert scratch.path.exists()
    (scratch.path / ".owner").unlink()
    scratch.path.rmdir()
    scratch.remove()
