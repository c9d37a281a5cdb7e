"""A pattern that no file matches."""

from __future__ import annotations

import os
import re

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo
from core.faults.words import is_closed, nearest, path, relative

_NO_MATCH = re.compile(r"No files matched pattern: (?P<file>.+?)['\"]?$", re.DOTALL)


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    match = _NO_MATCH.search(raised.text)
    if match is None:
        return None
    pattern = match["file"].strip("'\"[] ")
    folder = os.path.dirname(pattern.split("*")[0].split("?")[0]) or "."
    if not os.path.isdir(folder):
        why = f"the folder {path(folder)} is not there{relative(folder)}"
        remedy = f"Mend the pattern. {nearest(pattern)}".strip()
    elif is_closed(folder):
        why = f"the folder {path(folder)} may not be read"
        remedy = f"Ask for permission: `chmod +rx {path(folder)}`."
    else:
        count = len(os.listdir(folder))
        why = f"the folder {path(folder)} is empty"
        if count:
            entries = "the one entry" if count == 1 else f"the {count:,} entries"
            why = f"none of {entries} of {path(folder)} is like that"
        remedy = "Put the files there, or mend the pattern."
    return Explanation(
        f"No file is like {path(pattern)}: {why}{context.at(raised)}",
        "at least one file",
        remedy,
    )
