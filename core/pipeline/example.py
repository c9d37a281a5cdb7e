"""What one example is: the rows of a batch, as the batch stages of a chain make them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.model.kinds import Value
from core.model.recorded_call import RecordedCall
from core.model.settings import Settings
from core.pipeline.batching import Batching, batching
from core.pipeline.recorded_chain.stage import Recorded
from core.pipeline.stages.stand_in import StandInStage

_ANY_RANK = 100
_BATCH_SIZE = "batch_size"
_DIMENSIONS = re.compile(r"(?:shape=|TensorShape\()(?:[(\[](.*?)[)\]]|<unknown>|None)")


@dataclass(frozen=True)
class Example:
    """What is counted as one example.

    Attributes:
        levels: So many leading dimensions of an element count examples; 0: an element is one.
        words: The same in words.
        most: So many the batches of a chain put into an element; None where no number says it.
    """

    levels: int
    words: str
    most: int | None = None


def example_of(settings: Settings, element_spec: str) -> Example:
    """What one example is of what a chain delivers under these settings.

    Args:
        settings: A value for every knob of the chain.
        element_spec: Of an element, as TensorFlow prints it; empty where it is not known.
    """
    stages = settings.chain.stages
    calls = [stage.call for stage in stages if isinstance(stage, Recorded)]
    if not calls:
        keys = [
            stage.key for stage in stages if any(knob.name == _BATCH_SIZE for knob in stage.knobs)
        ]
        batched = Batching(tuple(keys))
    else:
        batched = batching(calls)
    # What a function behind an inner batch made of it may be one element again.
    by = batched.by[max(0, len(batched.by) - _rank(element_spec)) :] if element_spec else batched.by
    if by:
        sizes = [_size(calls, key, settings) for key in by]
        levels = _levels(element_spec, sizes)
        if levels < len(by) and _maps_between(calls, by[-levels - 1], by[-levels]):
            sizes = sizes[-levels:]
        most = math.prod(size for size in sizes if size) if all(sizes) else None
        return Example(levels, _words(sizes), most)
    own_model = any(
        isinstance(stage, StandInStage) and not stage.is_on(settings) for stage in stages
    )
    if (own_model or not batched.known) and _looks_batched(element_spec):
        return Example(1, "one row of an element: no stage batches, the elements come as batches")
    return Example(0, "one element: nothing is batched")


def _size(calls: Sequence[RecordedCall], key: str, values: Mapping[str, Value]) -> int | None:
    chosen: object = values.get(f"{key}.batch_size")
    if chosen is None:
        call = next((candidate for candidate in calls if candidate.key == key), None)
        chosen = call.arguments.get("batch_size") if call is not None else None
    return chosen if isinstance(chosen, int) and not isinstance(chosen, bool) else None


def _words(sizes: Sequence[int | None]) -> str:
    words = "one row of a batch"
    for level, size in enumerate(reversed(sizes)):
        if level:
            words += " batches" if words[-1].isdigit() else " of batches"
        words += f" of {size}" if size is not None else ""
    return words


def _levels(element_spec: str, sizes: Sequence[int | None]) -> int:
    """So many leading dimensions the batches still have; a function may have merged them.

    Args:
        element_spec: See ``example_of``.
        sizes: Of the batches, the innermost first.
    """
    parts = [
        dimensions.split(",")
        for dimensions in _DIMENSIONS.findall(element_spec)
        if dimensions.strip(", ")
    ]
    for level, size in enumerate(sizes[-2::-1], 1):
        known = {part[level].strip() for part in parts if len(part) > level} - {"", "None"}
        if size is not None and known and str(size) not in known:
            return level
    return len(sizes)


def _maps_between(calls: Sequence[RecordedCall], inner: str, outer: str) -> bool:
    keys = [call.key for call in calls]
    between = calls[keys.index(inner) : keys.index(outer)] if {inner, outer} <= set(keys) else ()
    return any(call.method == "map" and not call.inside for call in between)


def _rank(element_spec: str) -> int:
    """Dimensions of the part that has most; many where one does not say."""
    if "unknown" in element_spec or "TensorShape(None)" in element_spec:
        return _ANY_RANK
    parts = _DIMENSIONS.findall(element_spec)
    return max((len(part.strip(",").split(",")) for part in parts if part.strip()), default=0)


def _looks_batched(element_spec: str) -> bool:
    """Whether all parts have the same first dimension, or one that only shows as they come."""
    firsts = [
        dimensions.partition(",")[0].strip() for dimensions in _DIMENSIONS.findall(element_spec)
    ]
    if not firsts or "" in firsts:
        return False
    return set(firsts) == {"None"} or (len(firsts) > 1 and len(set(firsts)) == 1)
