"""Which windows are open on a folder, and what became of those that did not end well.

Each window has a file of its own while it is open, into which Python writes where every thread
stood when the process crashes (``faulthandler``). A window that is closed removes its file. One
that is left behind by a process that is gone tells of a crash, or, where it is empty, of a process
that was killed.
"""

from __future__ import annotations

import contextlib
import faulthandler
import io
import os
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from core.measure.ownership import abandoned, take

_PREFIX, _KEPT = "window-", "crash-"
_MOST_BYTES = 200_000


@dataclass(frozen=True)
class Crash:
    """A window that crashed.

    Attributes:
        what: The first line of what was written: "Fatal Python error: Segmentation fault".
        file: Where all of it stands.
    """

    what: str
    file: Path

    def text(self) -> str:
        """For the person, at the next start."""
        return (
            f"The window crashed when it was open last ({self.what}). Runs that had ended are "
            f"here. What the program was doing stands in {self.file}; please report it."
        )


class WindowFile:
    """The file of this window. Where it cannot be made, the window opens all the same."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "windows"
        self._file: IO[bytes] | None = None
        self._path: Path | None = None

    def begin(self) -> None:
        """Say that a window is open here, and let a crash leave its trace."""
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / f"{_PREFIX}{os.getpid()}-{uuid.uuid4().hex[:8]}.txt"
            self._file, self._path = take(path), path
            faulthandler.enable(self._file)

    def note(self, text: str) -> None:
        """Write what is known of an end that comes now, such as Qt's last words."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.write(text.encode(errors="backslashreplace") + b"\n")

    def end(self) -> None:
        """The window is closed for good."""
        if self._file is None:
            return
        faulthandler.disable()
        if sys.__stderr__ is not None:
            with contextlib.suppress(io.UnsupportedOperation, RuntimeError, ValueError):
                faulthandler.enable(sys.__stderr__)  # what comes after is told there again
        self._file.close()
        self._file = None
        if self._path is not None:
            with contextlib.suppress(OSError):
                self._path.unlink()
            with contextlib.suppress(OSError):
                self._folder.rmdir()


def windows_open(folder: Path) -> int:
    """How many windows of this machine are open on a folder, this process's included."""
    return sum(not _is_left(file) for file in _files(folder))


def crashes(folder: Path) -> tuple[Crash, ...]:
    """What crashed windows left behind since this was asked last; oldest first.

    Their files get names of their own and stay; those of windows that were killed are removed.
    """
    crashes = []
    for file in _files(folder):
        with contextlib.suppress(OSError):
            if not _is_left(file):
                continue
            what = _first_line(file)
            if not what:
                file.unlink()
                continue
            target = file.with_name(file.name.replace(_PREFIX, _KEPT, 1))
            file.replace(target)
            crashes.append(Crash(what, target))
    return tuple(crashes)


def kept_crashes(folder: Path) -> tuple[Path, ...]:
    """Traces of crashes that were told of before, and those that were not yet."""
    there = folder / "windows"
    left = [path for path in _files(folder) if _is_left(path) and _first_line(path)]
    return (*sorted(there.glob(f"{_KEPT}*.txt")), *left)


def _files(folder: Path) -> list[Path]:
    """The oldest first."""
    dated = []
    for file in (folder / "windows").glob(f"{_PREFIX}*.txt"):
        with contextlib.suppress(OSError):  # gone meanwhile
            dated.append((file.stat().st_mtime, file))
    return [file for _, file in sorted(dated)]


def _is_left(file: Path) -> bool:
    return abandoned(file, file.name.split("-")[1])


def _first_line(file: Path) -> str:
    with file.open("rb") as opened:
        text = opened.read(_MOST_BYTES).decode("utf-8", "replace")
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:200]
