"""Labels that do not fit the model and its loss."""

from __future__ import annotations

import re

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo
from core.faults.words import short

_LABELS = re.compile(
    r"`target` and `output` must have the same|must have the same first dimension"
    r"|`logits` and `labels`|logits and labels must"
)


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    if not _LABELS.search(raised.text):
        return None
    return Explanation(
        f"The labels do not fit the model and its loss{context.loss}: {short(raised.text, 160)}"
        f"{context.at(raised)}",
        "labels as the loss takes them: whole numbers for sparse_categorical_crossentropy, one-hot "
        "for categorical_crossentropy",
        "Choose the loss that fits, or change the labels in a map.",
    )
