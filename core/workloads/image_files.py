"""Finding images in a folder of class folders, and telling which are damaged."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

SUFFIXES = (".jpg", ".jpeg", ".png")

_JPEG_START, _JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
_JPEG_SCAN = 0xDA
_PNG_START, _PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
_TAIL_BYTES = 64


def list_images(folder: str, seed: int) -> tuple[list[bytes], list[int]]:
    """Paths of all images in mixed order, and for each the number of its class folder."""
    found = [
        (os.fsencode(path), label)
        for label, paths in enumerate(images_by_class(folder).values())
        for path in paths
    ]
    random.Random(seed).shuffle(found)
    return [path for path, _ in found], [label for _, label in found]


def images_by_class(folder: str) -> dict[str, list[str]]:
    """Paths of the .jpg, .jpeg and .png files below each folder that has any, by its name."""
    found = {}
    for name, paths in files_by_class(folder).items():
        images = [path for path in paths if path.lower().endswith((".jpg", ".jpeg", ".png"))]
        if images:
            found[name] = images
    return found


def files_by_class(folder: str) -> dict[str, list[str]]:
    """Paths of all files below each class folder; hidden ones do not count."""
    found: dict[str, list[str]] = {}
    for name in sorted(os.listdir(folder)):
        if os.path.isdir(os.path.join(folder, name)) and not name.startswith("."):
            found[name] = []
            for place, folders, files in os.walk(os.path.join(folder, name)):
                folders[:] = sorted(inner for inner in folders if not inner.startswith("."))
                found[name] += [
                    os.path.join(place, file)
                    for file in sorted(files)
                    if not file.startswith(".") and file.lower() not in ("thumbs.db", "desktop.ini")
                ]
    return found


def fault(path: str) -> str:
    """What is wrong with an image file, in a few words; empty where nothing shows.

    Looks at its beginning and its end, which finds foreign, empty and cut-off files
    without decoding the image.
    """
    if not path.lower().endswith(SUFFIXES):
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


def _jpeg_has_end(content: bytes) -> bool:
    """Whether the end marker follows the image data: a preview in the header has its own."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        at_data = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if content[at + 1] == _JPEG_SCAN:
            return content.find(_JPEG_END, at_data) >= 0
        at = at_data
    return False
