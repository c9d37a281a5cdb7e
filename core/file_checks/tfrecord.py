"""Checks that a TFRecord file, compressed or not, can be read to its end, and the images in it.

A record is its length (8 bytes), the masked CRC-32C of that (4), the data, and the masked CRC-32C
of those (4). Source: ``tensorflow/core/lib/io/record_writer.h``. TensorFlow reads the file and
compares the checksums of the data.
"""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path

from core.file_checks.image import RecordImages
from core.lazy import tf
from core.model.plural import plural

_HEAD, _FOOT = 12, 4
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
    images = RecordImages()
    damages: list[str] = []
    count = at = 0
    failed = False
    try:
        with tf.device("/CPU:0"):
            records = tf.data.TFRecordDataset(str(file), compression_type=packed)
            for record in records.as_numpy_iterator():
                where = f"record {count:,} (counted from 0), at byte {at:,}{unpacked}"
                damages += images.damages(record, where)
                count += 1
                at += _HEAD + len(record) + _FOOT
    except tf.errors.OpError:
        failed = True
    wrong = _damage(file, packed, at, failed=failed)
    if wrong:
        damages.append(f"record {count:,} (counted from 0), at byte {at:,}{unpacked}: {wrong}")
    content = plural(count, "record")
    if images.count:
        content += f", {plural(images.count, 'image')}"
    if packed:
        content += f", compressed: read it with compression_type={packed!r}"
    return content, damages


def _damage(file: Path, packed: str, at: int, *, failed: bool) -> str:
    """What is wrong with the record that begins at a byte; empty if the file ends there."""
    try:
        size, head = _size_and_head(file, packed, at)
    except (zlib.error, EOFError) as error:
        return f"the file cannot be unpacked to its end ({error})"
    left = size - at
    if left <= 0:
        return "it cannot be read" if failed else ""
    if left < _HEAD:
        # TensorFlow takes a file that is cut off within a record's length for one that ends there.
        return f"the file is cut off {plural(left, 'byte')} after its beginning"
    if not _is_length(head):
        return (
            "its length does not match the checksum of that"
            if at
            else "the file does not begin like a TFRecord file"
        )
    wanted = _HEAD + int(struct.unpack("<Q", head[:8])[0]) + _FOOT
    if left < wanted:
        return f"the file ends after {left:,} of {wanted:,} bytes of it"
    return "its data do not match their checksum"


def _size_and_head(file: Path, packed: str, at: int) -> tuple[int, bytes]:
    """How many bytes a file has, unpacked, and the beginning of the record at a byte of them.

    Raises:
        EOFError: It ends within what is compressed.
        zlib.error: It is damaged.
    """
    with file.open("rb") as stream:
        if not packed:
            stream.seek(at)
            return file.stat().st_size, stream.read(_HEAD)
        size, head = 0, b""
        unpack = zlib.decompressobj(_GZIP_OR_ZLIB)
        while given := unpack.unused_data or stream.read(_READ_BYTES):
            if unpack.eof:
                unpack = zlib.decompressobj(_GZIP_OR_ZLIB)
            part = unpack.decompress(given)
            head += part[max(0, at - size) :][: _HEAD - len(head)]
            size += len(part)
        if not unpack.eof:
            raise EOFError("it is cut off")
        return size, head


def _is_length(head: bytes) -> bool:
    """Whether these bytes are a length with its checksum; of a few bytes Python is fast enough."""
    crc = 0xFFFFFFFF
    for byte in head[:8]:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    masked = (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF
    return head[8:_HEAD] == struct.pack("<I", masked)
