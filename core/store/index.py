"""The index as the archive uses it: where it cannot be written, the logs do without."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from core.model.errors import ExplorerError
from core.model.experiment import Experiment
from core.model.plural import plural
from core.model.run import Label, Run
from core.store.database import DamagedError, NewerError
from core.store.finding import Finding
from core.store.index_writer import IndexWriter, Job
from core.store.run_store import Row, RunStore
from core.store.salvage import salvage

_LONG_STEPS = 50_000
"""Rows of longer runs are written on a thread: the window would be held up for too long."""
_AT_ONCE = 100


class Index:
    """Reads and writes the index. What it cannot write it says once and then leaves.

    Attributes:
        trouble: Why something could not be written; None while all is well.
        salvaged: Experiments that only a damaged index had.
    """

    def __init__(self, path: Path, *, act: bool = True) -> None:
        """Open it, or make it.

        Args:
            path: The file.
            act: Whether it may be changed at all.

        Raises:
            NewerError: A newer version wrote it.
        """
        self._path = path
        self.trouble: ExplorerError | None = None
        self.salvaged: list[Experiment] = []
        self._store: RunStore | None = None
        self._writable = True
        self._writer = IndexWriter(path)
        self._version = 0
        self._told = False
        self._inode = 0
        if not act:
            self._writable = False
            self._open_to_read()
            return
        try:
            self._store = RunStore(path)
        except NewerError:
            raise
        except ExplorerError as error:
            self.trouble, self._writable = error, False
            self._open_to_read()
        self._inode = _inode(path)

    def _open_to_read(self) -> None:
        if not self._path.exists():
            return
        try:
            self._store = RunStore(self._path, read_only=True)
        except ExplorerError as error:
            self.trouble = self.trouble or error

    def finding(self, runs: int) -> Finding | None:
        """What was amiss with the file itself when it was opened and read.

        Args:
            runs: How many runs there are now.
        """
        name = self._path.name
        if self._store is not None and self._store.damaged is not None:
            done = f"kept as {self._store.damaged} and made anew with {plural(runs, 'run')}"
            return Finding(name, f"the index was damaged ({self._store.damage})", done)
        if isinstance(self.trouble, DamagedError):
            done = "kept aside and made anew from the logs"
            return Finding(name, f"the index is damaged ({self.trouble.why})", done)
        return None

    def close(self) -> None:
        """Write what is being written, then close."""
        self._writer.wait()
        if self._store:
            self._store.close()

    def rows(self, *, deep: bool = False) -> list[Row]:
        """All rows, oldest first; of a damaged index those that could be read.

        Args:
            deep: Look through the whole file first.
        """
        damaged = None if self._store else self._path
        if self._store is not None:
            try:
                rows = self._store.load(deep=deep)
                damaged = self._store.damaged
                self._version = self._store.data_version()
                self._inode = _inode(self._path)
            except ExplorerError as error:
                self.trouble = self.trouble or error
                damaged = self._path
        if damaged is None:
            return rows
        runs, self.salvaged = salvage(damaged) if damaged.is_file() else ([], [])
        return [Row(run.id, run.number, run, None) for run in runs]

    def changed_elsewhere(self) -> bool:
        """Whether another program, or the thread, wrote to it since ``log_sizes`` was asked."""
        if self._replaced():
            self._reopen()
            return True
        if self._store is None:
            return False
        with contextlib.suppress(ExplorerError):
            return self._store.data_version() != self._version
        return False

    def _replaced(self) -> bool:
        """Whether another program set it aside, as it was damaged, and began another."""
        return self._writable and _inode(self._path) not in (self._inode, 0)

    def _reopen(self) -> None:
        self._writer.wait()
        if self._store is not None:
            self._store.close()
        with contextlib.suppress(ExplorerError):
            self._store = RunStore(self._path)
        self._inode = _inode(self._path)

    def log_sizes(self) -> dict[str, int | None]:
        """Of each run the length of its log as the index knows it; empty where it cannot say."""
        if self._store is not None:
            with contextlib.suppress(ExplorerError):
                self._version = self._store.data_version()
                return self._store.log_sizes()
        return {}

    def rows_of(self, run_ids: Iterable[str]) -> list[Row]:
        """The rows of some runs; none where they cannot be read."""
        if self._store is not None:
            with contextlib.suppress(ExplorerError):
                return self._store.rows_of(run_ids)
        return []

    def experiments(self) -> list[Experiment]:
        """All experiments that it has."""
        if self._store is None:
            return []
        with contextlib.suppress(ExplorerError):
            return [*self.salvaged, *self._store.load_experiments()]
        return []

    # -- writing ----------------------------------------------------------------------------

    def save(self, run: Run, log_bytes: int) -> None:
        """Write a run that is over; that of a long one may be written a little later."""
        job = partial(RunStore.save_all, runs=[(run, log_bytes)])
        if self._writable and run.samples.steps > _LONG_STEPS:
            self._writer.submit(job)
        else:
            self._try(job)

    def save_all(self, runs: Sequence[tuple[Run, int | None]]) -> None:
        """Write runs that are over."""
        for at in range(0, len(runs), _AT_ONCE):
            self._try(partial(RunStore.save_all, runs=runs[at : at + _AT_ONCE]))

    def relabel(self, run_id: str, label: Label, log_bytes: int) -> None:
        """Write what the person made of a run."""
        self._try(lambda store: store.relabel(run_id, label, log_bytes))

    def save_experiment(self, experiment: Experiment) -> None:
        """Write an experiment as it now is."""
        self._try(lambda store: store.save_experiment(experiment))

    def take_trouble(self) -> ExplorerError | None:
        """Why something could not be written, once for as long as it is so; else None."""
        found = self.trouble or self._writer.trouble
        self.trouble = self._writer.trouble = None
        if found is None or self._told:
            return None
        self._told = True
        return found

    def _try(self, write: Job) -> None:
        if self._store is None or not self._writable:
            return
        if self._writer.busy:
            # It would have to wait for the thread, and must not overtake it.
            self._writer.submit(write)
            return
        try:
            write(self._store)
        except ExplorerError as error:
            self.trouble = error
        else:
            self._told = False


def _inode(path: Path) -> int:
    """What tells a file from another of the same name; 0 where there is none."""
    with contextlib.suppress(OSError):
        return path.stat().st_ino
    return 0
