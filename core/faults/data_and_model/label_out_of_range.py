"""A label for which the model has no output."""

from __future__ import annotations

import re

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo

_RANGE = re.compile(
    r"Received a label value of (?P<value>-?\d+) which is outside the valid range of "
    r"\[0, (?P<end>\d+)\)"
)


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    match = _RANGE.search(raised.text)
    if match is None:
        return None
    end = int(match["end"])
    return Explanation(
        f"A label is {match['value']}, and the model has {end:,} outputs{context.loss}"
        f"{context.at(raised)}",
        f"labels from 0 to {end - 1:,}",
        "Give the model as many outputs as there are classes, or count the classes from 0.",
    )
