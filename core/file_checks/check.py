"""Checks a file, whatever kind it is of, and finds the files that a person names."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.file_checks import image, numpy_file, table, tfrecord
from core.model.errors import InputError

_Checker = Callable[[Path], tuple[str, list[str]]]
"""Says what a file holds and what is damaged in it."""
_HEAD_BYTES = 32


@dataclass(frozen=True)
class FileCheck:
    """What a check of one file found.

    Attributes:
        file: Path of the file.
        kind: ``TFRecord``, ``NumPy``, ``image`` or ``table``; empty if it is of another kind,
            which is not checked.
        content: What it holds: ``9 records``.
        damages: What is damaged and where, one entry each; empty if the file is sound.
    """

    file: Path
    kind: str
    content: str
    damages: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """``sound``, ``damaged`` or ``not checked``."""
        return "damaged" if self.damages else "sound" if self.kind else "not checked"


def check_file(file: Path) -> FileCheck:
    """Read a file to its end; the file itself is never changed."""
    kind = ""
    try:
        with file.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
        kind, checker = _kind_of(file, head)
        if checker is None:
            other = "it begins like no TFRecord, NumPy or image file"
            return FileCheck(file, "", other if head else "it is empty (0 bytes)")
        content, damages = checker(file)
    except OSError as error:
        content, damages = "", [f"it cannot be read ({error.strerror or error})"]
    return FileCheck(file, kind, content, tuple(damages))


def files_named(names: Iterable[str]) -> Iterator[Path]:
    """The files that files, folders and glob patterns stand for, each once.

    Folders are searched with all folders below them; hidden files in them are left out.

    Raises:
        InputError: A name stands for no file.
    """
    seen: set[str] = set()
    for name in names:
        paths = [name] if os.path.exists(name) else glob.glob(name, recursive=True)
        # The shortest way to a file first: links may lead to it on others.
        paths.sort(key=lambda path: (path.count(os.sep), path))
        files = [
            file for path in paths for file in (_below(path) if os.path.isdir(path) else (path,))
        ]
        if not files:
            raise InputError(
                f"{name!r} is no file" if not paths else f"There is no file in {name!r}",
                expected="files, folders with files, or patterns such as 'train/*.tfrecord'",
            )
        for file in files:
            if (real := os.path.realpath(file)) not in seen:
                seen.add(real)
                yield Path(file)


def _kind_of(file: Path, head: bytes) -> tuple[str, _Checker | None]:
    """By its name if that says it, since the beginning may be damaged; else by its beginning."""
    suffix = file.suffix.lower()
    if suffix in numpy_file.SUFFIXES or numpy_file.begins(head):
        return "NumPy", numpy_file.check
    if suffix in image.SUFFIXES or image.begins(head):
        return "image", image.check
    if tfrecord.is_tfrecord(file):
        return "TFRecord", tfrecord.check
    return ("table", table.check) if suffix in table.SUFFIXES else ("", None)


def _below(folder: str) -> Iterator[str]:
    entered: set[str] = set()
    for place, folders, names in os.walk(folder, followlinks=True):
        # A link may lead back to a folder above it.
        entered.add(os.path.realpath(place))
        folders[:] = sorted(
            inner
            for inner in folders
            if not inner.startswith(".")
            and os.path.realpath(os.path.join(place, inner)) not in entered
        )
        for file in (os.path.join(place, name) for name in sorted(names) if name[0] != "."):
            if os.path.isfile(file) or not os.path.exists(file):  # a link that leads nowhere
                yield file
