"""A file that is not there."""

from __future__ import annotations

import os
import re
from pathlib import Path

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo
from core.faults.words import full, nearest, path, relative

_LOCK = re.compile(r"_\d+\.lockfile$")


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    name = raised.file_of("No such file or directory", 2)
    if name is None:
        return None
    if _LOCK.search(name):
        folder = os.path.dirname(name)
        return Explanation(
            f"The folder {path(folder)} of a cache file is not there{context.at(raised)}",
            "a folder in which Dataset.cache(filename) can write",
            f"Make the folder, or give cache another file name. {nearest(name)}".strip(),
            full(name),
        )
    file = Path(name)
    if context.is_generated(file):
        remedy = "Run again: generated data that are missing are made anew."
    else:
        remedy = "Put the file there, or mend the path or the pattern that names it."
    return Explanation(
        f"{path(name)} is not there{relative(name)}{context.at(raised)}",
        "a file that can be read, for as long as the run lasts",
        f"{remedy} {nearest(name)}".strip(),
        full(name),
    )
