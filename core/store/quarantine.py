"""Damaged files are kept, under another name beside where they were."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path


def quarantine(path: Path, why: str = "damaged") -> Path:
    """Rename a file to ``NAME.damaged-20260102-030405`` and return the new path.

    Raises:
        OSError: It cannot be renamed.
    """
    target = _free_name(path, why)
    path.rename(target)
    return target


def keep_tail(path: Path, good_bytes: int) -> Path:
    """Copy what follows the last whole record of a log into a file of its own, then cut it off.

    Raises:
        OSError: It cannot be copied or cut off; the log is then as it was.
    """
    target = _free_name(path, "cut-off")
    with path.open("rb") as log:
        log.seek(good_bytes)
        tail = log.read()
    try:
        with target.open("xb") as copy:
            copy.write(tail)
    except OSError:
        target.unlink(missing_ok=True)
        raise
    with path.open("r+b") as log:
        log.truncate(good_bytes)
    return target


def _free_name(path: Path, why: str) -> Path:
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    wanted = path.with_name(f"{path.name}.{why}-{stamp}")
    target, count = wanted, 1
    while target.exists():
        count += 1
        target = wanted.with_name(f"{wanted.name}-{count}")
    return target
