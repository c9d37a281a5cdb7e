"""All that is recorded in a folder: logs, which are the truth, and an index over them."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from core.model.errors import ExplorerError, InputError
from core.model.plural import plural
from core.model.run import Label, Run
from core.store.append_log import append, sweep, write_log
from core.store.experiment_archive import ExperimentArchive
from core.store.file_lock import locked_folder
from core.store.finding import Finding, told
from core.store.index import Index
from core.store.log_folder import LogFolder
from core.store.read_log import labels_after
from core.store.reconcile import Reconciler, Settled
from core.store.rescue import written_anew
from core.store.run_log import LOG_FORMAT, RunLog, label_record, log_path
from core.store.run_store import Row
from core.store.unwritable import unwritable
from core.store.whole_run import whole_records

_RECENT_NS = 2_000_000_000
"""A folder that changed so lately may change again without its time showing it."""


class Archive:
    """The recordings of one folder, which several programs may use at once. One thread calls it.

    Attributes:
        findings: What was amiss when they were opened, and what was done about it.
        interrupted: Runs that were found to have been interrupted, and were not known as such.
        under_way: How many runs were being recorded when it was loaded.
        experiments: Comparisons and sweeps.
    """

    def __init__(self, database: Path, logs: Path, *, act: bool = True, deep: bool = False) -> None:
        """Open the recordings.

        Args:
            database: The file of the index.
            logs: The folder of the logs.
            act: Whether anything is changed on disk.
            deep: Whether all of it is checked when it is loaded, to the last byte.

        Raises:
            NewerError: A newer version wrote the index.
        """
        self._logs, self._folder = LogFolder(logs), logs
        self._name, self._act, self._deep = database.name, act, deep
        self.findings: list[Finding] = []
        self.interrupted: tuple[Run, ...] = ()
        self.under_way = 0
        self._known: dict[str, int | None] = {}
        self._elsewhere: set[str] = set()
        self._open: dict[str, tuple[Run, RunLog]] = {}
        self._changed_ns = 0
        if act:
            with contextlib.suppress(OSError):  # said where something is to be written
                logs.mkdir(parents=True, exist_ok=True)
        with locked_folder(logs):
            self._index = Index(database, act=act)
            if act:
                sweep(logs)
        self.experiments = ExperimentArchive(logs, self._index)

    def close(self) -> None:
        """Write what still can be, then let go of all files."""
        self.retry()
        for _, log in self._open.values():
            log.close()
        self._index.close()

    # -- what there is ----------------------------------------------------------------------

    def load(self) -> list[Run]:
        """All runs, deleted ones included, oldest first; brings index and logs together."""
        rows = {row.id: row for row in self._index.rows(deep=self._deep)}
        reconciler = Reconciler(self._folder, act=self._act, deep=self._deep)
        changed_ns = self._logs.changed_ns()
        try:
            sizes = self._logs.sizes()
        except OSError as error:
            sizes = {key: row.log_bytes for key, row in rows.items() if row.log_bytes is not None}
            what = f"the logs cannot be read ({error.strerror or error})"
            self.findings.append(Finding(str(self._folder), what, mended=False))
        ids = [*rows, *(key for key in sizes if key not in rows)]
        runs = self._take(reconciler, ids, rows, sizes)
        self._remember(changed_ns)
        self._report(reconciler, len(runs))
        return sorted(runs, key=lambda run: (run.number, run.created))

    def changed_elsewhere(self) -> bool:
        """Whether ``refresh`` may find something new. Costs next to nothing, however many runs."""
        index = self._index.changed_elsewhere()
        return (
            index
            or self._logs.changed_ns() != self._changed_ns
            or self.experiments.changed_elsewhere()
            or any(not self._logs.is_held(key) for key in self._elsewhere)
        )

    def refresh(self) -> list[Run]:
        """Runs that other programs recorded or labelled since, oldest first.

        Raises:
            ExplorerError: The folder cannot be read.
        """
        changed_ns = self._logs.changed_ns()
        indexed = self._index.log_sizes()
        there = set(self._elsewhere)
        try:
            if changed_ns != self._changed_ns:
                there |= self._logs.ids()
        except OSError as error:
            raise InputError(
                f"The folder {self._folder} cannot be read ({error.strerror})"
            ) from error
        wanted = {key for key, size in indexed.items() if self._known.get(key, -1) != size}
        wanted |= there.difference(self._known)
        wanted -= self._open.keys()
        sizes = {key: size for key in wanted if (size := self._logs.size(key)) is not None}
        rows = {row.id: row for row in self._index.rows_of(wanted & indexed.keys())}
        reconciler = Reconciler(self._folder)
        runs = self._take(reconciler, sorted(sizes.keys() | rows.keys()), rows, sizes)
        self._remember(changed_ns)
        self.findings += reconciler.findings
        self.interrupted = (*self.interrupted, *reconciler.interrupted)
        return sorted(runs, key=lambda run: (run.number, run.created))

    # -- runs ---------------------------------------------------------------------------------

    def begin(self, run: Run) -> tuple[Run, RunLog]:
        """Begin the log of a run. It gets another number where another program took it meanwhile.

        Raises:
            ExplorerError: It cannot be recorded; says how to go on.
        """
        with locked_folder(self._folder):
            if run.number:
                run = replace(run, number=max(run.number, self._last_number_elsewhere() + 1))
            changed_ns = self._logs.changed_ns()
            log = RunLog(self._folder, run)
            if changed_ns == self._changed_ns:
                self._changed_ns = self._logs.changed_ns()  # that is no news
        self._open[run.id] = (run, log)
        return run, log

    def end(self, run: Run) -> None:
        """Take in that a run is over; what waits of it is tried again with each ``retry``."""
        self._open[run.id] = (run, self._open[run.id][1])
        self._finish(run.id)

    def retry(self) -> tuple[Run, ...]:
        """Write what waits of runs that are over; gives those of which nothing waits any more."""
        return tuple(run for key in self.unsaved if (run := self._finish(key)) is not None)

    def _finish(self, run_id: str) -> Run | None:
        run, log = self._open[run_id]
        if not log.retry():
            return None
        size = written_anew(run, log) if log.gone else log.size_bytes
        if size is None:
            return None
        log.close()
        del self._open[run_id]
        self._known[run_id] = size
        self._index.save(run, size)
        return run

    def add(self, *runs: Run) -> None:
        """Take in runs that are over and come from elsewhere, each with a log of all of it.

        Raises:
            ExplorerError: One cannot be written; those before it are there.
        """
        written: list[tuple[Run, int | None]] = []
        try:
            for run in runs:
                path = log_path(self._folder, run.id)
                with locked_folder(self._folder):
                    size = write_log(path, whole_records(run, LOG_FORMAT))
                self._known[run.id] = size
                written.append((run, size))
        except OSError as error:
            raise unwritable(f"The run cannot be written to {path}", error) from error
        finally:
            self._index.save_all(written)

    @property
    def unsaved(self) -> tuple[str, ...]:
        """Ids of runs that are over and not wholly on disk."""
        return tuple(key for key, (run, _) in self._open.items() if run.state.over)

    def relabel(self, run: Run, changes: Mapping[str, str | int | bool]) -> Label:
        """Write down what the person makes of a run: into its log, then into the index.

        Args:
            run: The run as it was.
            changes: Fields of its label.

        Returns:
            The label as it is now, with what other programs made of the run meanwhile.

        Raises:
            ExplorerError: It cannot be written; nothing changes.
        """
        label = replace(run.label, **changes)  # type: ignore[arg-type]
        if run.id in self._open:
            of, log = self._open[run.id]
            log.relabel(changes)
            self._open[run.id] = (replace(of, label=label), log)
            return label
        path, known = log_path(self._folder, run.id), self._known.get(run.id)
        try:
            with locked_folder(self._folder):
                if not path.exists():
                    known = self._known[run.id] = Reconciler(self._folder).write_whole(run)
                done = append(path, [label_record(changes)])
                if known is None or done.began_bytes != known:
                    label = replace(label, **labels_after(path.read_bytes(), known or 0))
        except OSError as error:
            what = f"What you changed of {run.name} cannot be written to {path}"
            raise unwritable(what, error) from error
        self._known[run.id] = done.size_bytes
        self._index.relabel(run.id, label, done.size_bytes)
        return label

    def take_trouble(self) -> ExplorerError | None:
        """What the person should know of the index, once; None while all is well."""
        error = self._index.take_trouble()
        if error is None:
            return None
        return ExplorerError(
            error.what,
            expected=error.expected,
            remedy="Nothing is lost: what is recorded is in the logs, and the index is brought up "
            "to date at the next start.",
            details=error.details,
        )

    # -- inside -------------------------------------------------------------------------------

    def _take(
        self,
        reconciler: Reconciler,
        ids: Iterable[str],
        rows: Mapping[str, Row],
        sizes: Mapping[str, int],
    ) -> list[Run]:
        found: list[Settled] = []
        for key in ids:
            settled = reconciler.settle(key, rows.get(key), sizes.get(key))
            if settled is not None:
                found.append(settled)
                self._known[key] = settled.log_bytes
        self._elsewhere = reconciler.under_way - self._open.keys()
        if self._act:
            self._index.save_all([(one.run, one.log_bytes) for one in found if one.anew])
        return [one.run for one in found]

    def _last_number_elsewhere(self) -> int:
        return self._logs.last_number(self._known.keys() | self._open.keys())

    def _remember(self, changed_ns: int) -> None:
        recent = abs(time.time_ns() - changed_ns) < _RECENT_NS
        self._changed_ns = -1 if recent else changed_ns

    def _report(self, reconciler: Reconciler, runs: int) -> None:
        self.interrupted = tuple(reconciler.interrupted)
        self.under_way = len(reconciler.under_way)
        of_index = self._index.finding(runs)
        trouble = None if of_index else self._index.take_trouble()
        if of_index is not None:
            self.findings.append(of_index)
        if trouble is not None:
            what = f"{trouble.what[:1].lower()}{trouble.what[1:]}; runs are read from their logs"
            self.findings.append(Finding(self._name, what, mended=False))
        self.findings += reconciler.findings
        if reconciler.unlogged:
            alone = "of an older version: the index alone has them"
            why = f"; their logs cannot be written ({reconciler.why_not})" * self._act
            done = "it is tried again at the next start" if self._act else "written into logs"
            many = plural(reconciler.unlogged, "recorded run")
            self.findings.append(Finding(many, alone + why, done, mended=not self._act))

    @property
    def notice(self) -> str:
        """What had to be done to open the recordings, in words; empty normally."""
        return told([*self.findings, *self.experiments.findings])
