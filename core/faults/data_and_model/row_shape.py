"""Examples that are larger than the ``row_shape`` of a sparse batch."""

from __future__ import annotations

import re

from core.faults.context import FailureContext
from core.faults.data_and_model.batching import batching_method
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo

_ROW = re.compile(
    r"Input element had shape \(?(?P<got>\[[^\]]*\])\)? that is larger than the row shape "
    r"\(?(?P<want>\[[^\]]*\])"
)


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    match = _ROW.search(raised.text)
    if match is None:
        return None
    method, where = batching_method(raised, context, "sparse_batch")
    return Explanation(
        f"An example is {match['got']}, larger than the row_shape {match['want']}{where}",
        "a row_shape as large as the largest example",
        f"Give {method} a larger row_shape, or None for that dimension.",
    )
