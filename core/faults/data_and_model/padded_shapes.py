"""Examples that are longer than ``padded_shapes``, or have other dimensions."""

from __future__ import annotations

import re

from core.faults.context import FailureContext
from core.faults.data_and_model.batching import batching_method, of_part
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo

_TOO_LONG = "Attempted to pad to a smaller size than the input element"
_RANK = re.compile(
    r"same rank as the padded shape for component ?(?P<part>\d+): expected rank (?P<want>\d+) but "
    r"got element with rank (?P<got>\d+)"
)
_PADS = ("padded_batch", "bucket_by_sequence_length")


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    return _too_long(raised, context) or _other_rank(raised, context)


def _too_long(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    if _TOO_LONG not in raised.text:
        return None
    method, where = batching_method(raised, context, *_PADS)
    return Explanation(
        f"An example is longer than the shape that it is to be padded to{where}",
        "padded_shapes as large as the largest example",
        f"Give {method} None for that dimension in padded_shapes, which pads to the longest of the "
        "batch, or a larger number; or cut the examples off in a map before it.",
    )


def _other_rank(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    match = _RANK.search(raised.text)
    if match is None:
        return None
    method, where = batching_method(raised, context, *_PADS)
    return Explanation(
        f"An example has {match['got']} dimensions where padded_shapes has {match['want']}{where}"
        f"{of_part(match['part'])}",
        "one number or None in padded_shapes for each dimension of an example",
        f"Give {method} padded_shapes with as many dimensions as the examples have.",
    )
