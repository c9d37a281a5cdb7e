"""The folder of logs: which there are, how long they are, and which numbers they give."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from core.store.locks import is_held
from core.store.read_log import number_of
from core.store.run_log import ENDING, is_plain, log_path


class Stamp(NamedTuple):
    """How a log is known to be the same as before.

    Attributes:
        bytes: Its length.
        changed_ns: When it was last changed, in the system's own time.
    """

    bytes: int
    changed_ns: int

    @staticmethod
    def of(status: os.stat_result) -> Stamp:
        """That of a file."""
        return Stamp(status.st_size, status.st_mtime_ns)


class LogFolder:
    """The logs of one folder of recordings.

    Attributes:
        path: The folder; it need not be there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def stamps(self) -> dict[str, Stamp]:
        """The stamp of each run's log.

        Raises:
            OSError: The folder cannot be read.
        """
        stamps = {}
        for entry in self._entries():
            with contextlib.suppress(FileNotFoundError):
                stamps[entry.name.removesuffix(ENDING)] = Stamp.of(entry.stat())
        return stamps

    def stamp(self, run_id: str) -> Stamp | None:
        """That of one run's log; None where it has none."""
        if not is_plain(run_id):
            return None
        with contextlib.suppress(OSError):
            status = os.lstat(log_path(self.path, run_id))
            return Stamp.of(status) if stat.S_ISREG(status.st_mode) else None
        return None

    def ids(self) -> set[str]:
        """Ids of all runs that have a log.

        Raises:
            OSError: The folder cannot be read.
        """
        return {entry.name.removesuffix(ENDING) for entry in self._entries()}

    def last_number(self, known: Collection[str] = ()) -> int:
        """The highest number among logs of runs that are not known, those under way elsewhere too.

        0 where there is none.
        """
        with contextlib.suppress(OSError):
            others = self.ids().difference(known)
            return max((number_of(log_path(self.path, key)) for key in others), default=0)
        return 0

    def is_held(self, run_id: str) -> bool:
        """Whether a program that is alive records the run."""
        return is_held(log_path(self.path, run_id))

    def changed_ns(self) -> int:
        """When a log was last added, in the system's own time; 0 where there is no folder."""
        with contextlib.suppress(OSError):
            return self.path.stat().st_mtime_ns
        return 0

    def _entries(self) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self.path) as entries:
                return [
                    entry
                    for entry in entries
                    if entry.name.endswith(ENDING)
                    and is_plain(entry.name.removesuffix(ENDING))
                    # A link in a session from elsewhere could lead out of it.
                    and entry.is_file(follow_symlinks=False)
                ]
        except FileNotFoundError:
            return []
