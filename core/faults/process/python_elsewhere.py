"""A Python function of a pipeline that runs in another process, which does not have it."""

from __future__ import annotations

import re

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo

_ELSEWHERE = re.compile(r"Could not find callback with key=(?P<key>\S+)")


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    match = _ELSEWHERE.search(raised.whole)
    if match is None:
        return None
    return Explanation(
        f"A Python function of the pipeline ({match['key']}) is called in a process that does not "
        f"have it{context.at(raised)}",
        "TensorFlow operations alone in what runs in another process (tf.data service, a saved "
        "dataset)",
        "Write the function with TensorFlow operations, or read the data in this process.",
    )
