"""Locks on files, which the system gives up when the program ends, however it ends."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import IO, Any

try:
    import fcntl
except ImportError:  # not on Windows: there, two programs can take the same thing up
    fcntl = None  # type: ignore[assignment]


def try_lock(file: IO[Any] | int) -> bool:
    """Lock a file for this program; False where another one holds it."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def locked(file: IO[Any] | int) -> Iterator[None]:
    """Hold a file meanwhile; waits while another program holds it."""
    if fcntl is None:
        yield
        return
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)
