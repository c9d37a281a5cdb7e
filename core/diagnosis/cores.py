"""How much of the processor a pipeline needs, also where other programs take it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from core.measure.workers_read import WorkersRead

_NS = 1e-9


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

    def waited_s(self) -> float:
        """Time in which their threads could have run and had no core; 0 where it is not known.

        Added to the time that they used it says how many cores they need. Without it a busy
        machine would look like a wait for storage. It is Linux's own count.
        """
        return sum(_waited_s(process) for process in ("self", *map(str, self._workers())))


def _waited_s(process: str) -> float:
    waited = 0
    try:
        for task in Path("/proc", process, "task").iterdir():
            try:
                waited += int((task / "schedstat").read_text().split()[1])
            except (OSError, IndexError, ValueError):
                # A thread that ended meanwhile, or a kernel that does not count.
                continue
    except OSError:
        return 0.0
    return waited * _NS
