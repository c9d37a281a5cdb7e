"""Examples of unequal shapes that do not go into one batch."""

from __future__ import annotations

import re
from typing import Any

from core.faults.context import FailureContext
from core.faults.data_and_model.batching import batching_method, of_part
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo
from core.lazy import tf

_UNEQUAL = re.compile(
    r"Cannot (?:batch|add) tensors? with different shapes in component (?P<part>\d+)\. First "
    r"element had shape (?P<first>\[[^\]]*\]) and element (?P<number>\d+) had shape "
    r"(?P<other>\[[^\]]*\])"
)
_NUMBERS = re.compile(
    r"number of elements does not match\. Shapes are: \[tensor\]: (?P<other>\[[^\]]*\]), "
    r"\[batch\]: (?P<first>\[[^\]]*\])"
)


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    match = _UNEQUAL.search(raised.text) or _NUMBERS.search(raised.text)
    if match is None:
        return None
    known = match.groupdict()
    which = f"number {known['number']} (counted from 0)" if "number" in known else "another"
    method, where = batching_method(raised, context, "batch", "ragged_batch")
    shape = _both(known["first"], known["other"])
    return Explanation(
        f"Examples of unequal shapes do not go into one batch{where}: the first "
        f"is {match['first']}, {which} is {match['other']}{of_part(known.get('part', '0'))}",
        "examples of one shape within a batch"
        if method != "ragged_batch"
        else "examples whose number of dimensions ragged_batch knows beforehand",
        _remedy(method, shape, unknown=_has_unknown_shape(context.dataset)),
    )


def _remedy(method: str, shape: str, *, unknown: bool) -> str:
    if not shape:
        return f"Give all examples the same number of dimensions in a map before {method}."
    ensured = f"tf.ensure_shape(x, {shape})"
    if method == "ragged_batch":
        return f"Say in a map before ragged_batch which dimensions differ: {ensured}."
    if unknown:
        return (
            f"Resize or pad them in a map before {method}; or say their shape there with {ensured} "
            "and use padded_batch or ragged_batch."
        )
    return f"Resize or pad them in a map before {method}, or use padded_batch or ragged_batch."


def _both(first: str, other: str) -> str:
    """The shape of two, as Python: None where they differ; empty where dimensions are more."""
    first_sizes, two = (
        [part for part in text.strip("[]").split(",") if part] for text in (first, other)
    )
    if len(first_sizes) != len(two):
        return ""
    both = ["None" if a != b else a.strip() for a, b in zip(first_sizes, two, strict=True)]
    return f"({', '.join(both)}{',' if len(both) == 1 else ''})"


def _has_unknown_shape(dataset: Any) -> bool:
    """Whether a part of a batch has a shape of which nothing is known."""
    spec = getattr(dataset, "element_spec", None)
    return any(
        isinstance(spec_part, tf.TensorSpec) and spec_part.shape.rank is None
        for spec_part in (tf.nest.flatten(spec) if spec is not None else ())
    )
