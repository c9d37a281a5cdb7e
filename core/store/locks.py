"""Locks between programs; the system gives them up when a program ends, however it ends."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

ENDING = ".lock"
_POLL_S = 0.005


@contextlib.contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """Be the only program that changes what is in a folder; hold it for a moment only.

    Where no lock can be made, nothing is held: nobody can write there, or the disk has no locks.
    Not to be taken twice by the same thread.
    """
    lock = FileLock(folder / ENDING, poll_interval=_POLL_S)
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError, NotImplementedError):
            held.enter_context(lock)
        yield


class OwnerLock:
    """Says that a program is at work on something, with a file ``NAME.lock`` of its own."""

    def __init__(self, path: Path) -> None:
        """Hold nothing yet.

        Args:
            path: What it is about; need not exist.
        """
        self._path = path.with_name(path.name + ENDING)
        self._lock = FileLock(self._path, blocking=False, thread_local=False)

    def take(self) -> bool:
        """Take it; False where another program, or another part of this one, holds it."""
        try:
            self._lock.acquire()
        except Timeout:
            return False
        except (OSError, NotImplementedError):
            return True  # nothing can be written there, or there are no locks: nobody else can know
        return True

    def give_up(self) -> None:
        """Give it up and remove its file."""
        if self._lock.is_locked:
            # First removed, then released: who takes it next makes another file.
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)
            self._lock.release()


def is_held(path: Path) -> bool:
    """Whether a program that is alive is at work on something (see ``OwnerLock``).

    A lock that is left behind by a program that was killed is removed.
    """
    if not path.with_name(path.name + ENDING).exists():
        return False
    lock = OwnerLock(path)
    taken = lock.take()
    lock.give_up()
    return not taken
