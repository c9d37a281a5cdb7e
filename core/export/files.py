"""Writing what was exported so that a full disk or a crash leaves the old file whole."""

from __future__ import annotations

import contextlib
import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from core.model.errors import ExplorerError, InputError
from core.model.sizes import DISK_FULL, free_words, size_words


def check_target(path: Path) -> None:
    """Make sure, before any work, that a file can be written there.

    Raises:
        InputError: It cannot; says why.
    """
    try:
        if path.exists() and not path.is_file():
            if path.is_dir():
                raise _impossible(path, "it is a folder")
            with path.open("ab"):  # a device or a pipe: nothing can be written beside it
                return
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise _unwritable(path, error) from error


def write_text(path: Path, text: str) -> None:
    """Write a text as a whole file, in UTF-8.

    Signs that UTF-8 has no word for (bytes of a file name that are no text) are written as Python
    escapes them.

    Raises:
        ExplorerError: See ``write_bytes``.
    """
    write_bytes(path, text.encode(errors="backslashreplace"))


def write_bytes(path: Path, content: bytes) -> None:
    """Write a whole file.

    Raises:
        InputError: See ``whole_file``.
        ExplorerError: See ``whole_file``.
    """
    with whole_file(path, len(content)) as file:
        file.write(content)


@contextlib.contextmanager
def whole_file(path: Path, size_bytes: int | None = None) -> Iterator[IO[bytes]]:
    """Write a file piece by piece: beside the target, to disk, then in its place.

    Args:
        path: The target.
        size_bytes: How long it will be, where that is known.

    Raises:
        InputError: No file can be there.
        ExplorerError: The disk is full. Then, and where the caller raises, the file that was
            there stays as it was.
    """
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as device:
                yield device
            return
        # A link goes on pointing where it did; one that leads nowhere is no file to write.
        target = Path(os.path.realpath(path))
        # A name of its own: a longer one than the target's may be longer than names may be.
        beside = target.with_name(f".{uuid.uuid4().hex}")
        try:
            with beside.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                beside.chmod(target.stat().st_mode & 0o777)
            beside.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _unwritable(path, error, size_bytes) from error


@contextlib.contextmanager
def folder_to_fill(folder: Path) -> Iterator[None]:
    """Make a folder for files that can be made again, which are not written with the same care.

    Args:
        folder: Made where it is not there yet, with those above it.

    Raises:
        InputError: It is a file, or no file can be made in it.
        ExplorerError: The disk is full.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise _unwritable(Path(str(error.filename or folder)), error) from error


def _unwritable(path: Path, error: OSError, size_bytes: int | None = None) -> ExplorerError:
    why = error.strerror or str(error)
    if error.errno not in DISK_FULL:
        return _impossible(path, why)
    left = free_words(path.parent)
    size = "" if size_bytes is None else f" for its {size_words(size_bytes)}"
    return ExplorerError(
        f"The file {path} cannot be written ({why})",
        expected=f"room{size} on the disk{left and f'; {left}'}",
        remedy="Free some space or choose another place. What was there before is as it was.",
    )


def _impossible(path: Path, why: str) -> InputError:
    return InputError(
        f"The file {path} cannot be written ({why})",
        expected="a file name in a folder that exists and can be written to",
    )
