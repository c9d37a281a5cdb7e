"""Checks images, in files and in records: are they whole, and does TensorFlow decode them?"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from core.lazy import tf

JPEG_AND_PNG = (".jpg", ".jpeg", ".png")
SUFFIXES = (*JPEG_AND_PNG, ".gif", ".bmp", ".webp")

_JPEG_START, _JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
_JPEG_SCAN = 0xDA
_PNG_START, _PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
_TAIL_BYTES = 64


def begins(content: bytes) -> bool:
    """Whether a text begins like an image that TensorFlow decodes."""
    return (
        content.startswith((_JPEG_START, _PNG_START[:4], b"GIF87a", b"GIF89a"))
        or (content[:2] == b"BM" and content[6:10] == bytes(4))
        or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")
    )


def check(file: Path) -> tuple[str, list[str]]:
    """That a file holds an image, and what is damaged in it."""
    wrong = _damage(file.read_bytes())
    return "1 image", [wrong] if wrong else []


def quick_fault(path: str) -> str:
    """What is wrong with a JPEG or PNG file, in a few words; empty where nothing shows.

    Looks at its beginning and its end, which finds foreign, empty and cut-off files
    without decoding the image.
    """
    if not path.lower().endswith(JPEG_AND_PNG):
        return "not a .jpg, .jpeg or .png file"
    try:
        with open(path, "rb") as file:
            head = file.read(len(_PNG_START))
            file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL_BYTES))
            tail = file.read()
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"
    if not head:
        return "empty"
    has_end: Callable[[bytes], bool]
    if head.startswith(_JPEG_START):
        whole, has_end = tail.rstrip(b"\0\r\n ").endswith(_JPEG_END), _jpeg_has_end
    elif head == _PNG_START:
        whole, has_end = tail.endswith(_PNG_END), lambda content: _PNG_END in content
    else:
        return "neither JPEG nor PNG inside"
    # Cameras and editors may append something of their own; then the end is further in.
    return "" if whole or has_end(Path(path).read_bytes()) else "cut off: its end is missing"


class RecordImages:
    """Checks the images in records: ``tf.train.Example``, ``SequenceExample`` or the image itself.

    A feature holds images if it holds a sound one in some record; what is of that name in
    another record and begins like none is damaged.

    Attributes:
        count: How many images were sound.
    """

    def __init__(self) -> None:
        """No record was seen yet."""
        self.count = 0
        self._features: set[str] = set()
        self._others: dict[str, list[tuple[str, str]]] = {}
        # A SequenceExample begins with what an Example is.
        self._parse: Callable[[bytes], Any] = tf.train.SequenceExample.FromString

    def damages(self, record: bytes, where: str) -> Iterator[str]:
        """What is damaged in the images of a record.

        Args:
            record: The record.
            where: What to call the record.
        """
        for name, content in self._contents(record):
            if not begins(content):
                said = f"does not begin like an image ({len(content):,} bytes)"
                if name in self._features:
                    yield _of(where, name, f"it {said}")
                elif len(others := self._others.setdefault(name, [])) < _MOST_OTHERS:
                    others.append((where, f"it {said}"))
            elif wrong := _damage(content):
                yield _of(where, name, wrong)
            else:
                self.count += 1
                if name not in self._features:
                    self._features.add(name)
                    for before, said in self._others.pop(name, ()):
                        yield _of(before, name, said)

    def _contents(self, record: bytes) -> list[tuple[str, bytes]]:
        """Texts in a record by the names of their features; the record itself if it is an image."""
        if begins(record):
            return [("", record)]
        try:
            parsed = self._parse(record)
        except Exception:
            return []
        features = [*parsed.context.feature.items()]
        for name, frames in parsed.feature_lists.feature_list.items():
            features += [(name, frame) for frame in frames.feature]
        return [(name, value) for name, feature in features for value in feature.bytes_list.value]


_MOST_OTHERS = 100
"""So many texts of one name that are no images are kept in mind until an image of it is met."""


def _of(where: str, name: str, wrong: str) -> str:
    return f"{where}: the image{f' {name!r}' if name else ''}: {wrong}"


def _damage(content: bytes) -> str:
    if not content:
        return "it is empty (0 bytes)"
    if not begins(content):
        return f"it does not begin like an image ({len(content):,} bytes)"
    try:
        with tf.device("/CPU:0"):
            tf.io.decode_image(content, expand_animations=False)
    except tf.errors.OpError:
        if content.startswith(_JPEG_START[:2]) and _JPEG_END not in content[-_TAIL_BYTES:]:
            return f"it is cut off after {len(content):,} bytes"
        return f"it cannot be decoded ({len(content):,} bytes)"
    return ""


def _jpeg_has_end(content: bytes) -> bool:
    """Whether the end marker follows the image data: a preview in the header has its own."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        at_data = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if content[at + 1] == _JPEG_SCAN:
            return content.find(_JPEG_END, at_data) >= 0
        at = at_data
    return False
