"""Sizes in words, what files take, and what is left of a disk."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from pathlib import Path

from core.model.quantity import significant

DISK_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG)
"""No space is left, or no more of it may be taken: by this user, or in one file."""

_UNITS = ("kB", "MB", "GB", "TB")


def size_words(count: float) -> str:
    """Bytes with three digits and a decimal unit: "20.5 MB"."""
    if count < 1000:
        return f"{int(count)} bytes"
    value, units = count / 1000.0, list(_UNITS)
    while value >= 999.5 and len(units) > 1:
        value /= 1000.0
        units.pop(0)
    return f"{significant(value)} {units[0]}"


def free_bytes(folder: Path) -> int | None:
    """What is free where a folder is or would be, in bytes; None where that cannot be said."""
    for there in (folder, *folder.parents):
        try:
            return shutil.disk_usage(there).free
        except OSError:
            continue
    return None


def free_words(folder: Path) -> str:
    """The same in a half sentence: "3.5 MB are free in /data"; empty where it cannot be said."""
    free = free_bytes(folder)
    return "" if free is None else f"{size_words(free)} are free in {folder}"


def taken_bytes(folder: Path) -> int:
    """What the files under a folder take; 0 where it is gone."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(place, name)).st_size
    return total
