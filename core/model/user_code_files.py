"""Reads files that a person's own code, or a recording of it, names."""

from __future__ import annotations

import stat
from pathlib import Path

MOST_BYTES = 32 * 1024 * 1024
"""Of a source file. A recording can name anything: a device that never ends, a disk image."""


def content(file: Path) -> bytes:
    """What a source file holds.

    Raises:
        OSError: It cannot be read, is no plain file, or is longer than any source.
    """
    try:
        status = file.stat()
    except ValueError as error:  # a name with a NUL in it
        raise OSError(0, "it is no name of a file") from error
    if not stat.S_ISREG(status.st_mode):
        raise OSError(0, "it is no plain file")
    if status.st_size > MOST_BYTES:
        raise OSError(0, f"it has more than {MOST_BYTES} bytes")
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES)
