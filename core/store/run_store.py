"""The index of recorded runs: one SQLite file, which several windows may use at once.

It holds whole runs, so that a thousand of them are there at once; but the truth is in their
logs, and it can be made anew from those.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.model.experiment import Experiment
from core.model.run import Label, Run
from core.store.database import (
    DamagedError,
    explained,
    open_database,
    open_to_read,
    set_aside,
    transaction,
)
from core.store.experiments import from_body, to_body
from core.store.rows import COLUMNS, checksum, from_row, label_json, of_one_engine, to_row


@dataclass(frozen=True)
class Row:
    """What the index holds of a run.

    Attributes:
        id: Of the run.
        number: Of the run.
        run: The run; None where the row is damaged.
        log_bytes: How long its log was when the row was written; None for one without log.
        why: Where it is damaged, what gave that away.
    """

    id: str
    number: int
    run: Run | None
    log_bytes: int | None
    why: str = ""


class RunStore:
    """The index of one folder.

    Attributes:
        path: The file.
        damaged: The damaged file that was set aside when this one was begun; None mostly.
        damage: What gave it away; empty without damage.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open the file, or make it.

        A damaged file is set aside under a new name and a fresh one is begun.

        Args:
            path: The file.
            read_only: Open what is there without changing it.

        Raises:
            DamagedError: It is damaged and not to be changed.
            ExplorerError: It was written by a newer version, or cannot be opened or written.
        """
        self.path = path
        self.damage = ""
        self.damaged: Path | None = None
        self._read_only = read_only
        try:
            self._connection = open_to_read(path) if read_only else open_database(path)
        except DamagedError as damage:
            if read_only:
                raise
            self._begin_anew(damage)

    def close(self) -> None:
        """Close the file; nothing is lost if this is never called."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()

    # -- runs -----------------------------------------------------------------------------

    def load(self, *, deep: bool = False) -> list[Row]:
        """All rows, oldest first. Where the file turns out to be damaged it is set aside: none.

        Args:
            deep: Have SQLite look through all of the file.

        Raises:
            DamagedError: It is damaged and not to be changed.
            ExplorerError: The file cannot be read.
        """
        try:
            with explained(self.path, "read"):
                if deep:
                    self._check()
                return sorted(self._rows(), key=_in_time)
        except DamagedError as damage:
            if self._read_only:
                raise
            self.close()
            self._begin_anew(damage)
            return []

    def rows_of(self, run_ids: Iterable[str]) -> list[Row]:
        """The rows of some runs, oldest first.

        Raises:
            ExplorerError: The file cannot be read.
        """
        with explained(self.path, "read"):
            found = (row for key in run_ids for row in self._rows("WHERE runs.id = ?", key))
            return sorted(found, key=_in_time)

    def log_sizes(self) -> dict[str, int | None]:
        """Of each run the length of its log in bytes, as its row knows it.

        Raises:
            ExplorerError: The file cannot be read.
        """
        with explained(self.path, "read"):
            found = self._connection.execute("SELECT id, bytes FROM logs")
            return {str(key): size for key, size in found}

    def data_version(self) -> int:
        """Another number than before where another program, or thread, wrote to the file.

        Raises:
            ExplorerError: The file cannot be read.
        """
        with explained(self.path, "read"):
            (version,) = self._connection.execute("PRAGMA data_version").fetchone()
            return int(version)

    def save(self, run: Run, log_bytes: int | None = None) -> None:
        """Write a run that is over.

        Raises:
            ExplorerError: It cannot be written. What was there before stays as it was.
        """
        self.save_all([(run, log_bytes)])

    def save_all(self, runs: Iterable[tuple[Run, int | None]]) -> None:
        """Write runs that are over, each with the length of its log; all of them or none.

        Raises:
            ExplorerError: They cannot be written. What was there before stays as it was.
        """
        marks = ", ".join("?" for _ in COLUMNS)
        with explained(self.path, "written"), transaction(self._connection):
            for run, log_bytes in runs:
                row = to_row(run)
                self._connection.execute(
                    f"INSERT OR REPLACE INTO runs ({', '.join(COLUMNS)}) VALUES ({marks})",
                    tuple(row[name] for name in COLUMNS),
                )
                self._connection.execute(
                    "INSERT OR REPLACE INTO logs VALUES (?, ?, ?)",
                    (run.id, log_bytes, checksum(row)),
                )

    def relabel(self, run_id: str, label: Label, log_bytes: int | None) -> None:
        """Write name, note, colour and the like of a run that was saved before.

        Raises:
            ExplorerError: They cannot be written.
        """
        with explained(self.path, "written"), transaction(self._connection):
            self._connection.execute(
                "UPDATE runs SET label = ? WHERE id = ?", (label_json(label), run_id)
            )
            self._connection.execute("UPDATE logs SET bytes = ? WHERE id = ?", (log_bytes, run_id))

    # -- experiments ----------------------------------------------------------------------

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
        """All experiments that can be read, deleted ones included, oldest first.

        Raises:
            ExplorerError: The file cannot be read.
        """
        found: list[Experiment] = []
        with explained(self.path, "read"):
            if "experiments" not in self._tables():
                return []
            for row in self._connection.execute("SELECT body FROM experiments ORDER BY created"):
                with contextlib.suppress(ValueError):
                    found.append(from_body(row["body"]))
        return found

    # -- inside ---------------------------------------------------------------------------

    def _rows(self, where: str = "", *values: str) -> Iterator[Row]:
        tables = self._tables()
        if "runs" not in tables:
            return
        # A file of an older version that cannot be changed has no logs.
        more = ", bytes AS log_bytes, checksum AS log_checksum" if "logs" in tables else ""
        join = " LEFT JOIN logs ON logs.id = runs.id" if more else ""
        query = f"SELECT runs.*{more} FROM runs{join} {where}"
        for found in self._connection.execute(query, values):
            yield _row(dict(found))

    def _check(self) -> None:
        (found,) = self._connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise DamagedError(self.path, str(found).strip().rpartition("\n")[2])

    def _tables(self) -> set[str]:
        return {name for (name,) in self._connection.execute("SELECT name FROM sqlite_master")}

    def _begin_anew(self, damage: DamagedError) -> None:
        self.damaged = set_aside(self.path)
        self._connection = open_database(self.path)
        self.damage = damage.why


def _row(found: Mapping[str, Any]) -> Row:
    row = {**dict.fromkeys(COLUMNS), **found}
    run_id, number, size = str(row["id"]), row["number"], row.get("log_bytes")
    number = number if isinstance(number, int) else 0
    wanted = row.get("log_checksum")
    if wanted is not None and wanted != checksum(row):
        return Row(run_id, number, None, size, "its checksum is wrong")
    try:
        run = from_row(row)
        # A row without a checksum is of a version that had no logs.
        return Row(run_id, number, of_one_engine(run) if wanted is None else run, size)
    except ValueError as error:
        return Row(run_id, number, None, size, str(error))


def _in_time(row: Row) -> tuple[int, str]:
    return row.number, row.run.created if row.run else ""
