"""A snapshot that is not as ``Dataset.snapshot`` wrote it."""

from __future__ import annotations

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo
from core.faults.words import full, path


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    if not raised.is_a("DataLossError") or "data corruption" not in raised.text:
        return None
    if not context.read.snapshots:
        return None
    folder = context.read.snapshots[0]
    return Explanation(
        f"The snapshot in {path(folder)} is damaged: {raised.said}",
        "a snapshot as Dataset.snapshot wrote it",
        f"Delete the folder {path(folder)} and run again: it is made anew.",
        full(folder),
    )
