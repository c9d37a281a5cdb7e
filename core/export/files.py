"""Writing what was exported so that a full disk or a crash leaves the old file whole."""

from __future__ import annotations

import contextlib
import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from core.model.errors import InputError


def check_target(path: Path) -> None:
    """Make sure, before any work, that a file can be written there.

    Raises:
        InputError: It cannot; says why.
    """
    try:
        if path.exists() and not path.is_file():
            if path.is_dir():
                raise _unwritable(path, "it is a folder")
            with path.open("ab"):  # a device or a pipe: nothing can be written beside it
                return
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error


def write_text(path: Path, text: str) -> None:
    """Write a text as a whole file, in UTF-8.

    Raises:
        InputError: See ``write_bytes``.
    """
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write a whole file.

    Raises:
        InputError: See ``whole_file``.
    """
    with whole_file(path) as file:
        file.write(content)


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Write a file piece by piece: beside the target, to disk, then in its place.

    Raises:
        InputError: It cannot be written. Then, and where the caller raises, the file that was
            there stays as it was.
    """
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as device:
                yield device
            return
        target = path.resolve()  # a link goes on pointing where it did
        # Not with its name in it: that may be as long as a name can be.
        beside = target.with_name(f".{uuid.uuid4().hex}.part")
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
        raise _unwritable(path, error.strerror or str(error)) from error


def _unwritable(path: Path, why: str) -> InputError:
    return InputError(
        f"The file {path} cannot be written ({why})",
        expected="a file name in a folder that exists and can be written to",
    )
