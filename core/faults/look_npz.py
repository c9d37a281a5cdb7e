"""Looks whether a NumPy file can be read to its end."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import numpy as np

_READ_BYTES = 1 << 20
SUFFIXES = (".npz", ".npy")


def numpy_fault(file: Path) -> str:
    """What is wrong with a ``.npz`` or ``.npy``, in a few words; empty where nothing is.

    Each member of an archive is read to its end, whose checksum is then compared; nothing of it
    is kept, and no object in it is made.
    """
    try:
        if file.stat().st_size == 0:
            return "it is empty (0 bytes)"
        return _npz(file) if file.suffix.lower() == ".npz" else _npy(file)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError) as error:
        return _words(error, file)
    except OSError as error:
        return f"it cannot be read ({error.strerror or error})"


def _npz(file: Path) -> str:
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            try:
                with archive.open(member) as stream:
                    while stream.read(_READ_BYTES):
                        pass
            except (zipfile.BadZipFile, zlib.error, EOFError) as error:
                said = "does not match its checksum" if "CRC" in str(error) else f"({error})"
                return f"its array {member.filename.removesuffix('.npy')} {said}"
    return ""


def _npy(file: Path) -> str:
    with file.open("rb") as stream:
        version = np.lib.format.read_magic(stream)
        header = np.lib.format.read_array_header_1_0
        if version != (1, 0):
            header = np.lib.format.read_array_header_2_0
        shape, _, dtype = header(stream)
        wanted = stream.tell() + int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    there = file.stat().st_size
    if dtype.hasobject:
        return "it holds Python objects, which are not loaded: they could run code"
    if there >= wanted:
        return ""
    return f"it is cut off: {there:,} of {wanted:,} bytes are there"


def _words(error: Exception, file: Path) -> str:
    if "not a zip file" in str(error):
        with file.open("rb") as stream:
            begins = stream.read(4)
        # The directory of the archive stands at its end.
        return (
            "it is cut off: the end of the archive is missing"
            if begins == b"PK\3\4"
            else ("it is no .npz archive")
        )
    return f"{error}" or type(error).__name__
