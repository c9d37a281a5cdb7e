"""Whether a person's code makes the same calls as when it was opened."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.model.chain import Chain
from core.model.errors import RunError
from core.model.recorded_call import RecordedCall
from core.model.settings import Settings
from core.pipeline.recorded_chain.chain import Recorded


def must_be_the_same(chain: Chain, settings: Settings, calls_now: Sequence[RecordedCall]) -> None:
    """Settings belong to calls: these must come again as they were when the file was opened.

    Raises:
        RunError: They did not; names them.
    """
    stages = [stage for stage in chain.stages if isinstance(stage, Recorded)]
    off = {stage.call.path for stage in stages if not stage.is_on(settings)}
    expected = {stage.call.path: stage.call for stage in stages}
    there = {call.path: call for call in calls_now}
    said = [
        *(
            f"{_place(call)} was not called this time"
            for path, call in expected.items()
            if path not in there and path not in off
        ),
        *(f"{_place(call)} is new" for path, call in there.items() if path not in expected),
    ]
    for stage in stages:
        again = there.get(stage.call.path)
        if again is not None:
            said += _unlike(stage, again)
    if not said and not off and list(expected) != list(there):
        said = ["the calls are the same, but they are connected differently"]
    if said:
        more = f", and {len(said) - 3} more" if len(said) > 3 else ""
        raise RunError(
            "The pipeline came out differently than when it was opened: "
            f"{'; '.join(said[:3])}{more}",
            expected="the same calls with the same arguments each time the function is called",
            remedy="Settings are put in at the calls that were seen. Open the file again if its "
            "data have changed; remove random choices of calls.",
        )


def _unlike(stage: Recorded, again: RecordedCall) -> list[str]:
    call = stage.call
    # How often a nested function is traced is TensorFlow's affair.
    if again.count != call.count and not call.inside:
        return [f"{_place(call)} was made {again.count} times, not {call.count}"]
    return [
        f"{_place(call)} has {knob.name}={again.arguments.get(knob.name)}, "
        f"not {call.arguments[knob.name]}"
        for knob in stage.knobs
        if knob.name in call.arguments
        and again.arguments.get(knob.name) != call.arguments[knob.name]
    ]


def _place(call: RecordedCall) -> str:
    if not call.site.file:
        return "a dataset that was made before the function was called"
    return f"{call.method} in line {call.site.line} of {Path(call.site.file).name}"
