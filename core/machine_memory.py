"""Memory: how much there is, of the machine or of its container; and when to look for garbage."""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Iterator
from pathlib import Path

from core.optional import psutil

_GROUPS = (
    # Linux control groups, version 2 and 1: limit, in use, and what could be given back.
    ("/sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"),
    (
        "/sys/fs/cgroup/memory",
        "memory.limit_in_bytes",
        "memory.usage_in_bytes",
        "total_inactive_file",
    ),
)


def total_bytes() -> float:
    """Memory of the machine, in bytes; NaN where the system does not say."""
    if psutil is not None:
        return float(psutil.virtual_memory().total)
    try:
        return float(os.sysconf("SC_PHYS_PAGES") * _page_bytes())
    except (AttributeError, OSError, ValueError):
        return float("nan")


def memory_limit_bytes(groups: tuple[tuple[str, str, str, str], ...] = _GROUPS) -> float:
    """Memory that this process could have at most, in bytes."""
    total = total_bytes()
    limit = next((limit for group in groups if (limit := _number(group[0], group[1]))), None)
    return total if limit is None else min(limit, total)


def available_bytes(groups: tuple[tuple[str, str, str, str], ...] = _GROUPS) -> float:
    """Memory that is still to be had without swapping, in bytes."""
    free = _free_bytes()
    for folder, limit_name, used_name, reclaimable in groups:
        limit, used = _number(folder, limit_name), _number(folder, used_name)
        if limit is not None and used is not None and limit < total_bytes():
            # The page cache counts as used, but is given back where memory is wanted.
            return min(free, limit - used + (_statistic(folder, reclaimable) or 0.0))
    return free


def swapped_in_bytes() -> float:
    """What has come back from swap since the system was started, of all programs, in bytes."""
    if psutil is not None:
        return 0.0 if psutil is None else float(psutil.swap_memory().sin)
    return _of_linux("/proc/vmstat", "pswpin", float(_page_bytes()))


def resident_bytes() -> float:
    """Memory of this process, in bytes; NaN where the system does not say."""
    if psutil is not None:
        return float(psutil.Process().memory_info().rss)
    return resident_of("self")


def resident_of(process: int | str) -> float:
    """Memory of a process, in bytes; NaN where Linux does not say."""
    try:
        pages = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):
        return float("nan")
    return float(int(pages) * _page_bytes())


def oom_kills(folders: tuple[str, ...] | None = None) -> int | None:
    """How many processes the system has killed because memory ran out.

    Args:
        folders: Of control groups that say it; None for those that this process is in.

    Returns:
        The sum over all, which only ever grows; None where none says it.
    """
    where = _own_groups() if folders is None else folders
    counts = [
        count
        for folder in where
        for name in ("memory.events", "memory.oom_control")
        if (count := _statistic(folder, "oom_kill", name, None)) is not None
    ]
    return int(sum(counts)) if counts else None


def _free_bytes() -> float:
    if psutil is not None:
        return float(psutil.virtual_memory().available)
    return _of_linux("/proc/meminfo", "MemAvailable:", 1024.0)


def _of_linux(file: str, name: str, unit_bytes: float) -> float:
    """A number that Linux tells in a file, in bytes; NaN where there is none."""
    try:
        for line in Path(file).read_text(encoding="ascii").splitlines():
            words = line.split()
            if words[0] == name:
                return unit_bytes * int(words[1])
    except (OSError, ValueError, IndexError):
        pass
    return float("nan")


def _page_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def _own_groups() -> tuple[str, ...]:
    groups = [group[0] for group in _GROUPS]
    try:
        lines = Path("/proc/self/cgroup").read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        lines = []
    for line in lines:
        _, kinds, path = line.split(":", 2)
        root = _GROUPS[0][0] if not kinds else _GROUPS[1][0] if kinds == "memory" else ""
        if root and path != "/":
            groups.append(root + path)
    return tuple(groups)


def _number(folder: str, name: str) -> float | None:
    """The number in a file; None where there is no file or no number ("max") in it."""
    try:
        return float(int(Path(folder, name).read_text(encoding="ascii")))
    except (OSError, ValueError):
        return None


def _statistic(
    folder: str, name: str, file: str = "memory.stat", missing: float | None = 0.0
) -> float | None:
    try:
        lines = Path(folder, file).read_text(encoding="ascii").splitlines()
        return float(dict(line.split() for line in lines)[name])
    except (OSError, ValueError, KeyError):
        return missing


@contextlib.contextmanager
def collector_paused() -> Iterator[None]:
    """Make many objects that all stay: to look for garbage among them can double the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
