"""Appends records to a log that no other program writes to, and writes whole logs."""

from __future__ import annotations

import contextlib
import errno
import os
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from core.records.frames import FrameReader, frame, sequence_at_end
from core.store.quarantine import keep_tail, quarantine

_LAST_BYTES = 1 << 16
"""Bytes at the end of a log in which its last record is looked for first."""
_BESIDE = ".beside"
_BINARY, _NO_LINK = getattr(os, "O_BINARY", 0), getattr(os, "O_NOFOLLOW", 0)


class Appended(NamedTuple):
    """What became of a log.

    Attributes:
        began_bytes: Where the new records begin.
        size_bytes: How long the log is now.
    """

    began_bytes: int
    size_bytes: int


def append(path: Path, payloads: Iterable[bytes]) -> Appended:
    """Append records. An incomplete record at the end is first copied aside and cut off.

    The folder must be locked (``locked_folder``).

    Raises:
        OSError: They cannot be written; the log is as it was, but for what was cut off.
    """
    # A link in a session from elsewhere could lead out of it.
    file = os.open(path, os.O_WRONLY | _BINARY | _NO_LINK)
    try:
        good_bytes, sequence = _end(path)
        if good_bytes < path.stat().st_size:
            keep_tail(path, good_bytes)
        frames = [frame(payload, sequence + count) for count, payload in enumerate(payloads)]
        data = b"".join(frames)
        write_whole(file, data, good_bytes)
        os.fsync(file)
    finally:
        os.close(file)
    return Appended(good_bytes, good_bytes + len(data))


def write_log(path: Path, data: bytes, *, sync: bool = True) -> None:
    """Write a whole log: beside its place, to disk, then into its place.

    The folder must be locked (``locked_folder``).

    Raises:
        OSError: It cannot be written; what was there is as it was.
    """
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}{_BESIDE}")
    try:
        file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o666)
        try:
            write_whole(file, data, 0)
            if sync:
                os.fsync(file)
        finally:
            os.close(file)
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


def write_instead(path: Path, data: bytes, why: str = "damaged") -> Path:
    """Keep a log under another name (``quarantine``) and write another one in its place.

    The folder must be locked (``locked_folder``).

    Returns:
        Where the log is kept.

    Raises:
        OSError: That is not possible; the log is where it was.
    """
    moved_to = quarantine(path, why)
    try:
        write_log(path, data)
    except OSError:
        moved_to.rename(path)
        raise
    return moved_to


def frames_of(payloads: Iterable[bytes]) -> bytes:
    """Payloads in their frames, numbered from 0."""
    return b"".join(frame(payload, sequence) for sequence, payload in enumerate(payloads))


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


def sweep(folder: Path) -> None:
    """Remove what a program that was killed had begun to write beside; lock the folder first."""
    with contextlib.suppress(OSError):
        for path in folder.glob(f".*{_BESIDE}"):
            path.unlink(missing_ok=True)


def _end(path: Path) -> tuple[int, int]:
    """Where the last whole record of a log ends, and the number of the next one."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _LAST_BYTES))
        last = sequence_at_end(file.read())
        if last is not None:
            return size, last + 1
        file.seek(0)
        reader = FrameReader(file.read())
    for _ in reader.payloads():
        pass
    return reader.good_bytes, reader.next_sequence
