"""Files that somebody's code writes, kept away from those that it names; the rest is refused."""

from __future__ import annotations

import builtins
import functools
import hashlib
import io
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

_WRITING = frozenset("wax+")
_SAVING = ("save", "save_weights")
_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_EVENTS = """
os.remove os.rename os.rmdir os.mkdir os.link os.symlink os.truncate os.chmod os.chown os.system
os.exec os.fork os.posix_spawn os.spawn os.startfile os.kill os.putenv os.unsetenv shutil.
subprocess. socket. sqlite3. ctypes. ftplib. smtplib. urllib. http. winreg. pty."""
_REFUSED = tuple(_EVENTS.split())
"""Beginnings of Python's audit events for what reaches further than memory."""
_here = threading.local()


@contextmanager
def writing_to(scratch: Path, model: Any) -> Iterator[None]:
    """Have what this thread writes with ``open``, or saves of a model, in a scratch folder.

    What was written there is what is read again; all else is read where it is. A folder is not
    made, and what Python is told of beside (https://peps.python.org/pep-0578) raises a
    ``PermissionError``: other files, processes, connections.

    Args:
        scratch: The folder.
        model: A Keras model.
    """
    thread = threading.get_ident()

    def instead(file: Any) -> Path:
        path = Path(os.fsdecode(file)).absolute()
        if _is_in(path, str(scratch)):
            return path
        return scratch / f"{hashlib.sha1(os.fsencode(path)).hexdigest()[:12]}-{path.name}"

    def opened(file: Any, mode: str = "r", *more: Any, **named: Any) -> Any:
        theirs = threading.get_ident() == thread and isinstance(file, (str, bytes, os.PathLike))
        if theirs and (_WRITING & set(mode) or instead(file).exists()):
            # What has to be new there may have been written before here.
            return plainly(instead(file), mode.replace("x", "w"), *more, **named)
        return plainly(file, mode, *more, **named)

    def saving(method: Any) -> Any:
        return lambda file, *more, **named: method(instead(file), *more, **named)

    def made(folder: Any, *more: Any, **named: Any) -> None:
        if threading.get_ident() != thread or _is_in(folder, str(scratch)):
            making(folder, *more, **named)

    plainly, making = io.open, os.mkdir
    _watch()
    # Keras's own way of setting attributes would take the methods for parts of the model.
    of_model = {name: saving(getattr(model, name)) for name in _SAVING}
    with (
        mock.patch.object(builtins, "open", opened),
        mock.patch.object(io, "open", opened),
        # Up to Python 3.10 a path has an ``open`` of its own.
        mock.patch.object(Path, "open", opened),
        mock.patch.object(os, "mkdir", made),
        mock.patch.object(tempfile, "tempdir", str(scratch)),
        mock.patch.dict(vars(model), of_model),
    ):
        _here.scratch = str(scratch)
        try:
            yield
        finally:
            _here.scratch = ""


@functools.cache
def _watch() -> None:
    """An audit hook stays as long as the process: it is one, and looks at threads that asked."""
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    scratch = getattr(_here, "scratch", "")
    if not scratch:
        return
    refused = event.startswith(_REFUSED) or (event == "open" and bool(arguments[2] & _FLAGS))
    named = arguments[:1] if event == "open" else arguments
    paths = [each for each in named if isinstance(each, (str, bytes, os.PathLike))]
    if not refused or (paths and all(_is_in(path, scratch) for path in paths)):
        return
    # To open a number, or to remove what stands in a folder that was opened, says no name.
    by_number = event == "open" and not paths
    in_folder = event in ("os.remove", "os.rmdir") and arguments[1] != -1
    if not by_number and not in_folder:
        raise PermissionError(f"{event} is not done here: {arguments[0]}")


def _is_in(path: Any, folder: str) -> bool:
    return os.fsdecode(path).startswith(folder) or os.fsdecode(path) == os.devnull
