"""A cache file that another run has locked."""

from __future__ import annotations

import glob
import os
import re
import time

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo
from core.faults.words import age, full, path
from core.optional import psutil

_LOCKED = re.compile(r"cache lockfile already exists \('(?P<file>[^'\n]+)'\)")
_LOCK_END = re.compile(r"_\d+\.lockfile$")
_STILL_S = 60.0
"""A cache that was written to so short a time ago may still be written to."""


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    match = _LOCKED.search(raised.whole)
    if match is None:
        return None
    lock = match["file"]
    prefix = _LOCK_END.sub("", lock)
    since = _since_s(lock)
    old = f", made {age(since)} ago" if since is not None else ""
    user = _user_of(prefix)
    quiet = min(
        (age_s for age_s in map(_since_s, _parts(prefix)) if age_s is not None), default=since
    )
    if user:
        state = f"{user} has the cache open and is likely still filling it"
        remedy = "Wait until that is done, or stop it. Each run can also have a file of its own."
    elif quiet is not None and quiet < _STILL_S:
        state = f"it was last written to {age(quiet)} ago, so a program may still be filling it"
        remedy = f"Wait; if nothing is at work there, delete {path(lock)} and run again."
    else:
        state = "no program has it open: one that was ended has likely left it behind"
        remedy = f"Delete {path(lock)} and run again."
    return Explanation(
        f"The cache file {path(prefix)} is locked by {path(os.path.basename(lock))}{old}; {state}",
        "a cache file that no other run is filling",
        remedy,
        full(lock),
    )


def _parts(prefix: str) -> list[str]:
    return glob.glob(f"{glob.escape(prefix)}*")


def _since_s(name: str) -> float | None:
    try:
        return max(0.0, time.time() - os.stat(name).st_mtime)
    except OSError:
        return None


def _user_of(prefix: str) -> str:
    """Which process has a part of a cache open, of those that may be looked at; else empty."""
    if psutil is None:
        return ""
    parts = {os.path.realpath(part) for part in _parts(prefix)}
    for process in psutil.process_iter():
        try:
            if any(os.path.realpath(open_file.path) in parts for open_file in process.open_files()):
                if process.pid == os.getpid():
                    return "an earlier run of this program"
                return f"process {process.pid} ({process.name()})"
        except (psutil.Error, OSError):
            continue
    return ""
