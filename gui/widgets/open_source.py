"""Shows a source file in what the system has for it, and never runs it."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

# There, opening a Python file means to run it.
_RUNS_SOURCES = sys.platform in ("win32", "darwin", "cygwin")


def what_opens(file: Path) -> Path | None:
    """What the system is asked to open: the file, or its folder; None where neither is safe.

    A recording can name any file, and to open a program is to run it.
    """
    if file.suffix != ".py" or not file.is_file():
        return None
    if not _RUNS_SOURCES:
        return file
    # A folder with an ending can be a program itself (``.app``).
    return None if file.parent.suffix else file.parent


def open_source(file: Path) -> str:
    """Open it, or else its folder; the path is copied where neither can be.

    Returns:
        What was done, in a sentence.
    """
    target = what_opens(file)
    # To show a folder runs nothing, unless it has an ending: it can be a program then.
    folder = None if file.parent.suffix or not file.parent.is_dir() else file.parent
    for place in (target, folder):
        if place is not None and QDesktopServices.openUrl(QUrl.fromLocalFile(str(place))):
            return f"The system was asked to open {place}."
    QGuiApplication.clipboard().setText(str(file))
    return f"Nothing on this system opens {file}: the path was copied."
