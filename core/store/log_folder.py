"""The folder of logs: which there are, how long they are, and which numbers they give."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Collection
from pathlib import Path

from core.store.file_lock import held_elsewhere
from core.store.read_log import number_of
from core.store.run_log import ENDING, is_plain


class LogFolder:
    """The logs of one folder of recordings.

    Attributes:
        path: The folder; it need not be there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def sizes(self) -> dict[str, int]:
        """Of each run that has a log the log's length in bytes.

        Raises:
            OSError: The folder cannot be read.
        """
        found = {}
        for entry in self._entries():
            with contextlib.suppress(FileNotFoundError):
                found[entry.name.removesuffix(ENDING)] = entry.stat().st_size
        return found

    def size(self, run_id: str) -> int | None:
        """How long the log of a run is; None where it has none."""
        if not is_plain(run_id):
            return None
        with contextlib.suppress(OSError):
            found = os.lstat(self.path / f"{run_id}{ENDING}")
            return found.st_size if stat.S_ISREG(found.st_mode) else None
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
            return max((number_of(self.path / f"{one}{ENDING}") for one in others), default=0)
        return 0

    def is_held(self, run_id: str) -> bool:
        """Whether a program that is alive records the run."""
        with contextlib.suppress(OSError):
            return held_elsewhere(self.path / f"{run_id}{ENDING}")
        return False

    def changed_ns(self) -> int:
        """When a log was last added, in the system's own time; 0 where there is no folder."""
        with contextlib.suppress(OSError):
            return self.path.stat().st_mtime_ns
        return 0

    def _entries(self) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self.path) as entries:
                return [
                    one
                    for one in entries
                    if one.name.endswith(ENDING)
                    and is_plain(one.name.removesuffix(ENDING))
                    # A link in a session from elsewhere could lead out of it.
                    and one.is_file(follow_symlinks=False)
                ]
        except FileNotFoundError:
            return []
