"""Who carries out an experiment: one program at a time; two would spoil each other's figures."""

from __future__ import annotations

import contextlib
from pathlib import Path

from core.store.locks import OwnerLock


class Leases:
    """Experiments that this program carries out."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, OwnerLock] = {}

    def take(self, experiment_id: str) -> bool:
        """Take an experiment up; False where another program carries it out now."""
        if experiment_id in self._held:
            return True
        with contextlib.suppress(OSError):  # where nothing can be written nothing is kept either
            self._folder.mkdir(parents=True, exist_ok=True)
        lock = OwnerLock(self._folder / experiment_id)
        if not lock.take():
            return False
        self._held[experiment_id] = lock
        return True

    def give_up(self, experiment_id: str) -> None:
        """Let others carry it out."""
        lock = self._held.pop(experiment_id, None)
        if lock is not None:
            lock.give_up()

    def give_up_all(self) -> None:
        """Let others carry out all of them."""
        for experiment_id in tuple(self._held):
            self.give_up(experiment_id)
