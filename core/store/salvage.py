"""What can still be read of a damaged index."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from core.model.errors import ExplorerError
from core.model.experiment import Experiment
from core.model.run import Run
from core.store.database import open_to_read
from core.store.experiments import from_body
from core.store.rows import COLUMNS, checksum, from_row, of_one_engine


def salvage(path: Path) -> tuple[list[Run], list[Experiment]]:
    """The runs and experiments of a damaged file that are whole, oldest first; it stays as it is.

    Each row is looked up by itself: one bad page must not cost those behind it.
    """
    try:
        connection = open_to_read(path)
    except ExplorerError:
        return [], []
    try:
        sums = _checksums(connection)
        runs = [run for key in _row_ids(connection, "runs") if (run := _run(connection, key, sums))]
        kept = []
        for key in _row_ids(connection, "experiments"):
            with contextlib.suppress(sqlite3.Error, ValueError, TypeError):
                query = "SELECT body FROM experiments WHERE rowid = ?"
                kept.append(from_body(connection.execute(query, (key,)).fetchone()[0]))
    finally:
        connection.close()
    return sorted(runs, key=lambda run: (run.number, run.created)), kept


def _run(connection: sqlite3.Connection, row_id: int, sums: dict[str, int]) -> Run | None:
    with contextlib.suppress(sqlite3.Error, ValueError, TypeError):
        found = connection.execute("SELECT * FROM runs WHERE rowid = ?", (row_id,)).fetchone()
        row = {**dict.fromkeys(COLUMNS), **dict(found)}
        # Those of older versions have no checksum: they are taken as they are.
        wanted = sums.get(str(row["id"]))
        if wanted is None:
            return of_one_engine(from_row(row))
        if wanted == checksum(row):
            return from_row(row)
    return None


def _checksums(connection: sqlite3.Connection) -> dict[str, int]:
    found: dict[str, int] = {}
    with contextlib.suppress(sqlite3.Error):
        for key, value in connection.execute("SELECT id, checksum FROM logs"):
            found[str(key)] = value
    return found


def _row_ids(connection: sqlite3.Connection, table: str) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(sqlite3.Error):
        for row in connection.execute(f"SELECT rowid FROM {table}"):
            found.append(row[0])  # noqa: PERF401 - what came before an error is kept
    return found
