"""How much of the processor a pipeline needs, also where other programs take it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from core.measure.workers_read import WorkersRead

ONE_CORE = 1.35
"""Cores that one busy thread may seem to use."""
_NS = 1e-9

Threads = Mapping[str, tuple[float, float]]


class CpuClock:
    """Processor time of this process and its worker processes."""

    def __init__(self, workers: Callable[[], Sequence[int]] = lambda: ()) -> None:
        """Begin.

        Args:
            workers: Gives the process ids of the workers that there are.
        """
        self._workers, self._read = workers, WorkersRead(workers)

    def used_s(self) -> float:
        """What they used; not a number where psutil is missing and there are workers."""
        return time.process_time() + self._read.read().cpu_s

    def threads(self) -> dict[str, tuple[float, float]]:
        """Of each thread: seconds that it ran, and in which it could have and had no core.

        It is Linux's own count; empty where that is not known.
        """
        return {
            key: found
            for process in ("self", *map(str, self._workers()))
            for key, found in _threads(process)
        }


def waited_share(before: Threads, after: Threads) -> float:
    """How long threads that work waited for a core, over how long they ran.

    With it, time that was used says how many cores are needed: without, a busy machine would look
    like a wait for storage. Threads of a pool that look for work in vain wait as well, so each
    counts by how long it ran.
    """
    ran, waited = 0.0, 0.0
    for key, (ran_s, waited_s) in after.items():
        ran_before_s, waited_before_s = before.get(key, (0.0, 0.0))
        ran += (ran_s - ran_before_s) ** 2
        waited += (ran_s - ran_before_s) * (waited_s - waited_before_s)
    return max(waited / ran, 0.0) if ran else 0.0


def _threads(process: str) -> Iterator[tuple[str, tuple[float, float]]]:
    try:
        for task in Path("/proc", process, "task").iterdir():
            try:
                ran_ns, waited_ns = (task / "schedstat").read_text().split()[:2]
                yield str(task), (int(ran_ns) * _NS, int(waited_ns) * _NS)
            except (OSError, ValueError):
                # A thread that ended meanwhile, or a kernel that does not count.
                continue
    except OSError:
        return
