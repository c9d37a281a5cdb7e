"""Faults of the machine, for tests to bring about and to end."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest


class Disk:
    """Whatever is written into a folder fails while the disk is full, or read-only.

    Attributes:
        error: What each write fails with, as ``errno`` has it; 0 for none.
        room_bytes: What can still be written before it fails.
    """

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.error, self.room_bytes = 0, 0
        self._folder, self._write, self._open = str(folder), os.write, os.open
        patch.setattr(os, "write", self.write)
        patch.setattr(os, "open", self.open)

    def fill(self, room_bytes: int = 0) -> None:
        """Leave no more room than that."""
        self.error, self.room_bytes = errno.ENOSPC, room_bytes

    def protect(self) -> None:
        """Make it read-only."""
        self.error, self.room_bytes = errno.EROFS, 0

    def mend(self) -> None:
        """All is well again."""
        self.error = 0

    def write(self, file: int, data: bytes) -> int:
        """In place of ``os.write``."""
        if self.error and os.readlink(f"/proc/self/fd/{file}").startswith(self._folder):
            if not self.room_bytes:
                raise OSError(self.error, os.strerror(self.error))
            data = data[: self.room_bytes]
            self.room_bytes -= len(data)
        return self._write(file, data)

    def open(self, path: str | Path, flags: int, mode: int = 0o777, **more: int) -> int:
        """In place of ``os.open``."""
        writes = flags & (os.O_WRONLY | os.O_RDWR)
        if self.error == errno.EROFS and writes and str(path).startswith(self._folder):
            raise OSError(self.error, os.strerror(self.error), str(path))
        return self._open(path, flags, mode, **more)
