"""Text where the model computes with numbers."""

from __future__ import annotations

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo

_TEXT = "Cast string to"


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    if not raised.text.startswith(_TEXT):
        return None
    return Explanation(
        f"The model is given text where it computes with numbers: {raised.said}"
        f"{context.at(raised)}",
        "numbers, or a model that begins with keras.layers.TextVectorization or StringLookup",
        "Turn the text into numbers in a map before batch.",
    )
