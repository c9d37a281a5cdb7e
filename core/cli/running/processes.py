"""The processes of a command: the engines, and where people's own code is opened."""

from __future__ import annotations

import functools

from core.engines.engines import Engines
from core.model.to_open import ToOpen
from core.workloads.workload import Workload


@functools.cache
def engines() -> Engines:
    """Both engines, the same for everything that a command does."""
    return Engines()


def open_code(wanted: ToOpen, *, trains: bool) -> Workload:
    """Open a person's own code in a process of its own.

    Args:
        wanted: What is to be opened.
        trains: A run comes next: its process is got ready meanwhile.

    Raises:
        InputError: There is nothing to be opened.
        RunError: The code raised, with its own traceback; or its process ended.
    """
    return engines().open(wanted, lambda at: None, lambda: False, warm=trains)
