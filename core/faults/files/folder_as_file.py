"""A folder that is read as a file."""

from __future__ import annotations

import os

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo
from core.faults.words import full, path


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    name = raised.file_of("Is a directory", 21)
    if name is None:
        return None
    return Explanation(
        f"{path(name)} is a folder and was read as a file{context.at(raised)}",
        "the path of a file",
        "Name the files in it, for example with tf.data.Dataset.list_files"
        f"({path(os.path.join(name, '*'))!r}).",
        full(name),
    )
