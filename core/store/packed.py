"""Columns that are kept compressed."""

from __future__ import annotations

import zlib

_MOST_BYTES = 64 * 1024 * 1024
"""No run has more when unpacked: a file that claims to was not written by us."""


def packed(plain: bytes) -> bytes:
    """Compressed."""
    return zlib.compress(plain)


def unpacked(blob: bytes) -> bytes:
    """What was packed.

    Raises:
        ValueError: It is damaged, cut off or far too long.
    """
    unpack = zlib.decompressobj()
    try:
        plain = unpack.decompress(blob, _MOST_BYTES)
    except (zlib.error, TypeError) as error:
        raise ValueError(str(error)) from error
    if not unpack.eof:
        raise ValueError("too long or cut off")
    return plain
