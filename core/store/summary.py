"""The summary of a folder: what the list of runs shows, so that no log is read to show it.

It can be thrown away at any time: what is missing, older than its log or damaged is made again
from the logs. The file is a log of frames itself; the last entry of a run counts.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.metrics.catalogue import METRICS
from core.model.measured.samples import Samples
from core.model.run import Run
from core.model.version import VERSION
from core.records.decode import Decoder
from core.records.encode import encode
from core.records.entries import RunSummary
from core.records.frames import FrameReader, frame
from core.store.append_log import frames_of, write_log, write_whole
from core.store.log_folder import Stamp

FORMAT = 2
"""Of the summary. How a metric is worked out, and what an entry holds, are part of it."""
_MOST_BYTES = 2**31
_MOST_ENTRY_BYTES = 2**20
"""The log of a run whose entry would be longer is read each time."""
_DEAD = 100
"""So many entries that do not count any more are left in it at least."""


@dataclass(frozen=True)
class SummaryBegun:
    """The first record.

    Attributes:
        format: See ``FORMAT``.
        version: Of the program that wrote it.
    """

    format: int
    version: str


_DECODER = Decoder(SummaryBegun, RunSummary)
_BEGUN = SummaryBegun(FORMAT, VERSION)


def summarised(run: Run, stamp: Stamp) -> RunSummary:
    """The entry of a run that is over.

    Args:
        run: The run with its samples.
        stamp: Of its log.
    """
    figures = run.figures or {
        metric.key: metric.measured(run) for metric in METRICS if metric.recorded
    }
    bare = replace(
        run,
        samples=Samples.empty(),
        pipeline=(),
        resources=run.resources.without_rows(),
        ceilings=None,
        figures=figures,
    )
    return RunSummary(stamp.bytes, stamp.changed_ns, bare)


class Summary:
    """The summary of one folder, which several programs may write to."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._inode = self._bytes = self._sequence = 0
        self._unread: dict[str, RunSummary] = {}

    def load(self) -> dict[str, RunSummary]:
        """All entries by id; none where the file is missing, damaged or of another version."""
        self._forget()
        return self.news()

    def changed(self) -> bool:
        """Whether another program wrote to it since it was read."""
        return bool(self._unread) or self._status() != (self._inode, self._bytes)

    def news(self) -> dict[str, RunSummary]:
        """Entries that were added since it was read last, by id."""
        inode, size = self._status()
        if inode != self._inode or size < self._bytes:
            self._forget()
        entries, self._unread = self._unread, {}
        entries |= self._read()
        return entries

    def save(self, entries: Iterable[RunSummary]) -> None:
        """Append entries; where that is not possible, they are made again from the logs.

        The folder of logs must be locked (``locked_folder``).
        """
        payloads = [encode(entry) for entry in entries]
        payloads = [payload for payload in payloads if len(payload) <= _MOST_ENTRY_BYTES]
        if not payloads:
            return
        with contextlib.suppress(OSError):
            self._unread |= self._read()  # what other programs added meanwhile
            if not self._sequence:
                self._write_anew(payloads)
                return
            frames = (frame(data, self._sequence + at) for at, data in enumerate(payloads))
            file = os.open(self._path, os.O_WRONLY | getattr(os, "O_BINARY", 0))
            try:
                data = b"".join(frames)
                # A program that was killed may have left part of an entry there.
                os.ftruncate(file, self._bytes)
                write_whole(file, data, self._bytes)
            finally:
                os.close(file)
            self._bytes += len(data)
            self._sequence += len(payloads)

    def tidy(self, entries: Sequence[RunSummary], *, anyhow: bool = False) -> None:
        """Write it anew with these entries alone where it has many others, or ``anyhow``.

        The folder of logs must be locked (``locked_folder``).
        """
        if anyhow or self._sequence > 2 * len(entries) + _DEAD:
            with contextlib.suppress(OSError):
                self._write_anew([encode(entry) for entry in entries])

    # -- inside ---------------------------------------------------------------------------

    def _forget(self) -> None:
        self._inode = self._bytes = self._sequence = 0
        self._unread = {}

    def _status(self) -> tuple[int, int]:
        with contextlib.suppress(OSError):
            status = self._path.stat()
            return status.st_ino, status.st_size
        return 0, 0

    def _read(self) -> dict[str, RunSummary]:
        """What stands behind what was read before; all of it goes where it is in doubt."""
        entries: dict[str, RunSummary] = {}
        try:
            with self._path.open("rb") as file:
                status = os.fstat(file.fileno())
                if status.st_size > _MOST_BYTES:
                    raise ValueError("it is too long")
                if status.st_ino != self._inode:
                    self._inode, self._bytes, self._sequence = status.st_ino, 0, 0
                file.seek(self._bytes)
                reader = FrameReader(file.read(), next_sequence=self._sequence)
            for at, payload in enumerate(reader.payloads(), self._sequence):
                record = _DECODER.decode(payload)
                if (record == _BEGUN) != (at == 0):
                    raise ValueError("another version wrote it")
                if isinstance(record, RunSummary):
                    entries[record.run.id] = record
            if reader.missing or any(not gap.at_end for gap in reader.gaps):
                raise ValueError("it is damaged")
        except (OSError, ValueError):
            self._forget()
            return {}
        self._bytes += reader.good_bytes
        self._sequence = reader.next_sequence
        return entries

    def _write_anew(self, payloads: list[bytes]) -> None:
        data = frames_of([encode(_BEGUN), *payloads])
        write_log(self._path, data, sync=False)
        self._inode, self._bytes = self._status()
        self._sequence = 1 + len(payloads)
