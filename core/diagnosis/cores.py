"""How many cores a process needs, also where other programs take them."""

from __future__ import annotations

import time
from pathlib import Path

_TASKS = Path("/proc/self/task")
_NS = 1e-9


def needed_cpu_s() -> float:
    """CPU time that this process used, and the time in which its threads waited for a core.

    Without the second part a busy machine would look like a wait for storage. It is Linux's own
    count; elsewhere only what was used is known.
    """
    return time.process_time() + _waited_s()


def _waited_s() -> float:
    waited = 0
    try:
        for task in _TASKS.iterdir():
            try:
                waited += int((task / "schedstat").read_text().split()[1])
            except (OSError, IndexError, ValueError):
                # A thread that ended meanwhile, or a kernel that does not count.
                continue
    except OSError:
        return 0.0
    return waited * _NS
