"""A dataset without labels for a loss that wants them."""

from __future__ import annotations

from core.faults.context import FailureContext, spec_words
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo
from core.faults.words import short

_NO_LABELS = "None values not supported"


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    spec = getattr(context.dataset, "element_spec", None)
    if _NO_LABELS not in raised.text or (isinstance(spec, tuple) and len(spec) > 1):
        return None
    gives = f" ({short(spec_words(spec), 80)})" if spec is not None else ""
    return Explanation(
        f"The dataset gives inputs without labels{gives}, and the loss of the model wants labels",
        "elements (inputs, labels)",
        "Give pairs: dataset.map(lambda x: (x, label_of(x))), or (x, x) for an autoencoder.",
    )
