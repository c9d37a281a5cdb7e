"""Checksummed frames: how a run's log and the pipe from an isolated run hold their records.

A frame is a marker of 4 bytes, then three little-endian unsigned 32-bit numbers (length of the
payload, sequence number from 0, checksum) and the payload. The checksum is CRC-32 (ISO 3309, as
``zlib.crc32`` has it) over length, sequence number and payload: a frame that was cut off, changed
or is not in its place gives itself away.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

MARKER = b"\x1ePX\x01"
"""Begins every frame; the last byte is the version of the framing."""
MOST_BYTES = 64 * 1024 * 1024
"""No payload is longer: a length above it is damage, and nothing is allocated for it."""
_IN_VAIN = 8
"""Checksums that turn out wrong are computed over so many times the length of a file at most: one
made of beginnings of frames would otherwise be gone through from each of them to its end."""

_NUMBERS = struct.Struct("<III")
_COVERED = struct.Struct("<II")
HEAD_BYTES = len(MARKER) + _NUMBERS.size


class FrameError(ValueError):
    """What was read is no frame."""


def frame(payload: bytes, sequence: int) -> bytes:
    """A payload in its frame.

    Raises:
        ValueError: The payload is longer than ``MOST_BYTES``.
    """
    if len(payload) > MOST_BYTES:
        raise ValueError(f"a record of {len(payload)} bytes is longer than {MOST_BYTES}")
    check = _checksum(len(payload), sequence, payload)
    return MARKER + _NUMBERS.pack(len(payload), sequence, check) + payload


def _checksum(length: int, sequence: int, payload: bytes) -> int:
    return zlib.crc32(payload, zlib.crc32(_COVERED.pack(length, sequence)))


def sequence_at_end(data: bytes) -> int | None:
    """The number of the frame that ends where the bytes end; None where none does.

    Args:
        data: The end of a file, beginning anywhere.
    """
    reader = FrameReader(data)
    at = data.rfind(MARKER)
    while at >= 0:
        last = reader.frame_at(at)
        if last is not None:
            return last[0] if at + HEAD_BYTES + len(last[1]) == len(data) else None
        at = data.rfind(MARKER, 0, at)
    return None


def is_cut_off(tail: bytes) -> bool:
    """Whether bytes are a frame that was being written, rather than one that was damaged.

    Zeros alone are too: what a file was made longer by when the machine lost its power.
    """
    if not tail.strip(b"\0"):
        return True
    if len(tail) < HEAD_BYTES:
        return MARKER.startswith(tail[: len(MARKER)])
    (length, *_) = _NUMBERS.unpack_from(tail, len(MARKER))
    return tail.startswith(MARKER) and HEAD_BYTES + length > len(tail)


class FrameStream:
    """Takes bytes as they come from a pipe and gives payloads; frames must follow each other."""

    def __init__(self) -> None:
        self._left = bytearray()
        self._next = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Give what is complete by now.

        Raises:
            FrameError: These are no frames, or one is missing; nothing more is to be expected.
        """
        self._left += data
        while len(self._left) >= HEAD_BYTES:
            if not self._left.startswith(MARKER):
                raise FrameError(f"no frame begins with {bytes(self._left[:24])!r}")
            length, sequence, check = _NUMBERS.unpack_from(self._left, len(MARKER))
            if length > MOST_BYTES:
                raise FrameError(f"a frame claims to have {length} bytes")
            if len(self._left) < HEAD_BYTES + length:
                return
            payload = bytes(self._left[HEAD_BYTES : HEAD_BYTES + length])
            if check != _checksum(length, sequence, payload):
                raise FrameError("the checksum of a frame is wrong")
            if sequence != self._next:
                raise FrameError(f"frame {sequence} came where {self._next} was due")
            self._next += 1
            del self._left[: HEAD_BYTES + length]
            yield payload

    @property
    def unfinished_bytes(self) -> int:
        """Bytes of a frame that is not complete."""
        return len(self._left)


@dataclass(frozen=True)
class Gap:
    """Bytes of a file that are no frames.

    Attributes:
        offset: Where they begin.
        size: How many there are.
        at_end: Whether nothing follows them: a record that was being written.
    """

    offset: int
    size: int
    at_end: bool


@dataclass
class FrameReader:
    """Reads frames from bytes that may be damaged anywhere, and says what it passed over.

    Attributes:
        data: The content of a file.
        gaps: What was passed over, known once all frames were read.
        missing: Frames that are known to be missing by their numbers, gaps in the middle included.
        good_bytes: Where the last good frame ends: what may be appended to.
    """

    data: bytes
    gaps: list[Gap] = field(default_factory=list)
    missing: int = 0
    good_bytes: int = 0
    next_sequence: int = 0
    _bytes_in_vain: int = 0

    def payloads(self) -> Iterator[bytes]:
        """All whole frames in their order; each number counts once."""
        at, skipped_from = 0, None
        while at < len(self.data):
            numbered = self.frame_at(at)
            if numbered is None:
                skipped_from = at if skipped_from is None else skipped_from
                following = self.data.find(MARKER, at + 1)
                given_up = self._bytes_in_vain > _IN_VAIN * len(self.data)
                at = following if following >= 0 and not given_up else len(self.data)
                continue
            sequence, payload = numbered
            if skipped_from is not None:
                self.gaps.append(Gap(skipped_from, at - skipped_from, at_end=False))
                skipped_from = None
            at += HEAD_BYTES + len(payload)
            self.good_bytes = at
            if sequence < self.next_sequence:
                continue  # written twice: a write that was tried again
            self.missing += sequence - self.next_sequence
            self.next_sequence = sequence + 1
            yield payload
        if skipped_from is not None:
            self.gaps.append(Gap(skipped_from, len(self.data) - skipped_from, at_end=True))

    def frame_at(self, at: int) -> tuple[int, bytes] | None:
        """Number and payload of the frame that begins somewhere; None where none does."""
        if len(self.data) - at < HEAD_BYTES or not self.data.startswith(MARKER, at):
            return None
        length, sequence, check = _NUMBERS.unpack_from(self.data, at + len(MARKER))
        begin = at + HEAD_BYTES
        if length > MOST_BYTES or begin + length > len(self.data):
            return None
        payload = self.data[begin : begin + length]
        if check != _checksum(length, sequence, payload):
            self._bytes_in_vain += length
            return None
        return sequence, payload
