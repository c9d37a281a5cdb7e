"""More files open at the same time than the system allows."""

from __future__ import annotations

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo
from core.faults.words import full, path


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    name = raised.file_of("Too many open files", 24)
    if name is None:
        return None
    return Explanation(
        f"Too many files are open at the same time: {path(name)} could not be opened too"
        f"{context.at(raised)}",
        "fewer open files than the system allows a process (`ulimit -n`)",
        "Make interleave.cycle_length smaller, or raise the limit with `ulimit -n 4096`.",
        full(name),
    )
