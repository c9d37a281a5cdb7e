"""Checks that a TFRecord file, compressed or not, can be read to its end, and the images in it.

A record is its length (8 bytes), the masked CRC-32C of that (4), the data, and the masked CRC-32C
of those (4). Source: ``tensorflow/core/lib/io/record_writer.h``. TensorFlow compares the checksums,
which takes too long in Python; the records themselves are read here, which takes too long from a
dataset.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from pathlib import Path
from typing import IO, Any

import numpy as np

from core.file_checks.crc32c import masked_crc32c
from core.file_checks.image import RecordImages
from core.lazy import tf
from core.text.plural import plural

_HEAD, _FOOT = 12, 4
_AT = re.compile(r"record at (\d+)")
_READ_BYTES = 1 << 16
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_NAME = re.compile(
    r"tfrec(?:ords?)?(?:-?\d+(?:-of-\d+)?)?(?:\.(?:gz|gzip|z|zlib))?$", re.IGNORECASE
)


def is_tfrecord(file: Path) -> bool:
    """Whether a file has the name of a TFRecord file, or begins like one once it is unpacked."""
    if _NAME.search(file.name):
        return True
    with file.open("rb") as stream:
        head = stream.read(_HEAD)
        if compression_of(file):
            unpack = zlib.decompressobj(_GZIP_OR_ZLIB)
            try:
                head = unpack.decompress(head + stream.read(_READ_BYTES), _HEAD)
            except zlib.error:
                return False
    return _is_length(head)


def compression_of(file: Path) -> str:
    """How a TFRecord file is compressed, by its first bytes; as ``TFRecordDataset`` takes it."""
    with file.open("rb") as stream:
        head = stream.read(_HEAD)
    if head.startswith(b"\x1f\x8b\x08"):
        return "GZIP"
    is_zlib = head[:2] in (b"\x78\x9c", b"\x78\x01", b"\x78\xda", b"\x78\x5e")
    return "ZLIB" if is_zlib and not _is_length(head) else ""


def check(file: Path) -> tuple[str, list[str]]:
    """What a TFRecord file holds, and which record is damaged; those behind it are not read."""
    packed = compression_of(file)
    unpacked = " of the unpacked data" if packed else ""
    failed, failed_at = _read_by_tensorflow(file, packed)
    images = RecordImages()
    damages: list[str] = []
    count = at = 0
    wrong = ""
    with io.BufferedReader(_Unpacked(file)) if packed else file.open("rb") as stream:
        while not wrong:
            where = f"record {count:,} (counted from 0), at byte {at:,}{unpacked}"
            try:
                record, wrong = _next(stream, at, failed_at, check_length=failed)
            except (zlib.error, EOFError) as error:
                record, wrong = b"", f"the file cannot be unpacked to its end ({error})"
            if wrong:
                damages.append(f"{where}: {wrong}")
            elif record is None:
                break
            else:
                damages += images.damages(record, where)
                count += 1
                at += _HEAD + len(record) + _FOOT
    if failed and not wrong:
        damages.append("TensorFlow cannot read it to its end")
    content = plural(count, "record")
    if images.count:
        content += f", {plural(images.count, 'image')}"
    if packed:
        content += f", compressed: read it with compression_type={packed!r}"
    return content, damages


def _read_by_tensorflow(file: Path, packed: str) -> tuple[bool, int | None]:
    """Whether TensorFlow fails to read all records, and the byte that it then names."""
    try:
        with tf.device("/CPU:0"):
            records = tf.data.TFRecordDataset(str(file), compression_type=packed)
            # In batches: calling a function takes longer than reading a record.
            records.batch(32).reduce(np.int64(0), lambda count, _: count + 1)
    except tf.errors.OpError as error:
        match = _AT.search(str(error))
        return True, int(match[1]) if match else None
    return False, None


def _next(
    stream: IO[bytes], at: int, failed_at: int | None, *, check_length: bool
) -> tuple[bytes | None, str]:
    """The next record and what is wrong with it; None at the end of the file.

    Args:
        stream: Stands at the beginning of the record.
        at: That beginning, in bytes.
        failed_at: The byte at which TensorFlow failed; None if it named none.
        check_length: Compare the checksum of the length; needless if TensorFlow did not fail.
    """
    head = stream.read(_HEAD)
    if not head:
        return None, ""
    if len(head) < _HEAD:
        # TensorFlow takes a file that is cut off within a record's length for one that ends there.
        return None, f"the file is cut off {plural(len(head), 'byte')} after its beginning"
    if check_length and not _is_length(head):
        if at == 0:
            return None, "the file does not begin like a TFRecord file"
        return None, "its length does not match the checksum of that"
    length = int(struct.unpack("<Q", head[:8])[0])
    record = stream.read(length + _FOOT)
    if len(record) < length + _FOOT:
        there, wanted = _HEAD + len(record), _HEAD + length + _FOOT
        return None, f"the file ends after {there:,} of {wanted:,} bytes of it"
    if failed_at is not None and at <= failed_at < at + _HEAD + length + _FOOT:
        return None, "its data do not match their checksum"
    return record[:length], ""


class _Unpacked(io.RawIOBase):
    """The content of a file that is compressed with gzip, in one part or several, or with zlib.

    Reading raises ``EOFError`` if it ends within what is compressed, ``zlib.error`` if it is
    damaged.
    """

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file.open("rb")
        self._unpack = zlib.decompressobj(_GZIP_OR_ZLIB)

    def readable(self) -> bool:
        """See the base class."""
        return True

    def readinto(self, buffer: Any) -> int:
        """See the base class."""
        part = b""
        while not part:
            unpack = self._unpack
            given = unpack.unconsumed_tail or unpack.unused_data or self._file.read(_READ_BYTES)
            if not given:
                if not unpack.eof:
                    raise EOFError("it is cut off")
                return 0
            if unpack.eof:
                unpack = self._unpack = zlib.decompressobj(_GZIP_OR_ZLIB)
            part = unpack.decompress(given, len(buffer))
        buffer[: len(part)] = part
        return len(part)

    def close(self) -> None:
        """See the base class."""
        self._file.close()
        super().close()


def _is_length(head: bytes) -> bool:
    """Whether these bytes are a length with its checksum; of a few bytes Python is fast enough."""
    return head[8:_HEAD] == struct.pack("<I", masked_crc32c(head[:8]))
