"""Opening the file of recorded runs: its tables, its version, and what to do with a bad one."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from core.model.errors import ExplorerError, InputError
from core.store import experiments
from core.store.aside import aside_path
from core.store.rows import COLUMNS

SCHEMA_VERSION = 5
"""1: the first. 2: readings of the executed pipeline (column ``pipeline``). 3: gaps in them;
readings of processor, memory, disk and GPUs (column ``resources``); what the source delivered
(column ``fingerprint``). 4: experiments (table ``experiments``). 5: an index over the logs of runs
(table ``logs``): how long each log was when its row was written, and the row's checksum."""
_LOGS = "logs (id TEXT PRIMARY KEY, bytes INTEGER, checksum INTEGER NOT NULL) WITHOUT ROWID"
# A table of its own and no columns of runs: those stand behind what was measured, and SQLite
# reads through all of that to get at them.
BUSY_TIMEOUT_S = 10.0
"""How long one window waits while another one writes."""


class DamagedError(ExplorerError):
    """The file is no database of runs, or its pages do not hold together.

    Attributes:
        why: What gave it away, in a few words.
    """

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"The index of recorded runs {path} is damaged ({why})",
            remedy="Start again: it is then set aside and made anew from the logs of the runs.",
        )
        self.why = why


class NewerError(ExplorerError):
    """A newer version wrote the file; it was not touched."""


def open_database(path: Path) -> sqlite3.Connection:
    """Open the file, making it and its tables where there is none.

    Raises:
        DamagedError: It is not what it should be.
        ExplorerError: It was written by a newer version, or cannot be opened.
    """
    with explained(path, "opened"):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if path.exists() and path.stat().st_size:
            _check(path)
        connection = _connect(str(path))
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            # It can be made anew from the logs: no need to wait for the disk.
            connection.execute("PRAGMA synchronous = NORMAL")
            _make_tables(connection)
        except BaseException:
            connection.close()
            raise
        return connection


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open a file that is not to be changed, or cannot be; it may be damaged.

    Raises:
        ExplorerError: It cannot be opened.
    """
    uri = path.absolute().as_uri()
    with explained(path, "opened"):
        # In a folder that cannot be written to only the second way works: it passes over what
        # other programs have not yet brought into the file.
        for mode in ("mode=ro", "immutable=1"):
            connection = _connect(f"{uri}?{mode}")
            try:
                connection.execute("SELECT name FROM sqlite_master").fetchall()
            except sqlite3.OperationalError:
                connection.close()
                if mode == "immutable=1":
                    raise
            except BaseException:
                connection.close()
                raise
            else:
                return connection
    raise AssertionError("one of both ways has opened it or raised")


def _connect(where: str) -> sqlite3.Connection:
    uri = where.startswith("file:")
    connection = sqlite3.connect(where, timeout=BUSY_TIMEOUT_S, isolation_level=None, uri=uri)
    connection.row_factory = sqlite3.Row
    # Text that is not UTF-8 must cost one run, not the whole list.
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    return connection


def set_aside(path: Path) -> Path:
    """Give a damaged file, and what SQLite keeps beside it, a new name; delete nothing.

    Returns:
        The new path.

    Raises:
        ExplorerError: It cannot be renamed.
    """
    kept = aside_path(path)
    try:
        path.rename(kept)
        for suffix in ("-wal", "-shm"):
            beside = path.with_name(path.name + suffix)
            if beside.exists():
                beside.rename(kept.with_name(kept.name + suffix))
    except OSError as error:
        raise ExplorerError(
            f"The index of recorded runs {path} is damaged and cannot be renamed "
            f"({error.strerror})",
            remedy="Move it elsewhere, then start again.",
        ) from error
    return kept


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing, and no other window writes meanwhile."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextlib.contextmanager
def explained(path: Path, done: str) -> Iterator[None]:
    """Turn what SQLite and the system raise into words; ``done``: opened, read, written."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise DamagedError(path, str(error)) from error
        kind, expected, remedy = _WORDS.get(code, (ExplorerError, "", _ELSEWHERE))
        raise kind(
            f"The index of recorded runs {path} cannot be {done} ({error})",
            expected=expected,
            remedy=remedy,
        ) from error
    except OSError as error:
        raise InputError(
            f"The index of recorded runs {path} cannot be {done} ({error.strerror})",
            expected="a file in a folder that can be written to",
            remedy=_ELSEWHERE,
        ) from error


_ELSEWHERE = "Name another folder with --data-dir DIR."
_WORDS: dict[int, tuple[type[ExplorerError], str, str]] = {
    sqlite3.SQLITE_FULL: (ExplorerError, "free space on the disk", "Free some, then try again."),
    sqlite3.SQLITE_IOERR: (ExplorerError, "a disk that works and has space", _ELSEWHERE),
    sqlite3.SQLITE_READONLY: (InputError, "a file that can be written to", _ELSEWHERE),
    sqlite3.SQLITE_PERM: (InputError, "a file that can be written to", _ELSEWHERE),
    sqlite3.SQLITE_CANTOPEN: (
        InputError,
        "a file in a folder that can be written to",
        _ELSEWHERE,
    ),
    sqlite3.SQLITE_BUSY: (
        ExplorerError,
        f"that no other window writes for {BUSY_TIMEOUT_S:g} s",
        "Close other windows that use the folder, then try again.",
    ),
}


def _check(path: Path) -> None:
    """Look at a file without changing a byte of it: is it ours, whole and not too new?"""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if tables and not {"meta", "runs"} <= tables:
            raise DamagedError(path, "it holds something else than recorded runs")
        if not tables:
            return
        found = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
        version = str(found[0]) if found else ""
        if not version.isdecimal():
            raise DamagedError(path, "it does not say which version it has")
        if int(version) > SCHEMA_VERSION:
            raise NewerError(
                f"The recorded runs in {path} were written by a newer Pipeline Explorer "
                f"(format {version})",
                expected=f"format {SCHEMA_VERSION} or older",
                remedy="Update Pipeline Explorer, or name another folder with --data-dir DIR. "
                "The file was not changed.",
            )
    finally:
        connection.close()


def _make_tables(connection: sqlite3.Connection) -> None:
    columns = ", ".join(f"{name} {declared}" for name, declared in COLUMNS.items())
    with transaction(connection):
        connection.execute(
            "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)"
        )
        connection.execute(f"CREATE TABLE IF NOT EXISTS runs ({columns})")
        connection.execute(f"CREATE TABLE IF NOT EXISTS {experiments.TABLE}")
        connection.execute(f"CREATE TABLE IF NOT EXISTS {_LOGS}")
        connection.execute(
            "INSERT OR IGNORE INTO meta VALUES ('schema', ?)", (str(SCHEMA_VERSION),)
        )
        _migrate(connection)


def _migrate(connection: sqlite3.Connection) -> None:
    """Bring a file of an older format up to date; the runs in it stay as they are."""
    present = {row["name"] for row in connection.execute("PRAGMA table_info(runs)")}
    for name, declared in COLUMNS.items():
        if name not in present:
            connection.execute(f"ALTER TABLE runs ADD COLUMN {name} {declared}")
    connection.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (str(SCHEMA_VERSION),))
