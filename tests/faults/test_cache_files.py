"""Cache files of people's own pipelines: locked, garbage, cut off."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.lazy import tf
from core.model.run import RunState
from tests.contracts.faults.files import cut, damage
from tests.faults.conftest import TrainCode, failure_of

pytestmark = pytest.mark.e2e

CACHED = """
def make_dataset():
    return tf.data.Dataset.range(900).map(lambda x: x).cache(HERE + "/kept").batch(30)
"""


def lock(tmp_path: Path, age_s: float = 7200.0) -> Path:
    """What a program leaves that was killed while it filled the cache."""
    file = tmp_path / "kept_0.lockfile"
    file.write_text("Created at: 1")
    os.utime(file, (time.time() - age_s,) * 2)
    return file


def test_a_lock_that_nobody_holds_is_named_with_its_age_and_stays_where_it_is(
    train_code: TrainCode, tmp_path: Path
) -> None:
    left = lock(tmp_path)
    failure = failure_of(train_code(CACHED))
    assert f"{tmp_path / 'kept'} is locked by kept_0.lockfile, made 2 hours ago" in failure.what
    assert "no program has it open" in failure.what
    assert failure.remedy == f"Delete {left} and run again."
    assert left.exists()
    left.unlink()
    assert train_code(CACHED).state is RunState.DONE


@pytest.fixture
def at_work(tmp_path: Path) -> Iterator[int]:
    """A process that has the data of the cache open."""
    program = "import sys; f = open(sys.argv[1], 'wb'); print(flush=True); sys.stdin.read()"
    data = str(tmp_path / "kept_0.data-00000-of-00001.tempstate1")
    process = subprocess.Popen(
        [sys.executable, "-c", program, data], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    yield process.pid
    process.communicate()


def test_a_lock_of_a_process_that_fills_the_cache_is_to_be_waited_for(
    train_code: TrainCode, tmp_path: Path, at_work: int
) -> None:
    lock(tmp_path)
    failure = failure_of(train_code(CACHED))
    assert f"process {at_work} (" in failure.what
    assert "still filling it" in failure.what
    assert failure.remedy.startswith("Wait until that is done")


def test_a_lock_that_is_young_may_be_anybodys(train_code: TrainCode, tmp_path: Path) -> None:
    lock(tmp_path, age_s=5.0)
    failure = failure_of(train_code(CACHED))
    assert "may still be filling it" in failure.what
    assert failure.remedy.startswith("Wait; if nothing is at work there, delete")


def _garbage(tmp_path: Path) -> None:
    for end in (".index", ".data-00000-of-00001"):
        (tmp_path / f"kept{end}").write_bytes(b"garbage" * 40)


@pytest.mark.parametrize(
    ("filled", "spoil", "said"),
    [
        (False, _garbage, "its index is not one that TensorFlow wrote"),
        (True, lambda folder: cut(folder / "kept.index", 60), "its index is not one"),
        (True, lambda folder: cut(folder / "kept.data-00000-of-00001", 50), "its data are cut off"),
        (
            True,
            lambda folder: damage(folder / "kept.data-00000-of-00001", 90, 9),
            "its data do not match",
        ),
    ],
)
def test_a_cache_file_that_is_damaged_is_named_and_what_to_delete(
    train_code: TrainCode,
    tmp_path: Path,
    filled: bool,
    spoil: Callable[[Path], object],
    said: str,
) -> None:
    if filled:
        list(tf.data.Dataset.range(900).map(lambda x: x).cache(str(tmp_path / "kept")))
    spoil(tmp_path)
    failure = failure_of(train_code(CACHED))
    assert f"The cache file {tmp_path / 'kept'} is damaged: {said}" in failure.what
    assert f"Delete {tmp_path / 'kept'}.index" in failure.remedy


@pytest.mark.parametrize("index", [b"xx", bytes(5000)])
def test_a_cache_file_with_a_space_in_its_name_is_named_whole(
    train_code: TrainCode, tmp_path: Path, index: bytes
) -> None:
    (tmp_path / "my cache.index").write_bytes(index)
    failure = failure_of(train_code(CACHED.replace("/kept", "/my cache")))
    assert f"{tmp_path / 'my cache'} is damaged: its index" in failure.what
    assert f"Delete {tmp_path / 'my cache'}.index" in failure.remedy


def test_a_cache_whose_folder_is_missing_says_which(train_code: TrainCode, tmp_path: Path) -> None:
    failure = failure_of(train_code(CACHED.replace("/kept", "/none/kept")))
    assert f"The folder {tmp_path / 'none'} of a cache file is not there" in failure.what


def test_a_cache_that_was_never_completed_is_told_beside_the_figures(
    train_code: TrainCode, tmp_path: Path
) -> None:
    run = train_code(CACHED)
    assert (run.state, run.failure) == (RunState.DONE, None)
    for file in tmp_path.glob("kept*"):
        file.unlink()
    # As where the disk is full when the first pass ends: TensorFlow keeps nothing of it.
    run = train_code(CACHED.replace(".batch(30)", ".take(300).batch(30)"))
    assert run.state is RunState.DONE
    assert run.failure is not None
    assert f"the cache file {tmp_path / 'kept'} was never completed" in run.failure.what
    assert "are free in" in run.failure.what
