"""A file that may not be read, or a folder that may not be entered."""

from __future__ import annotations

import os
from pathlib import Path

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo
from core.faults.words import full, is_closed, path


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    name = raised.file_of("Permission denied", 13)
    if name is None:
        return None
    closed = _closed(name)
    folder = f": its folder {path(closed)} is closed to you" if closed and closed != name else ""
    return Explanation(
        f"{path(name)} may not be read{folder}{context.at(raised)}",
        "permission to read the file and to enter its folders",
        f"Ask its owner, or `chmod +r{'x' if os.path.isdir(closed) else ''} {path(closed or name)}`"
        ", and run again.",
        full(name),
    )


def _closed(name: str) -> str:
    """The first folder on the way to a file that may not be entered, else the file."""
    for folder in reversed(Path(os.path.abspath(name)).parents):
        if is_closed(str(folder)):
            return str(folder)
    return name
