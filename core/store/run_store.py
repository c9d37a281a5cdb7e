"""Recorded runs in one SQLite file, which several windows may use at once."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Collection, Iterable
from pathlib import Path

from core.model.errors import ExplorerError
from core.model.experiment import Experiment
from core.model.run import Run
from core.store.database import (
    DamagedError,
    explained,
    open_database,
    set_aside,
    transaction,
)
from core.store.experiments import from_body, to_body
from core.store.rows import COLUMNS, from_row, label_json, to_row


class RunStore:
    """The runs of one folder. A run that was saved is never taken out of the file.

    Attributes:
        path: The file.
        notice: What the person should know about the file (it was damaged, a run in it cannot
            be read); empty when all is well.
    """

    def __init__(self, path: Path) -> None:
        """Open the file, or make it.

        A damaged file is set aside under a new name and a fresh one is begun.

        Raises:
            ExplorerError: It was written by a newer version, or cannot be opened or written.
        """
        self.path = path
        self.notice = ""
        try:
            self._connection = open_database(path)
        except DamagedError as damage:
            self._begin_anew(damage)

    def close(self) -> None:
        """Close the file; nothing is lost if this is never called."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()

    def load(self, known: Collection[str] = ()) -> list[Run]:
        """All runs, deleted ones included, oldest first; without those whose ids are known.

        A run that cannot be read is passed over, left in the file, and told of in ``notice``.

        Raises:
            ExplorerError: The file cannot be read.
        """
        runs: list[Run] = []
        unreadable: list[str] = []
        try:
            with explained(self.path, "read"):
                for row in self._rows(known):
                    try:
                        runs.append(from_row(dict(row)))
                    except ValueError as error:
                        unreadable.append(f"run {row['number']}: {error}")
        except DamagedError as damage:
            return self._rescue(damage)
        if unreadable:
            self._tell(
                f"{len(unreadable)} recorded run(s) in {self.path} cannot be read and are left "
                f"out ({'; '.join(unreadable[:3])})."
            )
        return runs

    def _rows(self, known: Collection[str]) -> Iterable[sqlite3.Row]:
        if not known:
            return self._connection.execute("SELECT * FROM runs ORDER BY number, created")
        ids = self._connection.execute("SELECT id FROM runs ORDER BY number, created").fetchall()
        return (
            self._connection.execute("SELECT * FROM runs WHERE id = ?", (key,)).fetchone()
            for (key,) in ids
            if key not in known
        )

    def save(self, run: Run) -> None:
        """Write a run that is over; on return it is on disk.

        Raises:
            ExplorerError: It cannot be written. What was there before stays as it was.
        """
        row = to_row(run)
        marks = ", ".join("?" for _ in COLUMNS)
        with explained(self.path, "written"), transaction(self._connection):
            self._connection.execute(
                f"INSERT OR REPLACE INTO runs ({', '.join(COLUMNS)}) VALUES ({marks})",
                tuple(row[name] for name in COLUMNS),
            )

    def relabel(self, run: Run) -> None:
        """Write name, note, colour and the like of a run that was saved before.

        Raises:
            ExplorerError: They cannot be written.
        """
        with explained(self.path, "written"), transaction(self._connection):
            self._connection.execute(
                "UPDATE runs SET label = ? WHERE id = ?", (label_json(run.label), run.id)
            )

    def save_experiment(self, experiment: Experiment) -> None:
        """Write an experiment as it now is; its runs are written one by one.

        Raises:
            ExplorerError: It cannot be written. What was there before stays as it was.
        """
        with explained(self.path, "written"), transaction(self._connection):
            self._connection.execute(
                "INSERT OR REPLACE INTO experiments VALUES (?, ?, ?)",
                (experiment.id, experiment.created, to_body(experiment)),
            )

    def load_experiments(self) -> list[Experiment]:
        """All experiments, deleted ones included, oldest first.

        One that cannot be read is passed over, left in the file, and told of in ``notice``.

        Raises:
            ExplorerError: The file cannot be read.
        """
        found: list[Experiment] = []
        unreadable = 0
        with explained(self.path, "read"):
            for row in self._connection.execute("SELECT body FROM experiments ORDER BY created"):
                try:
                    found.append(from_body(row["body"]))
                except ValueError:
                    unreadable += 1
        if unreadable:
            self._tell(
                f"{unreadable} comparison(s) or sweep(s) in {self.path} cannot be read and are "
                "left out; their runs are there."
            )
        return found

    def claim_number(self, at_least: int) -> int:
        """A number for a new run that no other window gets, ``at_least`` or above.

        Raises:
            ExplorerError: The file cannot be written.
        """
        with explained(self.path, "written"), transaction(self._connection):
            (taken,) = self._connection.execute(
                "SELECT max((SELECT coalesce(max(number), 0) FROM runs), coalesce("
                "(SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'last_number'), 0))"
            ).fetchone()
            number = max(at_least, int(taken) + 1)
            self._connection.execute(
                "INSERT OR REPLACE INTO meta VALUES ('last_number', ?)", (str(number),)
            )
        return number

    def _rescue(self, damage: DamagedError) -> list[Run]:
        """Take over into a fresh file what can still be read of a damaged one."""
        runs = []
        for row_id in self._row_ids():
            # Each run is looked up by itself: one bad page must not cost those behind it.
            with contextlib.suppress(sqlite3.Error, ValueError, TypeError):
                row = self._connection.execute("SELECT * FROM runs WHERE rowid = ?", (row_id,))
                runs.append(from_row(dict(row.fetchone())))
        kept: list[Experiment] = []
        with contextlib.suppress(sqlite3.Error, ValueError, ExplorerError):
            kept = self.load_experiments()
        self.close()
        self._begin_anew(damage)
        for experiment in kept:
            self.save_experiment(experiment)
        for run in sorted(runs, key=lambda run: run.number):
            self.save(run)
        self._tell(f"{len(runs)} run(s) could be taken over from it.")
        return sorted(runs, key=lambda run: run.number)

    def _row_ids(self) -> list[int]:
        found: list[int] = []
        with contextlib.suppress(sqlite3.Error):
            for row in self._connection.execute("SELECT rowid FROM runs"):
                found.append(row[0])  # noqa: PERF401 - what came before an error is kept
        return found

    def _begin_anew(self, damage: DamagedError) -> None:
        kept = set_aside(self.path)
        self._connection = open_database(self.path)
        self._tell(
            f"The file of recorded runs was damaged ({damage.why}). It was kept as {kept} and a "
            "new one was begun."
        )

    def _tell(self, text: str) -> None:
        self.notice = f"{self.notice} {text}".strip()
