"""The log of one run: its plan, its events and new labels, record by record.

The log is the truth of a run; the summary of a folder can be made from its logs. A log is only
ever appended to. Its first record is a ``RunBegun``; then come events and ``Relabelled``.
"""

from __future__ import annotations

import os
import re
import threading
from collections import deque
from collections.abc import Mapping
from pathlib import Path

from core.model.errors import ExplorerError
from core.model.events import Event, Progressed, RunEnded, StopAdvanced
from core.model.run import LabelValue, Run
from core.records.encode import encode
from core.records.entries import LOG_FORMAT, Relabelled, RunBegun
from core.records.frames import frame
from core.store.append_log import write_log, write_whole
from core.store.locks import OwnerLock, locked_folder
from core.store.write_errors import EXPECTED, write_error

ENDING = ".run"
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

        The folder must be locked (``locked_folder``).

        Raises:
            ExplorerError: The file cannot be made or written.
        """
        self.run_id = run.id
        self.path = log_path(folder, run.id)
        self.trouble: ExplorerError | None = None
        self._lock = threading.Lock()
        self._owner = OwnerLock(self.path)
        self._sequence = 0
        self._waiting: deque[bytes] = deque()
        self._good_bytes = 0
        self._file = -1
        self._why: OSError | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # Held while the run is under way: so other programs see that it is not interrupted.
            self._owner.take()
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            self._file = os.open(self.path, flags, 0o666)
        except OSError as error:
            self._owner.give_up()
            raise _cannot_begin(self.path, error) from error
        self._add(encode(RunBegun(LOG_FORMAT, run.number, run.created, run.plan, run.label)))
        if self._why is not None:
            self.close()
            self.path.unlink(missing_ok=True)
            raise _cannot_begin(self.path, self._why) from self._why
        self._sync()  # that it was begun outlives the machine's power too

    def keep(self, event: Event, payload: bytes | None = None) -> None:
        """Append an event; on return it survives the end of the program, unless ``trouble``.

        Args:
            event: The event.
            payload: The event as a process that trains has sent it; None where it was not sent.
        """
        if isinstance(event, (Progressed, StopAdvanced)):
            return  # what is only of the moment
        self._add(encode(event) if payload is None else payload)
        if isinstance(event, RunEnded):
            self._sync()

    def relabel(self, changes: Mapping[str, LabelValue]) -> None:
        """Append another name, note, colour or the like."""
        self._add(encode(Relabelled(**changes)))  # type: ignore[arg-type]

    @property
    def waiting(self) -> int:
        """Records that are not written yet."""
        return len(self._waiting)

    def retry(self) -> bool:
        """Write what waits, if that is possible now; whether all of it is in the file."""
        with self._lock:
            self._write()
            return not self._waiting and (not self._is_gone() or self._restored())

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1
        self._owner.give_up()

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

    def _is_gone(self) -> bool:
        """Whether its file was deleted, or is another one by now."""
        try:
            return not os.path.samestat(os.fstat(self._file), self.path.stat())
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:
            return False  # closed, or not to be seen at the moment

    def _restored(self) -> bool:
        """Write a log that somebody deleted meanwhile once more: the open file still has it all."""
        try:
            os.lseek(self._file, 0, os.SEEK_SET)
            with os.fdopen(os.dup(self._file), "rb") as file:
                data = file.read(self._good_bytes)
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with locked_folder(self.path.parent):
                write_log(self.path, data)
        except OSError as error:
            what = f"The log {self.path} was deleted during the run and cannot be written again"
            self.trouble = write_error(what, error)
            return False
        return True

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
    return write_error(
        f"The run cannot be recorded in {path.parent}",
        error,
        then=", so it was not begun",
        more=", or run it on the command line with --no-record",
    )
