"""Cache files of ``Dataset.cache(filename)``: locked by another, or not what was written."""

from __future__ import annotations

import glob
import os
import re
import time

import psutil

from core.faults.raised import Raised
from core.faults.rule import Rule, Told
from core.faults.scene import Scene
from core.faults.words import age, full, path

_LOCKED = re.compile(r"cache lockfile already exists \('(?P<file>[^'\n]+)'\)")
_LOCK_END = re.compile(r"_\d+\.lockfile$")
_BUNDLE = re.compile(r"TensorBundle at (?P<file>.+?)(?= shard \d|: |$)", re.MULTILINE)
"""A name may have spaces: it ends where TensorFlow goes on."""
_DAMAGED = re.compile(r"an sstable|FileCache|TensorBundle at|[Cc]hecksum does not match|table file")
_MAGIC = bytes.fromhex("57fb808b247547db")
"""How the index of a cache file ends: the footer of a LevelDB table."""
_STILL_S = 60.0
"""A cache that was written to so short a time ago may still be written to."""


def _locked(raised: Raised, scene: Scene) -> Told | None:
    found = _LOCKED.search(raised.whole)
    if found is None:
        return None
    lock = found["file"]
    prefix = _LOCK_END.sub("", lock)
    since = _since_s(lock)
    old = f", made {age(since)} ago" if since is not None else ""
    user = _user_of(prefix)
    quiet = min((one for one in map(_since_s, _parts(prefix)) if one is not None), default=since)
    if user:
        state = f"{user} has the cache open and is likely still filling it"
        remedy = "Wait until that is done, or stop it. Each run can also have a file of its own."
    elif quiet is not None and quiet < _STILL_S:
        state = f"it was last written to {age(quiet)} ago, so a program may still be filling it"
        remedy = f"Wait; if nothing is at work there, delete {path(lock)} and run again."
    else:
        state = "no program has it open: one that was ended has likely left it behind"
        remedy = f"Delete {path(lock)} and run again."
    return Told(
        f"The cache file {path(prefix)} is locked by {path(os.path.basename(lock))}{old}; {state}",
        "a cache file that no other run is filling",
        remedy,
        full(lock),
    )


def _damaged(raised: Raised, scene: Scene) -> Told | None:
    if not raised.is_a("DataLossError", "InternalError") or not _DAMAGED.search(raised.whole):
        return None
    found = _BUNDLE.search(raised.text)
    prefix = found["file"] if found else _suspect(scene)
    if not prefix:
        return Told(
            f"A cache file is damaged: {raised.said}",
            "a file as Dataset.cache(filename) wrote it",
            "Delete the files whose names begin like that of the cache, and run again.",
        )
    why = _why(prefix, raised)
    return Told(
        f"The cache file {path(prefix)} is damaged: {why}",
        "a file as Dataset.cache(filename) wrote it",
        f"Delete {path(prefix)}.index and {path(prefix)}.data-* and run again: it is filled anew.",
        full(prefix),
    )


def _suspect(scene: Scene) -> str:
    """The cache of the pipeline that is damaged: by its index, else the only one, else none."""
    caches = scene.read.caches
    wrong = [one for one in caches if not has_index(one)]
    return next(iter(wrong or (caches if len(caches) == 1 else ())), "")


def has_index(prefix: str) -> bool:
    """Whether a cache file is complete: TensorFlow writes its index once a pass has ended."""
    try:
        with open(f"{prefix}.index", "rb") as stream:
            return stream.read().endswith(_MAGIC)
    except OSError:
        return False


def _why(prefix: str, raised: Raised) -> str:
    if not has_index(prefix):
        return "its index is not one that TensorFlow wrote"
    if "Read less bytes" in raised.whole:
        return "its data are cut off"
    return "its data do not match their checksum" if "hecksum" in raised.whole else raised.said


def _parts(prefix: str) -> list[str]:
    return glob.glob(f"{glob.escape(prefix)}*")


def _since_s(name: str) -> float | None:
    try:
        return max(0.0, time.time() - os.stat(name).st_mtime)
    except OSError:
        return None


def _user_of(prefix: str) -> str:
    """Which process has a part of a cache open, of those that may be looked at; else empty."""
    parts = {os.path.realpath(one) for one in _parts(prefix)}
    for process in psutil.process_iter():
        try:
            if any(os.path.realpath(one.path) in parts for one in process.open_files()):
                if process.pid == os.getpid():
                    return "an earlier run of this program"
                return f"process {process.pid} ({process.name()})"
        except (psutil.Error, OSError):
            continue
    return ""


RULES = (Rule("cache_locked", _locked), Rule("cache_damaged", _damaged))
