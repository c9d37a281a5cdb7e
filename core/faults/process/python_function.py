"""An exception in a Python function that TensorFlow called and that is not the person's own."""

from __future__ import annotations

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    if raised.place or not raised.in_python:
        return None
    return Explanation(
        f"A Python function in the pipeline raised {raised.said}{context.at(raised)}",
        "a function that takes every element of the data",
        "The details show the line that raised it.",
    )
