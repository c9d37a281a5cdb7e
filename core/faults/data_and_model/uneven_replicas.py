"""A batch that a strategy cannot share out evenly, when Keras looks at the first one."""

from __future__ import annotations

import re

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo

_SHARES = re.compile(
    r"operation AddN .*must have the same size and shape\..*"
    r"Input \d+: \[(?P<one>\d+)[,\]].*!= input \d+: \[(?P<other>\d+)[,\]]"
)


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    strategy = getattr(context.model, "distribute_strategy", None)
    replicas = getattr(strategy, "num_replicas_in_sync", 1)
    match = _SHARES.search(raised.text)
    if match is None or replicas < 2:
        return None
    return Explanation(
        f"The first batch cannot be shared out evenly among {replicas} replicas: they get "
        f"{match['one']} and {match['other']} examples, and Keras asks for as many each",
        f"a batch size that is a multiple of {replicas}",
        "Choose such a batch size, or another number of replicas. Keras looks at the first batch "
        "only: a last one that is not full does no harm.",
    )
