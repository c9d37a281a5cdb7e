"""Checks that a NumPy file can be read to its end; no object in it is made."""

from __future__ import annotations

import math
import zipfile
from pathlib import Path

import numpy as np

from core.text.plural import plural

SUFFIXES = (".npz", ".npy")
_READ_BYTES = 1 << 20


def begins(head: bytes) -> bool:
    """Whether a file begins like a ``.npy``."""
    return head.startswith(b"\x93NUMPY")


def check(file: Path) -> tuple[str, list[str]]:
    """What a ``.npz`` or ``.npy`` holds, and which of its arrays are damaged.

    Each member of an archive is read to its end, where its checksum is compared.
    """
    if file.stat().st_size == 0:
        return "", ["it is empty (0 bytes)"]
    try:
        return _npz(file) if file.suffix.lower() == ".npz" else _npy(file)
    except OSError:
        raise
    except Exception as error:  # whatever zipfile and NumPy raise of a header that is damaged
        return "", [_words(error, file)]


def _npz(file: Path) -> tuple[str, list[str]]:
    damages = []
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        for member in members:
            try:
                with archive.open(member) as stream:
                    while stream.read(_READ_BYTES):
                        pass
            except Exception as error:
                said = "does not match its checksum" if "CRC" in str(error) else f"({error})"
                damages.append(f"its array {member.filename.removesuffix('.npy')} {said}")
    return plural(len(members), "array"), damages


def _npy(file: Path) -> tuple[str, list[str]]:
    with file.open("rb") as stream:
        version = np.lib.format.read_magic(stream)
        header = np.lib.format.read_array_header_1_0
        if version != (1, 0):
            header = np.lib.format.read_array_header_2_0
        shape, _, dtype = header(stream)
        wanted = stream.tell() + math.prod(shape) * dtype.itemsize
    size = file.stat().st_size
    damages = []
    if dtype.hasobject:
        damages.append("it holds Python objects, which are not loaded: they could run code")
    elif size < wanted:
        damages.append(f"it is cut off: {size:,} of {wanted:,} bytes are there")
    return f"an array of shape {shape} and type {dtype}", damages


def _words(error: Exception, file: Path) -> str:
    if "not a zip file" not in str(error):
        return f"{error}" or type(error).__name__
    with file.open("rb") as stream:
        is_archive = stream.read(4) == b"PK\3\4"
    # The directory of an archive stands at its end.
    return "it is cut off: the end of the archive is missing" if is_archive else "no .npz archive"
