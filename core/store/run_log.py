"""The log of one run: what it said, record by record, from its plan to its last word.

The log is the truth of a run; the database is an index over all logs. It is only ever appended
to. Its first record holds plan, number and label (or, of a run that an older version kept in the
database alone, all of it); then come the run's events and new labels.
"""

from __future__ import annotations

import errno
import os
import re
import threading
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

from core.model.errors import ExplorerError
from core.model.events import Event, Progressed, RunEnded, StopAdvanced
from core.model.run import Run
from core.records.event_codec import KIND, encode
from core.records.frames import frame
from core.records.payload import pack
from core.records.plan_codec import plan_fields
from core.store.file_lock import try_lock
from core.store.unwritable import EXPECTED, unwritable

LOG_FORMAT = 1
"""Of the records; that of frames is in their marker."""
ENDING = ".run"
BEGIN, LABEL = "begin", "label"
"""Kinds of records beside those of events."""
_PLAIN = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}")


def log_path(folder: Path, run_id: str) -> Path:
    """Where the log of a run is.

    Raises:
        ValueError: No file can have that name.
    """
    if not is_plain(run_id):
        raise ValueError(f"{run_id[:40]!r} is no id of a run")
    return folder / f"{run_id}{ENDING}"


def is_plain(run_id: str) -> bool:
    """Whether an id can be the name of a file, and of no other than in the folder of logs."""
    return _PLAIN.fullmatch(run_id) is not None


class RunLog:
    """Writes the log of a run that is under way. Any thread may call it.

    A record that was kept is handed to the system: the end of the program, however it comes, does
    not lose it. Where the disk is full, records wait in memory and are written, in their order,
    as soon as there is space.

    Attributes:
        path: The file.
        run_id: Of the run.
        trouble: Why records wait, as the person should read it; None while all is well.
    """

    def __init__(self, folder: Path, run: Run) -> None:
        """Begin the log of a run, with its plan.

        The folder is to be held meanwhile (``locked_folder``): another program that came upon a
        log before it is locked would take the run for interrupted.

        Raises:
            ExplorerError: The file cannot be made or written.
        """
        self.run_id = run.id
        self.path = log_path(folder, run.id)
        self.trouble: ExplorerError | None = None
        self._lock = threading.Lock()
        self._sequence = 0
        self._waiting: deque[bytes] = deque()
        self._good_bytes = 0
        self._file = -1
        self._why: OSError | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            self._file = os.open(self.path, flags, 0o666)
            # Held while the run is under way: so others see that it is not interrupted.
            try_lock(self._file)
        except OSError as error:
            raise _cannot_begin(self.path, error) from error
        self._add(begin_record(run))
        if self._why is not None:
            self.close()
            self.path.unlink(missing_ok=True)
            raise _cannot_begin(self.path, self._why)
        self._sync()  # that it was begun outlives the machine's power too

    def keep(self, event: Event) -> None:
        """Append an event; on return it survives the end of the program, unless ``trouble``."""
        if isinstance(event, (Progressed, StopAdvanced)):
            return  # what is only of the moment
        self._add(encode(event))
        if isinstance(event, RunEnded):
            self._sync()

    def relabel(self, changes: Mapping[str, str | int | bool]) -> None:
        """Append another name, note, colour or the like."""
        self._add(label_record(changes))

    @property
    def size_bytes(self) -> int:
        """Length of the file as far as it was written in whole records."""
        return self._good_bytes

    @property
    def waiting(self) -> int:
        """Records that are not written yet."""
        return len(self._waiting)

    @property
    def gone(self) -> bool:
        """Whether its file was deleted, or is another one by now: what is in it will be lost."""
        try:
            return not os.path.samestat(os.fstat(self._file), self.path.stat())
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:
            return False  # closed, or not to be seen at the moment

    def retry(self) -> bool:
        """Write what waits, if that is possible now; whether nothing waits any more."""
        with self._lock:
            self._write()
            return not self._waiting

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1

    # -- inside ---------------------------------------------------------------------------

    def _add(self, payload: bytes) -> None:
        with self._lock:
            self._waiting.append(frame(payload, self._sequence))
            self._sequence += 1
            self._write()

    def _write(self) -> None:
        if self._file < 0:
            return
        try:
            while self._waiting:
                write_whole(self._file, self._waiting[0], self._good_bytes)
                self._good_bytes += len(self._waiting.popleft())
        except OSError as error:
            self._why = error
            self.trouble = self._explained(error)
        else:
            self._why = self.trouble = None

    def _sync(self) -> None:
        with self._lock:
            if self._file >= 0:
                try:
                    os.fsync(self._file)
                except OSError as error:
                    self.trouble = ExplorerError(
                        f"The system could not bring {self.path} to disk "
                        f"({error.strerror or error})",
                        expected=EXPECTED,
                        remedy="Look at the disk: what is written to it may not stay there.",
                    )

    def _explained(self, error: OSError) -> ExplorerError:
        count = len(self._waiting)
        waits = "1 record of the run waits" if count == 1 else f"{count} records of the run wait"
        return ExplorerError(
            f"{waits} in memory: {self.path} cannot be written ({error.strerror or error})",
            expected=EXPECTED,
            remedy="Free some space. The run goes on all the same; what waits is written as soon "
            "as that can be, and is lost only where the program ends before.",
        )


def _cannot_begin(path: Path, error: OSError) -> ExplorerError:
    """Said before anything is run."""
    return unwritable(
        f"The run cannot be recorded in {path.parent}",
        error,
        then=", so it was not begun",
        more=", or run it on the command line with --no-record",
    )


def write_whole(file: int, data: bytes, at: int) -> None:
    """Write all of it or, where that fails, nothing.

    Args:
        file: A file that is open for writing; it ends at ``at``.
        data: What to append.
        at: Where.

    Raises:
        OSError: It cannot be written.
    """
    written = 0
    try:
        os.lseek(file, at, os.SEEK_SET)
        while written < len(data):
            count = os.write(file, data[written:])
            if not count:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            written += count
    except OSError:
        if written:
            os.ftruncate(file, at)
        raise


def begin_record(run: Run) -> bytes:
    """The first record of a run that begins."""
    return pack(
        {
            KIND: BEGIN,
            "format": LOG_FORMAT,
            "id": run.id,
            "number": run.number,
            "created": run.created,
            "plan": plan_fields(run.plan),
            "label": asdict(run.label),
        }
    )


def label_record(changes: Mapping[str, str | int | bool]) -> bytes:
    """A record with what was changed of a label; what it does not name stays."""
    return pack({KIND: LABEL, "label": dict(changes)})


def frames_of(payloads: Iterable[bytes]) -> Iterable[bytes]:
    """Payloads in their frames, numbered from 0."""
    return (frame(payload, sequence) for sequence, payload in enumerate(payloads))
