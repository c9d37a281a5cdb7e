"""Cache files that are locked or not what was written."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from core.faults import FailureContext, explain
from core.lazy import tf
from tests.contracts.faults.files import cut, damage
from tests.contracts.faults.row import Fault, Made, drained


def _cache(folder: Path) -> Any:
    return tf.data.Dataset.range(900).cache(str(folder / "kept"))


def _locked(folder: Path) -> Made:
    lock = folder / "kept_0.lockfile"
    lock.write_text("Created at: 1")
    os.utime(lock, (time.time() - 7200,) * 2)
    return drained(_cache(folder))


def _lock_of_a_program_at_work(folder: Path) -> Made:
    (folder / "kept_0.lockfile").write_text("Created at: 1")
    with (folder / "kept_0.data-00000-of-00001").open("wb"):
        error, context = drained(_cache(folder))
        # Looked at while the file is open, as it is while a program fills the cache.
        return explain(error, context), FailureContext()


def _garbage(folder: Path) -> Made:
    for end in (".index", ".data-00000-of-00001"):
        (folder / f"kept{end}").write_bytes(b"garbage" * 40)
    return drained(_cache(folder))


def _kept(folder: Path) -> Path:
    list(_cache(folder))
    return folder / "kept.data-00000-of-00001"


def _cut_cache(folder: Path) -> Made:
    cut(_kept(folder), 40)
    return drained(_cache(folder))


def _damaged_cache(folder: Path) -> Made:
    damage(_kept(folder), 100, 40)
    return drained(_cache(folder))


FAULTS: tuple[Fault, ...] = (
    Fault("cache, locked", _locked, ("kept_0.lockfile", "2 hours ago", "no program", "Delete")),
    Fault(
        "cache, locked by a program at work",
        _lock_of_a_program_at_work,
        ("kept_0.lockfile", "has the cache open", "Wait"),
    ),
    Fault("cache, garbage", _garbage, ("kept", "index", "Delete")),
    Fault("cache, cut off", _cut_cache, ("kept", "cut off", "Delete")),
    Fault("cache, damaged", _damaged_cache, ("kept", "checksum", "Delete")),
    Fault(
        "cache in a folder that is missing",
        lambda folder: drained(_cache(folder / "none")),
        ("none", "folder", "cache"),
    ),
)
