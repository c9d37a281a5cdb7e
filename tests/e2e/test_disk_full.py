"""A disk that is full while a cache is filled: a limit on file sizes stands for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform == "win32", reason="has no such limit"),
]

LIMITED = """
import resource, sys
from main import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
sys.exit(main(sys.argv[2:]))
"""


def run(limit_bytes: int, folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = (
        "run", "augmented", "--preset", "textbook 2", "--epochs", "1", "--set",
        "cache.where=disk", "--data-dir", str(folder), *more,
    )  # fmt: skip
    return subprocess.run(
        [sys.executable, "-c", LIMITED, str(limit_bytes), *command],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def test_data_and_a_cache_that_do_not_fit_leave_nothing_half_made(tmp_path: Path) -> None:
    # The data of this workload have 18 MB.
    ended = run(1_000_000, tmp_path)
    assert ended.returncode == 1
    told = ended.stderr.splitlines()[-1]
    assert "Could not make the data of" in told
    assert "20 MB free" in told
    assert "are free in" in told
    assert not list((tmp_path / "generated").rglob("*.npz"))

    # All elements of an epoch have more than 19 MB.
    ended = run(19_000_000, tmp_path)
    assert ended.returncode == 1, ended.stderr
    told = ended.stderr.splitlines()[-1]
    assert "The disk is full: the cache had written" in told
    assert str(tmp_path / "generated") in told
    assert "memory" not in told.partition("Expected")[0]
    assert [one.name for one in (tmp_path / "generated").iterdir()] == ["in_memory"]

    # What was there is sound: with room, the same run goes through.
    ended = run(1_000_000_000, tmp_path, "--steps", "5", "--set", "batch.batch_size=8")
    assert ended.returncode == 0, ended.stderr
