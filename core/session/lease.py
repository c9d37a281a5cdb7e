"""Who carries out an experiment: one program at a time; two would spoil each other's figures."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import IO

from core.store.file_lock import try_lock


class Leases:
    """Experiments that this program carries out.

    A lease is a lock on a file of its own; the system gives it up when the program ends, however
    it ends.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, IO[bytes]] = {}

    def take(self, experiment_id: str) -> bool:
        """Take an experiment up; False where another program carries it out now."""
        if experiment_id in self._held:
            return True
        path = self._folder / f"{experiment_id}.lock"
        while True:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                file = path.open("ab")
            except OSError:
                # Where nothing can be written nothing is kept either: nobody else knows of it.
                return True
            if not try_lock(file):
                file.close()
                return False
            if _is_at(file, path):
                self._held[experiment_id] = file
                return True
            file.close()  # who held it took it away meanwhile: another one may have the next

    def give_up(self, experiment_id: str) -> None:
        """Let others carry it out."""
        file = self._held.pop(experiment_id, None)
        if file is not None:
            with contextlib.suppress(OSError):
                (self._folder / f"{experiment_id}.lock").unlink(missing_ok=True)
            file.close()

    def give_up_all(self) -> None:
        """Let others carry out all of them."""
        for experiment_id in tuple(self._held):
            self.give_up(experiment_id)


def _is_at(file: IO[bytes], path: Path) -> bool:
    """Whether a file is still the one of that name."""
    with contextlib.suppress(OSError):
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    return False
