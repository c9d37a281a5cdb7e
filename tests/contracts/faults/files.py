"""Files, damaged."""

from __future__ import annotations

import os
from pathlib import Path


def damage(file: Path, at: int, count: int = 1) -> Path:
    """The same file with bytes turned over at a place."""
    content = bytearray(file.read_bytes())
    content[at : at + count] = bytes(255 - byte for byte in content[at : at + count])
    file.write_bytes(content)
    return file


def cut(file: Path, count: int) -> Path:
    """The first so many bytes of the file."""
    os.truncate(file, count)
    return file


def written(file: Path, content: bytes) -> Path:
    """A file of some content."""
    file.write_bytes(content)
    return file
