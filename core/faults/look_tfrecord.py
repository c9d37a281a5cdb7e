"""Looks through a TFRecord file for the record that is damaged.

A record is its length (8 bytes), the masked CRC-32C of that (4), the data, and the masked CRC-32C
of those (4). Source: ``tensorflow/core/lib/io/record_writer.h``. The checksums are worked out by
TensorFlow itself, which reads the file once more; where each record begins follows from the
lengths.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.lazy import tf
from core.model.plural import plural

_HEAD, _FOOT = 12, 4
_AT = re.compile(r"(?:corrupted|truncated) record at (\d+)")
_LOOK_EVERY = 64


@dataclass(frozen=True)
class BadRecord:
    """The first record of a file that cannot be read.

    Attributes:
        number: Counts from 0.
        at_bytes: Where it begins, in bytes from the start of the file (unpacked, where the file is
            compressed).
        wrong: What is wrong with it, in a few words.
    """

    number: int
    at_bytes: int
    wrong: str

    def words(self) -> str:
        """``record 7 (the 8th), at byte 322, ...``."""
        return f"record {self.number:,} (counted from 0), at byte {self.at_bytes:,}: {self.wrong}"


def bad_record(file: Path, over: Callable[[], bool], compression: str = "") -> BadRecord | None:
    """The first record that TensorFlow cannot read, or does not see since the file is cut off.

    Args:
        file: A TFRecord file.
        over: Asked now and then; true where there is no more time.
        compression: As ``TFRecordDataset`` takes it.

    Returns:
        None where all can be read, the file cannot be opened, or there was no time.
    """
    count = 0
    try:
        with tf.device("/CPU:0"):
            for _ in tf.data.TFRecordDataset(str(file), compression_type=compression):
                count += 1
                if count % _LOOK_EVERY == 0 and over():
                    return None
    except tf.errors.DataLossError as error:
        return _judged(file, count, str(error), compression)
    except tf.errors.OpError:
        return None
    if compression:
        return None
    ends = _end_of(file, count)
    left = file.stat().st_size - ends
    if left <= 0:
        return None
    # TensorFlow takes a file that is cut off within a record's length for one that ends there.
    return BadRecord(count, ends, _cut(left))


def cut_off(file: Path, over: Callable[[], bool]) -> BadRecord | None:
    """The record within whose length a file ends, which TensorFlow takes for the end of the data.

    Only lengths are read. None where all is well, the file is none of TFRecords, or it is packed.
    """
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            head = stream.read(_HEAD)
            if len(head) < _HEAD or _masked_crc32c(head[:8]) != head[8:]:
                return None
            at, count = 0, 0
            while at + _HEAD <= size:
                stream.seek(at)
                at += _HEAD + struct.unpack("<Q", stream.read(8))[0] + _FOOT
                count += 1
                if count % _LOOK_EVERY == 0 and over():
                    return None
    except (OSError, struct.error):
        return None
    return BadRecord(count, at, _cut(size - at)) if at < size else None


def _cut(left: int) -> str:
    return f"the file is cut off {plural(left, 'byte')} after its beginning"


def _masked_crc32c(content: bytes) -> bytes:
    """The checksum as it stands in the file; of a few bytes: Python takes its time."""
    crc = 0xFFFFFFFF
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    return struct.pack("<I", (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF)


def _judged(file: Path, count: int, said: str, compression: str) -> BadRecord:
    found = _AT.search(said)
    at = int(found.group(1)) if found else 0
    if compression:
        return BadRecord(count, at, "it cannot be unpacked to its end")
    begins = _end_of(file, count)
    size = os.path.getsize(file)
    length = _length(file, begins)
    if count == 0 and "Is this even a TFRecord file" in said:
        return BadRecord(0, 0, "the file does not begin like a TFRecord file")
    if "truncated" in said or length is None or begins + _HEAD + length + _FOOT > size:
        if at == begins and "corrupted" in said:
            return BadRecord(count, begins, "its length does not match the checksum of that")
        wanted = "" if length is None else f" of {_HEAD + length + _FOOT:,}"
        return BadRecord(
            count, begins, f"the file ends after {size - begins:,}{wanted} bytes of it"
        )
    part = "length" if at == begins else "data"
    return BadRecord(
        count,
        begins,
        f"its {part} do not match their checksum".replace(
            "length do not match their", "length does not match its"
        ),
    )


def _end_of(file: Path, count: int) -> int:
    """Where the first so many records end, in bytes."""
    at = 0
    with file.open("rb") as stream:
        for _ in range(count):
            head = stream.read(8)
            if len(head) < 8:
                break
            at += _HEAD + struct.unpack("<Q", head)[0] + _FOOT
            stream.seek(at)
    return at


def _length(file: Path, at: int) -> int | None:
    with file.open("rb") as stream:
        stream.seek(at)
        head = stream.read(8)
    return struct.unpack("<Q", head)[0] if len(head) == 8 else None


def records(file: Path, compression: str = "") -> Iterator[bytes]:
    """The records of a file as bytes, up to the first that cannot be read."""
    try:
        with tf.device("/CPU:0"):
            for record in tf.data.TFRecordDataset(str(file), compression_type=compression):
                yield record.numpy()
    except tf.errors.OpError:
        return
