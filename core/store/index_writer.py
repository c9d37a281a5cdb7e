"""Writes to the index on a thread where that takes long: the logs have it all already."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

from core.model.errors import ExplorerError
from core.store.run_store import RunStore

Job = Callable[[RunStore], None]
"""Writes something to an index."""


class IndexWriter:
    """Does one job after the other, through a connection of its own.

    Attributes:
        trouble: Why one could not be done; None where all could.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._jobs: deque[Job] = deque()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._busy = False
        self.trouble: ExplorerError | None = None

    @property
    def busy(self) -> bool:
        """Whether it is at work: what is to be written after that must go the same way."""
        with self._lock:
            return self._busy

    def submit(self, job: Job) -> None:
        """Have a job done behind those before it."""
        with self._lock:
            self._jobs.append(job)
            if self._busy:
                return
            self._busy = True
        self.wait()  # for the last breath of the thread before
        self._thread = threading.Thread(target=self._work, name="index")
        self._thread.start()

    def wait(self) -> None:
        """Wait until everything is done."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _work(self) -> None:
        index: RunStore | None = None
        while True:
            with self._lock:
                if not self._jobs:
                    self._busy = False
                    break
                job = self._jobs.popleft()
            try:
                index = index or RunStore(self._path)
                job(index)
            except ExplorerError as error:
                self.trouble = error
            except Exception as error:  # whatever it is, those behind it must not wait for ever
                self.trouble = ExplorerError(f"The index cannot be written ({error!r})")
        if index is not None:
            index.close()
