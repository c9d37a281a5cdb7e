"""How many cores a pipeline needs, also where other programs take them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from core.measure.workers_read import WorkersRead

_NS = 1e-9


class NeededCpu:
    """Processor time that this process and its workers used, and waited for.

    Without the wait for a core a busy machine would look like a wait for storage. It is Linux's own
    count; elsewhere only what was used is known.
    """

    def __init__(self, workers: Callable[[], Sequence[int]] = lambda: ()) -> None:
        """Begin.

        Args:
            workers: Gives the process ids of the workers that there are.
        """
        self._workers, self._read = workers, WorkersRead(workers)

    def __call__(self) -> float:
        """Seconds since any moment; not a number where psutil is missing and there are workers."""
        waited_s = sum(_waited_s(process) for process in ("self", *map(str, self._workers())))
        return time.process_time() + self._read.read().cpu_s + waited_s


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
