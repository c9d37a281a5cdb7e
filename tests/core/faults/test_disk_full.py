"""A full disk is told from memory that ran out, with what was written and where."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from core.faults.files.disk_full import disk_full
from core.lazy import tf
from core.model.errors import RunError

FULL = os.strerror(errno.ENOSPC)


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    made = tmp_path / "scratch-1-x"
    made.mkdir()
    (made / "cache_0.data").write_bytes(bytes(1_234_567))
    return made


def from_tensorflow(file: Path, why: str = FULL) -> Exception:
    return tf.errors.ResourceExhaustedError(
        None, None, f"{{{{function_node x}}}} {file}; {why}\n\t [[{{{{node IteratorGetNext}}}}]]"
    )


def test_a_cache_that_fills_the_disk_is_named_with_its_size_and_folder(scratch: Path) -> None:
    error = from_tensorflow(scratch / "cache_0.data.tempstate1")
    told = disk_full(error, scratch)
    assert told is not None
    assert told.what.startswith("The disk is full: the cache had written 1.23 MB")
    assert str(scratch.parent) in told.what
    assert FULL in told.what
    assert "memory" not in told.what
    assert "more than 1.23 MB" in told.expected
    assert "--data-dir" in told.remedy
    assert "ResourceExhausted" in told.details


def test_a_file_of_their_own_is_named(scratch: Path, tmp_path: Path) -> None:
    told = disk_full(from_tensorflow(tmp_path / "my cache"), scratch)
    assert told is not None
    assert told.what == f"The disk is full: {tmp_path / 'my cache'} cannot be written ({FULL})"
    assert f"free in {tmp_path}" in told.remedy


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG])
def test_what_python_says_counts_too(number: int, tmp_path: Path) -> None:
    told = disk_full(OSError(number, os.strerror(number), str(tmp_path / "x")), None)
    assert told is not None
    assert told.what.endswith(f"{tmp_path / 'x'} cannot be written ({os.strerror(number)})")
    assert told.what.startswith("The disk is full") == (number == errno.ENOSPC)


def test_it_is_found_behind_the_error_that_it_led_to(scratch: Path) -> None:
    error = ValueError("wrapped")
    error.__cause__ = from_tensorflow(scratch / "cache")
    assert disk_full(error, scratch) is not None


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOENT, "No such file or directory", "x"),
        MemoryError(),
        RunError(f"something that was explained already: {FULL}"),
    ],
)
def test_other_errors_are_not_its_business(error: Exception, scratch: Path) -> None:
    assert disk_full(error, scratch) is None


def test_memory_that_ran_out_is_not_its_business() -> None:
    error = tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")
    assert disk_full(error, None) is None
