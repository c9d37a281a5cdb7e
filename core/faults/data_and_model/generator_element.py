"""An element that ``from_generator`` did not promise: of another shape, type or structure."""

from __future__ import annotations

import re
from pathlib import Path

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo
from core.faults.words import short
from core.pipeline.recorded_chain.chain import Recorded

_SHAPE = re.compile(
    r"`generator` yielded an element of shape (?P<got>.+?) where an element of shape (?P<want>.+?) "
    r"was expected"
)
_TYPE = re.compile(
    r"could not be converted to the expected type. The expected type was (?P<want>\w+), but the "
    r"yielded element was (?P<got>.+?)\.?$",
    re.DOTALL,
)
_STRUCTURE = re.compile(r"structure.*Expected (?P<want>.+?) but got (?P<got>.+?)\.?$", re.DOTALL)


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    if "`generator` yielded" not in raised.text:
        return None
    if match := _SHAPE.search(raised.text):
        got, want = f"of shape {match['got']}", f"shape {match['want']}"
    elif match := _TYPE.search(raised.text):
        got, want = f"that is no {match['want']}: {short(match['got'], 60)}", match["want"]
    elif match := _STRUCTURE.search(raised.text):
        got, want = f"of the structure {short(match['got'], 60)}", short(match["want"], 80)
    else:
        return Explanation(
            f"{raised.said}{context.at(raised)}",
            "elements as output_signature describes them",
            "Mend the generator, or its output_signature.",
        )
    name = _named(context)
    return Explanation(
        f"The generator{name and f' {name}'} gave an element {got}{context.at(raised)}",
        f"{want}, as output_signature says",
        "Mend the generator, or its output_signature (None stands for any length).",
    )


def _named(context: FailureContext) -> str:
    """The only ``from_generator`` of the pipeline, with its line; else empty."""
    stages = context.settings.stages_in_order() if context.settings is not None else ()
    generators = [
        stage
        for stage in stages
        if isinstance(stage, Recorded) and stage.call.method == "from_generator"
    ]
    function = generators[0].call.function if len(generators) == 1 else None
    if function is None or not function.line:
        return ""
    return f"{function.name} ({Path(function.file).name}, line {function.line})"
