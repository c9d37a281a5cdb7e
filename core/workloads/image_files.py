"""Finding images in a folder of class folders."""

from __future__ import annotations

import os
import random


def list_images(folder: str, seed: int) -> tuple[list[bytes], list[int]]:
    """Paths of all images in mixed order, and for each the number of its class folder."""
    labelled = [
        (os.fsencode(path), label)
        for label, paths in enumerate(images_by_class(folder).values())
        for path in paths
    ]
    random.Random(seed).shuffle(labelled)
    return [path for path, _ in labelled], [label for _, label in labelled]


def images_by_class(folder: str) -> dict[str, list[str]]:
    """Paths of the .jpg, .jpeg and .png files below each folder that has any, by its name."""
    by_class = {}
    for name, paths in files_by_class(folder).items():
        images = [path for path in paths if path.lower().endswith((".jpg", ".jpeg", ".png"))]
        if images:
            by_class[name] = images
    return by_class


def files_by_class(folder: str) -> dict[str, list[str]]:
    """Paths of all files below each class folder; hidden ones do not count."""
    by_class: dict[str, list[str]] = {}
    for name in sorted(os.listdir(folder)):
        if os.path.isdir(os.path.join(folder, name)) and not name.startswith("."):
            by_class[name] = []
            for place, folders, files in os.walk(os.path.join(folder, name)):
                folders[:] = sorted(inner for inner in folders if not inner.startswith("."))
                by_class[name] += [
                    os.path.join(place, file)
                    for file in sorted(files)
                    if not file.startswith(".") and file.lower() not in ("thumbs.db", "desktop.ini")
                ]
    return by_class
