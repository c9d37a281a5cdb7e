"""Appends records to a log that nobody writes to at the moment, and writes logs as a whole."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from core.records.frames import FrameReader, frame, sequence_at_end
from core.store.aside import keep_tail
from core.store.run_log import frames_of, write_whole

_LOOKED_AT = 1 << 16
"""Bytes at the end of a log in which its last record is looked for first."""
_BESIDE = ".beside"
_BINARY, _NO_LINK = getattr(os, "O_BINARY", 0), getattr(os, "O_NOFOLLOW", 0)


class Appended(NamedTuple):
    """What became of a log.

    Attributes:
        began_bytes: Where what was appended begins.
        size_bytes: How long the log is now.
    """

    began_bytes: int
    size_bytes: int


def append(path: Path, payloads: Iterable[bytes]) -> Appended:
    """Append records. A record at the end that is not whole is first copied aside and cut off.

    The folder is to be held meanwhile (``locked_folder``).

    Raises:
        OSError: They cannot be written; the log is as it was, but for what was cut off.
    """
    # A link in a session from elsewhere could lead out of it.
    file = os.open(path, os.O_WRONLY | _BINARY | _NO_LINK)
    try:
        good_bytes, sequence = _end(path)
        if good_bytes < path.stat().st_size:
            keep_tail(path, good_bytes)
        data = b"".join(frame(one, sequence + count) for count, one in enumerate(payloads))
        write_whole(file, data, good_bytes)
        os.fsync(file)
    finally:
        os.close(file)
    return Appended(good_bytes, good_bytes + len(data))


def write_log(path: Path, payloads: Iterable[bytes]) -> int:
    """Write a whole log: beside its place, then into it; gives its length in bytes.

    The folder is to be held meanwhile (``locked_folder``). It is not waited for the disk: what
    the log is made from is elsewhere still.

    Raises:
        OSError: It cannot be written; what was there is as it was.
    """
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}{_BESIDE}")
    try:
        file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o666)
        try:
            size = 0
            for one in frames_of(payloads):
                write_whole(file, one, size)
                size += len(one)
        finally:
            os.close(file)
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    return size


def sweep(folder: Path) -> None:
    """Take away what a program that was killed had begun to write beside; hold the folder."""
    with contextlib.suppress(OSError):
        for path in folder.glob(f".*{_BESIDE}"):
            path.unlink(missing_ok=True)


def _end(path: Path) -> tuple[int, int]:
    """Where the last whole record of a log ends, and the number of the next one."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _LOOKED_AT))
        last = sequence_at_end(file.read())
        if last is not None:
            return size, last + 1
        file.seek(0)
        reader = FrameReader(file.read())
    for _ in reader.payloads():
        pass
    return reader.good_bytes, reader.next_sequence
