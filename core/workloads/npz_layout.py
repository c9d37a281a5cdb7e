"""Where the arrays lie in a file that ``np.savez`` wrote.

A ``.npz`` is a zip archive of ``.npy`` members, and ``np.savez`` does not compress them: their
bytes stand in the file as they are. Sources: PKWARE's APPNOTE.TXT, 4.3.7, for the header in
front of each member; NumPy's NEP 1 for the header of a ``.npy``.
"""

from __future__ import annotations

import struct
import zipfile
from dataclasses import dataclass
from typing import IO

import numpy as np

_LOCAL_HEADER = struct.Struct("<26xHH")


@dataclass(frozen=True)
class StoredArray:
    """One array in the file.

    Attributes:
        at_bytes: Where its first byte stands, counted from the start of the file.
        shape: Its shape.
        dtype: Its type, as NumPy writes it (``|u1``, ``<i8``).
    """

    at_bytes: int
    shape: tuple[int, ...]
    dtype: str


def stored_arrays(file: IO[bytes]) -> dict[str, StoredArray]:
    """Find the arrays of an uncompressed ``.npz``, by the names they were saved under.

    Raises:
        ValueError: A member is compressed, or lies in another order than C.
        zipfile.BadZipFile: It is no zip archive.
    """
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
    return {member.filename.removesuffix(".npy"): _stored(file, member) for member in members}


def _stored(file: IO[bytes], member: zipfile.ZipInfo) -> StoredArray:
    if member.compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"{member.filename} is compressed")
    file.seek(member.header_offset)
    # The header's own lengths: the directory at the end of the archive may have others.
    name_bytes, extra_bytes = _LOCAL_HEADER.unpack(file.read(_LOCAL_HEADER.size))
    file.seek(name_bytes + extra_bytes, 1)
    if np.lib.format.read_magic(file) == (1, 0):
        shape, fortran_order, dtype = np.lib.format.read_array_header_1_0(file)
    else:
        shape, fortran_order, dtype = np.lib.format.read_array_header_2_0(file)
    if fortran_order:
        raise ValueError(f"{member.filename} is in Fortran order")
    return StoredArray(file.tell(), shape, dtype.str)
