"""An operation that a worker of a tf.data service does not have: its TensorFlow is another one."""

from __future__ import annotations

import re

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo

_UNKNOWN = re.compile(
    r"iteration for job .*?(?:Op type not registered '(?P<op>\w+)' in binary running on "
    r"(?P<host>\S+?)\.? |NodeDef mentions attr '\w+' not in Op<name=(?P<name>\w+))",
    re.DOTALL,
)


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    match = _UNKNOWN.search(raised.whole)
    if match is None:
        return None
    where = f" on {match['host']}" if match["host"] else ""
    return Explanation(
        f"The tf.data service{where} does not know the operation {match['op'] or match['name']} of "
        "the pipeline as this run has it: it is of another version of TensorFlow",
        "the same TensorFlow here and in the service",
        "Start dispatcher and workers with the interpreter of this run.",
    )
