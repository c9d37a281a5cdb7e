"""Writes rows that take long into the index on a thread: the log has the run already."""

from __future__ import annotations

import threading
from pathlib import Path

from core.model.errors import ExplorerError
from core.model.run import Run
from core.store.run_store import RunStore


class IndexWriter:
    """One row at a time, through a connection of its own.

    Attributes:
        trouble: Why the last one could not be written; None where it could.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread: threading.Thread | None = None
        self.trouble: ExplorerError | None = None

    def write(self, run: Run, log_bytes: int) -> None:
        """Write a row; waits for the one before."""
        self.wait()
        self._thread = threading.Thread(target=self._write, args=(run, log_bytes), name="index")
        self._thread.start()

    def wait(self) -> None:
        """Wait until nothing is being written."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _write(self, run: Run, log_bytes: int) -> None:
        try:
            index = RunStore(self._path)
            try:
                index.save(run, log_bytes)
            finally:
                index.close()
        except ExplorerError as error:
            self.trouble = error
        else:
            self.trouble = None
