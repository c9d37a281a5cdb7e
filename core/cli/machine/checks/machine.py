"""Cores, memory and clocks."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil

from core.cli.machine.checks.check import Check, note
from core.machine_memory import available_bytes, memory_limit_bytes
from core.measure.environment import usable_cores
from core.model.sizes import size_words

_LEAST_BYTES = 2e9
_YEAR = 2025
_SLOW_CLOCKS = ("hpet", "acpi_pm", "jiffies", "refined-jiffies", "pit")
_DEAR_S, _COARSE_S, _READINGS = 5e-6, 5e-5, 2000
_GROUPS = Path("/sys/fs/cgroup")
_CLOCK = Path("/sys/devices/system/clocksource/clocksource0/current_clocksource")


def machine() -> Iterator[Check]:
    """What runs have to share."""
    yield cores(len(usable_cores()), psutil.cpu_count() or 1, quota_cores())
    yield memory(memory_limit_bytes(), float(psutil.virtual_memory().total), available_bytes())
    yield clock()


def cores(usable: int, total: int, quota: float | None) -> Check:
    """How many cores this process may use, and for how much of the time."""
    key, label = "cores", "cores"
    value = f"{usable} of {total}" if usable < total else str(usable)
    if quota is not None and quota < usable:
        return note(
            key, label,
            f"{value}, but the container may use {quota:.3g} at a time: it is held up again and "
            "again, and waits look longer than they are",
            "Give the container whole cores (--cpuset-cpus) in place of a share (--cpus).",
        )  # fmt: skip
    if usable == 1:
        return note(key, label, f"{value}: the pipeline and the model take turns; nothing overlaps")
    return Check(key, label, value)


def quota_cores(folder: Path = _GROUPS) -> float | None:
    """How many cores' time a container may use; None for all that there is."""
    try:
        # Control groups, version 2: "max 100000", or microseconds in each such period.
        quota, period = (folder / "cpu.max").read_text(encoding="ascii").split()
        return None if quota == "max" else float(quota) / float(period)
    except (OSError, ValueError, ZeroDivisionError):
        pass
    try:
        quota_us = float((folder / "cpu" / "cpu.cfs_quota_us").read_text(encoding="ascii"))
        period_us = float((folder / "cpu" / "cpu.cfs_period_us").read_text(encoding="ascii"))
        return None if quota_us <= 0 else quota_us / period_us
    except (OSError, ValueError, ZeroDivisionError):
        return None


def memory(limit: float, total: float, available: float) -> Check:
    """Memory of the machine, or of the container where that is less."""
    key, label = "memory", "memory"
    whose = f", of {size_words(total)} in the machine" if limit < 0.99 * total else ""
    value = f"{size_words(available)} free of {size_words(limit)}{whose}"
    if available < _LEAST_BYTES:
        return note(
            key, label, f"{value}: TensorFlow alone takes 0.6 GB",
            "Close other programs, or keep buffers, caches and batches small.",
        )  # fmt: skip
    return Check(key, label, value)


def clock(
    source: Path = _CLOCK,
    steady: Callable[[], float] = time.perf_counter,
    now: datetime | None = None,
) -> Check:
    """Whether the clocks that steps are timed with can be trusted."""
    key, label = "clock", "clocks"
    try:
        name = source.read_text(encoding="ascii").strip()
    except OSError:
        name = ""
    readings = [steady() for _ in range(_READINGS)]
    gaps = [after - before for before, after in itertools.pairwise(readings)]
    moved = [gap for gap in gaps if gap > 0]
    each_s = sum(gaps) / len(gaps)
    finest_s = min(moved, default=float("inf"))
    name = name or "the system's own"
    value = f"{name}, {each_s * 1e6:.2g} us a reading"
    if min(gaps) < 0:
        return note(
            key, label, f"{value}; it runs backwards: times are not to be trusted",
            "Look at the machine's clock source (a virtual machine's, often).",
        )  # fmt: skip
    if name in _SLOW_CLOCKS or each_s > _DEAR_S or finest_s > _COARSE_S:
        return note(
            key, label, f"{value}: slow or coarse, which steps under a millisecond suffer from",
            "Let the kernel use tsc, or the hypervisor's own clock, where it can be trusted.",
        )  # fmt: skip
    year = (now or datetime.now(UTC)).year
    if year < _YEAR:
        return note(
            key, label, f"{value}; the date says {year}",
            "Set the clock: runs carry the date, and downloads are refused.",
        )  # fmt: skip
    return Check(key, label, value)
