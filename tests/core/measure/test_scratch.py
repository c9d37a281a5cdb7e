from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from core.measure.scratch import sweep_scratch


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
