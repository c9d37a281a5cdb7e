"""Checks that TensorFlow decodes an image: in a file of its own, or in records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from core.lazy import tf

SUFFIXES = (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp")


def begins(content: bytes) -> bool:
    """Whether a text begins like an image that TensorFlow decodes."""
    return (
        content.startswith((b"\xff\xd8\xff", b"\x89PNG", b"GIF87a", b"GIF89a"))
        or (content[:2] == b"BM" and content[6:10] == bytes(4))
        or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")
    )


def check(file: Path) -> tuple[str, list[str]]:
    """That a file holds an image, and what is damaged in it."""
    wrong = _damage(file.read_bytes())
    return "1 image", [wrong] if wrong else []


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
        if content.startswith(b"\xff\xd8") and b"\xff\xd9" not in content[-64:]:
            return f"it is cut off after {len(content):,} bytes"
        return f"it cannot be decoded ({len(content):,} bytes)"
    return ""
