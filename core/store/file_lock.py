"""Locks on files, which the system gives up when the program ends, however it ends."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

try:
    import fcntl
except ImportError:  # not on Windows: there, two programs can take the same thing up
    fcntl = None  # type: ignore[assignment]

CAN_LOCK = fcntl is not None
"""Whether a lock tells of other programs at all."""
_FOLDER_LOCK = ".lock"


def try_lock(file: IO[Any] | int) -> bool:
    """Lock a file for this program; False where another one, or another part of it, holds it."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks: nothing more can be known
    return True


@contextlib.contextmanager
def locked(file: IO[Any] | int) -> Iterator[None]:
    """Hold a file meanwhile; waits while another program holds it."""
    if fcntl is None:
        yield
        return
    with contextlib.suppress(OSError):  # a file system without locks
        fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_UN)


@contextlib.contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """Be the only program that changes what is in a folder; hold it for a moment only.

    Where nothing can be written, nothing is held either: nobody else can change anything there.
    Not to be taken twice by the same thread.
    """
    path = folder / _FOLDER_LOCK
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError:
        yield
        return
    try:
        with locked(file):
            yield
    finally:
        os.close(file)


def held_elsewhere(path: Path) -> bool:
    """Whether a program that is alive holds a file. Holds it itself for a moment.

    Raises:
        OSError: It cannot be opened.
    """
    file = os.open(path, os.O_RDONLY)
    try:
        return not try_lock(file)
    finally:
        os.close(file)
