"""The log of one run: what it said, record by record, from its plan to its last word.

The log is the truth of a run; the database is an index over all logs. It is only ever appended
to. Its first record holds plan, number and label (or, of a run that an older version kept in the
database alone, all of it); then come the run's events and new labels.
"""

from __future__ import annotations

import errno
import os
import threading
from dataclasses import asdict
from pathlib import Path

from core.model.errors import ExplorerError
from core.model.events import Event, Progressed, RunEnded, StopAdvanced
from core.model.run import Label, Run
from core.records.event_codec import KIND, encode
from core.records.frames import frame
from core.records.payload import pack
from core.records.plan_codec import plan_fields
from core.store.file_lock import try_lock

LOG_FORMAT = 1
"""Of the records; that of frames is in their marker."""
ENDING = ".run"


def log_path(folder: Path, run_id: str) -> Path:
    """Where the log of a run is."""
    return folder / f"{run_id}{ENDING}"


class RunLog:
    """Writes the log of a run that is under way. Any thread may call it.

    A record that was kept is handed to the system: the end of the program, however it comes, does
    not lose it. Where the disk is full, records wait in memory and are written, in their order,
    as soon as there is space.

    Attributes:
        path: The file.
        trouble: Why records wait, as the person should read it; None while all is well.
    """

    def __init__(self, folder: Path, run: Run) -> None:
        """Begin the log of a run, with its plan.

        Raises:
            ExplorerError: The file cannot be made or written.
        """
        self.path = log_path(folder, run.id)
        self.trouble: ExplorerError | None = None
        self._lock = threading.Lock()
        self._sequence = 0
        self._waiting: list[bytes] = []
        self._good_bytes = 0
        self._file = -1
        try:
            folder.mkdir(parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            self._file = os.open(self.path, flags, 0o666)
            # Held while the run is under way: so others see that it is not interrupted.
            try_lock(self._file)
        except OSError as error:
            raise self._explained(error) from error
        self._add(begin_record(run))
        if self.trouble is not None:
            self.close()
            self.path.unlink(missing_ok=True)
            raise self.trouble

    def keep(self, event: Event) -> None:
        """Append an event; on return it survives the end of the program, unless ``trouble``."""
        if isinstance(event, (Progressed, StopAdvanced)):
            return  # what is only of the moment
        self._add(encode(event))
        if isinstance(event, RunEnded):
            self._sync()

    def relabel(self, label: Label) -> None:
        """Append another name, note, colour or the like."""
        self._add(label_record(label))

    @property
    def size_bytes(self) -> int:
        """Length of the file as far as it was written in whole records."""
        return self._good_bytes

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
                self._write_whole(self._waiting[0])
                self._good_bytes += len(self._waiting.pop(0))
        except OSError as error:
            self.trouble = self._explained(error)
        else:
            self.trouble = None

    def _write_whole(self, data: bytes) -> None:
        """All of it or, where that fails, nothing."""
        written = 0
        try:
            os.lseek(self._file, self._good_bytes, os.SEEK_SET)
            while written < len(data):
                count = os.write(self._file, data[written:])
                if not count:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                written += count
        except OSError:
            if written:
                os.ftruncate(self._file, self._good_bytes)
            raise

    def _sync(self) -> None:
        with self._lock:
            if self._file >= 0:
                try:
                    os.fsync(self._file)
                except OSError as error:
                    self.trouble = self._explained(error)

    def _explained(self, error: OSError) -> ExplorerError:
        return ExplorerError(
            f"The run cannot be recorded in {self.path} ({error.strerror or error})",
            expected="a folder that can be written to, on a disk with free space",
            remedy="Free some space: what was measured waits in memory and is then written.",
        )


def begin_record(run: Run) -> bytes:
    """The first record of a run that begins."""
    return pack(
        {
            KIND: "begin",
            "format": LOG_FORMAT,
            "id": run.id,
            "number": run.number,
            "created": run.created,
            "plan": plan_fields(run.plan),
            "label": asdict(run.label),
        }
    )


def label_record(label: Label) -> bytes:
    """A record with another label."""
    return pack({KIND: "label", "label": asdict(label)})
