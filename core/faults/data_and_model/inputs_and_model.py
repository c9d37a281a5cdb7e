"""Batches that do not fit the model."""

from __future__ import annotations

import re

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo
from core.faults.words import short

_INPUTS = re.compile(
    r"is incompatible with the layer|Invalid input shape for input|expects \d+ (?:named )?input"
    r"|Missing data for input|Matrix size-incompatible|has different ndims"
    r"|shape with unknown rank|evenly divisible by filter depth|structure of `inputs`"
)


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    if not _INPUTS.search(raised.text):
        return None
    takes, gives = context.takes, context.gives
    if not takes or not gives:
        return Explanation(
            f"The batches do not fit the model: {raised.said}{context.at(raised)}",
            "batches of the shape that the model takes",
            _reshape(),
        )
    # A model that takes just this was given something else by another of its layers.
    same = f": {short(raised.text, 120)}" if takes == gives else ""
    return Explanation(
        f"The batches do not fit the model: it takes {short(takes, 90)}, and the dataset gives "
        f"{short(gives, 90)}{same}{context.at(raised)}",
        f"inputs of {short(takes, 60)}, where None is any number",
        _reshape(takes, gives),
    )


def _reshape(takes: str = "", gives: str = "") -> str:
    if takes.startswith("(None, ") and gives == f"({takes.removeprefix('(None, ')}":
        return "These are single examples: put batch at the end of the dataset."
    if "unknown" in gives:
        return "Say the shape with tf.ensure_shape in a map: Python functions lose it."
    return "Resize or reshape in a map before batch, or build the model for what the dataset gives."
