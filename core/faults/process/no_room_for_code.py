"""A shared library that cannot be mapped into memory."""

from __future__ import annotations

import re

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo
from core.faults.words import path
from core.machine_memory import available_bytes
from core.model.quantity import bytes_text

_NOT_MAPPED = re.compile(
    r"(?P<file>/[^:\n]+): (?:failed to map segment from shared object"
    r"|cannot (?:allocate memory|create shared object descriptor))"
)
"""What the loader of shared libraries says where memory cannot be mapped."""


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    match = _NOT_MAPPED.search(raised.text) if raised.is_a("ImportError", "OSError") else None
    if match is None:
        return None
    return Explanation(
        f"Out of memory while {path(match['file'])} was loaded; {bytes_text(available_bytes())} "
        "are free on the machine",
        "room for the code of TensorFlow, some GB of addresses",
        "Raise the limit of this process (`ulimit -v`, or that of its container), or close other "
        "programs. Where there is none, the file lies on a disk mounted noexec.",
    )
