"""A disk that is full while a cache is filled: a limit on file sizes stands for it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform == "win32", reason="has no such limit"),
]

LIMITED = """
import json, resource, sys
from pathlib import Path
from main import main

words, generated, *limited = json.loads(sys.argv[1])
for limit_bytes, *more in limited:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, resource.RLIM_INFINITY))
    status = main([*words, *more])
    left = [str(path.relative_to(generated)) for path in Path(generated).rglob("*")]
    print("ENDED", json.dumps([status, left]), file=sys.stderr)
"""


def test_data_and_a_cache_that_do_not_fit_leave_nothing_half_made(tmp_path: Path) -> None:
    words = (
        "run", "augmented", "--preset", "textbook 2", "--epochs", "1", "--set",
        "cache.where=disk", "--data-dir", str(tmp_path),
    )  # fmt: skip
    generated = tmp_path / "generated"
    limited = (
        # The data of this workload have 18 MB.
        (1_000_000,),
        # All elements of an epoch have more than 19 MB.
        (19_000_000,),
        # What was there is sound: with room, the same run goes through.
        (1_000_000_000, "--steps", "5", "--set", "batch.batch_size=8"),
    )
    ended = subprocess.run(
        [sys.executable, "-c", LIMITED, json.dumps((words, str(generated), *limited))],
        capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    lines = ended.stderr.splitlines()
    ends = [index for index, line in enumerate(lines) if line.startswith("ENDED")]
    (no_data, no_cache, sound) = (json.loads(lines[index].removeprefix("ENDED")) for index in ends)
    assert [no_data[0], no_cache[0], sound[0]] == [1, 1, 0], ended.stderr

    told = lines[ends[0] - 1]
    assert "Could not make the data of" in told
    assert "20 MB free" in told
    assert "are free in" in told
    assert not [path for path in no_data[1] if path.endswith(".npz")]

    told = lines[ends[1] - 1]
    assert "The disk is full: the cache had written" in told
    assert str(generated) in told
    assert "memory" not in told.partition("Expected")[0]
    assert {path.partition("/")[0] for path in no_cache[1]} == {"in_memory"}
