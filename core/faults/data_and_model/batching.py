"""Which method put the examples together that do not go into one batch."""

from __future__ import annotations

from core.faults.context import FailureContext, words_of
from core.faults.raised import ErrorInfo


def batching_method(raised: ErrorInfo, context: FailureContext, *kinds: str) -> tuple[str, str]:
    """The method that failed, and where it stands, to follow what happened.

    As TensorFlow says, else the only one of these kinds in the pipeline.
    """
    stages = context.settings.stages_in_order() if context.settings is not None else ()
    there = [stage for stage in stages if stage.kind in kinds]
    told = context.stage_of(raised)
    if told not in there and len(there) == 1:
        return there[0].kind, f", in {words_of(there[0])}"
    several = {stage.kind for stage in there}
    kind = told.kind if told in there and told is not None else kinds[0]
    return several.pop() if len(several) == 1 else kind, context.at(raised)


def of_part(number: str) -> str:
    """Which part of the example it was, to follow a sentence; empty for the first."""
    return "" if number == "0" else f", in part {number} of the example"
