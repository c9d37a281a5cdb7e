"""The checksum of TFRecord and TensorBoard's event files: CRC-32C, masked as TensorFlow does."""

from __future__ import annotations

from functools import cache


def masked_crc32c(content: bytes) -> int:
    """The masked CRC-32C of some bytes; about 10 MB/s, enough for lengths and small records."""
    table, crc = _table(), 0xFFFFFFFF
    for byte in content:
        crc = table[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


@cache
def _table() -> tuple[int, ...]:
    """What each byte does to the checksum."""
    effects = []
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
        effects.append(byte)
    return tuple(effects)
