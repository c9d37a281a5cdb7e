"""What the worker processes of a run have taken: processor time, memory, bytes read."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from core.optional import psutil

_MEMORY_S = 2.0


def started_pids() -> tuple[int, ...]:
    """Process ids of what Python's ``multiprocessing`` has started here and nobody has joined yet.

    ``multiprocessing.active_children`` would join what has ended, in place of the script.
    """
    children = getattr(sys.modules.get("multiprocessing.process"), "_children", ())
    return tuple(child.pid for child in tuple(children) if child.pid is not None)


class Taken(NamedTuple):
    """What processes have taken since they began.

    Attributes:
        cpu_s: Seconds on the processor.
        resident_bytes: Memory at present that is theirs alone: what a fork shares is not.
        read_bytes: Bytes read from disk; not a number where the system does not say.
    """

    cpu_s: float = 0.0
    resident_bytes: float = 0.0
    read_bytes: float = 0.0


class WorkersRead:
    """Reads them; what a worker that ended had taken stays in the sums."""

    def __init__(self, pids: Callable[[], Sequence[int]]) -> None:
        """Read none yet.

        Args:
            pids: Gives the process ids of the workers that there are.
        """
        self._pids = pids
        self._taken: dict[int, Taken] = {}
        self._own_bytes: dict[int, tuple[float, float]] = {}

    def read(self) -> Taken:
        """The sums over all workers."""
        present = set(self._pids())
        if psutil is None and present:
            unknown = float("nan")
            return Taken(unknown, unknown, unknown)
        for pid in present:
            taken = self._of(pid)
            if taken is not None:
                self._taken[pid] = taken
        return Taken(
            sum(taken.cpu_s for taken in self._taken.values()),
            sum(taken.resident_bytes for pid, taken in self._taken.items() if pid in present),
            sum(taken.read_bytes for taken in self._taken.values()),
        )

    def _of(self, pid: int) -> Taken | None:
        try:
            process = psutil.Process(pid)
            times = process.cpu_times()
            own_bytes = self._memory(process)
        except psutil.Error:
            return None
        return Taken(times.user + times.system, own_bytes, read_bytes(process))

    def _memory(self, process: Any) -> float:
        """What is its own alone, looked up now and then: the system counts page by page."""
        now_s = time.monotonic()
        read_s, own_bytes = self._own_bytes.get(process.pid, (-math.inf, 0.0))
        if now_s - read_s >= _MEMORY_S:
            try:
                own_bytes = float(process.memory_full_info().uss)
            except psutil.AccessDenied:
                own_bytes = float(process.memory_info().rss)
            self._own_bytes[process.pid] = now_s, own_bytes
        return own_bytes


def read_bytes(process: Any) -> float:
    """Bytes that a process has read from disk; not a number where the system does not say.

    Args:
        process: A ``psutil.Process``; None where psutil is not installed.
    """
    if process is None:
        return float("nan")
    try:
        return float(process.io_counters().read_bytes)
    except (AttributeError, OSError, NotImplementedError, psutil.Error):
        return float("nan")
