"""Folders for what a pipeline writes while it runs, such as a cache on disk."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from core.measure.ownership import abandoned, take
from core.model.sizes import taken_bytes

_OWNER = ".owner"


@dataclass(frozen=True)
class Leftover:
    """A folder whose run is gone.

    Attributes:
        folder: Which.
        size_bytes: What its files take.
    """

    folder: Path
    size_bytes: int


class Scratch:
    """A new, empty folder for one run, which holds it until ``remove``.

    Attributes:
        path: The folder.
    """

    def __init__(self, folder: Path) -> None:
        """Make it, and remove those that nobody needs any more.

        Args:
            folder: Holds the folders of all runs.
        """
        folder.mkdir(parents=True, exist_ok=True)
        sweep_scratch(folder)
        self.path = Path(tempfile.mkdtemp(prefix=f"scratch-{os.getpid()}-", dir=folder))
        self._owner: IO[bytes] | None = None
        with contextlib.suppress(OSError):
            self._owner = take(self.path / _OWNER)

    def remove(self) -> None:
        """Remove it: the run is over."""
        if self._owner is not None:
            self._owner.close()
        shutil.rmtree(self.path, ignore_errors=True)


def leftovers(folder: Path) -> tuple[Leftover, ...]:
    """What runs left behind whose process is gone; those of runs under way are not among them."""
    left_behind = []
    for left in sorted(folder.glob("scratch-*-*")):
        pid = left.name.split("-")[1]
        if pid.isdecimal() and left.is_dir() and abandoned(left / _OWNER, pid):
            left_behind.append(Leftover(left, taken_bytes(left)))
    return tuple(left_behind)


def sweep_scratch(folder: Path) -> None:
    """Remove what runs of processes that are gone left behind: a cache on disk can be large."""
    for left in leftovers(folder):
        shutil.rmtree(left.folder, ignore_errors=True)
