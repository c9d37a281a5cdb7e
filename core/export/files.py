"""Writing what was exported so that a full disk or a crash leaves the old file whole."""

from __future__ import annotations

import contextlib
import os
import tempfile
import uuid
from pathlib import Path

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
    """Write a whole file: beside the target, to disk, then in its place.

    Raises:
        InputError: It cannot be written; the file that was there stays as it was.
    """
    beside: Path | None = None
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
            return
        target = path.resolve()  # a link goes on pointing where it did
        beside = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            beside.chmod(target.stat().st_mode & 0o777)
        beside.replace(target)
    except OSError as error:
        if beside is not None:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
        raise _unwritable(path, error.strerror or str(error)) from error


def _unwritable(path: Path, why: str) -> InputError:
    return InputError(
        f"The file {path} cannot be written ({why})",
        expected="a file name in a folder that exists and can be written to",
    )
