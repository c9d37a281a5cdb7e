"""Looks for an image that cannot be decoded: in a file of its own, or in a TFRecord file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from core.faults.look_tfrecord import records
from core.lazy import tf

SUFFIXES = (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp")
_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"RIFF")
_NAMES = ("encoded", "image", "jpeg", "jpg", "png", "img")
_CANNOT = "it cannot be decoded"
_LOOK_EVERY = 16


class BadImage(NamedTuple):
    """An image in a record.

    Attributes:
        number: Of the record, counted from 0.
        feature: Name of the feature that holds it; empty where the record is the image itself.
        wrong: What is wrong with it.
    """

    number: int
    feature: str
    wrong: str


def image_fault(file: Path) -> str:
    """What is wrong with an image file, in a few words; empty where TensorFlow decodes it."""
    try:
        content = file.read_bytes()
    except OSError as error:
        return f"it cannot be read ({error.strerror or error})"
    return _fault(content)


def bad_image(file: Path, over: Callable[[], bool], compression: str = "") -> BadImage | None:
    """The first record of a TFRecord file whose image cannot be decoded; None where there is none.

    Which parts of a record are images is told by how they begin, by how those of other records
    began, and by their names.
    """
    known: set[str] = set()
    for number, record in enumerate(records(file, compression)):
        if number % _LOOK_EVERY == 0 and over():
            return None
        for name, content in _parts(record):
            if not content.startswith(_BEGINNINGS) and name not in known and not _named(name):
                continue
            wrong = _fault(content)
            if wrong:
                return BadImage(number, name, wrong)
            known.add(name)
    return None


def _parts(record: bytes) -> list[tuple[str, bytes]]:
    """Texts in a ``tf.train.Example`` by their names; the record itself where it is none."""
    if record.startswith(_BEGINNINGS):
        return [("", record)]
    try:
        features = tf.train.Example.FromString(record).features.feature
    except Exception:
        return []
    return [(name, one.bytes_list.value[0]) for name, one in features.items() if _one(one)]


def _one(feature: object) -> bool:
    return len(feature.bytes_list.value) == 1  # type: ignore[attr-defined]


def _named(name: str) -> bool:
    words = name.lower().replace("/", "_").split("_")
    return any(word in words for word in _NAMES)


def _fault(content: bytes) -> str:
    if not content:
        return "it is empty (0 bytes)"
    if not content.startswith(_BEGINNINGS):
        return f"it does not begin like an image ({len(content):,} bytes)"
    try:
        with tf.device("/CPU:0"):
            tf.io.decode_image(content, expand_animations=False)
    except tf.errors.OpError:
        if content.startswith(b"\xff\xd8") and b"\xff\xd9" not in content[-64:]:
            return f"it is cut off after {len(content):,} bytes"
        return f"{_CANNOT} ({len(content):,} bytes)"
    return ""
