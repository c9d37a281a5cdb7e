"""What one example is: the rows of a batch, as the batch stages of a chain make them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.model.kinds import Value
from core.model.recorded_call import RecordedCall
from core.model.settings import Settings
from core.pipeline.method import Counts, Shape
from core.pipeline.methods import method_of
from core.pipeline.recorded_chain.stage import Recorded
from core.pipeline.stages.stand_in import StandInStage

_ANY_RANK = 100
_BATCH_SIZE = "batch_size"
_APPLIED = re.compile(r"map_and_batch|dense_to_\w+_batch")
_DIMENSIONS = re.compile(r"(?:shape=|TensorShape\()(?:[(\[](.*?)[)\]]|<unknown>|None)")


@dataclass(frozen=True)
class Batching:
    """How the elements behind a call are batched.

    Attributes:
        batches: Keys of the calls that batch, the first one innermost.
        windows: Keys of those that put a window, or one side of a zip, together: they are what
            makes a batch only where no other call does.
        known: What they start from is single elements; False where the code does not say.
    """

    batches: tuple[str, ...] = ()
    windows: tuple[str, ...] = ()
    known: bool = True

    @property
    def by(self) -> tuple[str, ...]:
        """Keys of the calls whose batches count."""
        return self.batches or self.windows[-1:]


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


def batching(calls: Sequence[RecordedCall], key: str = "") -> Batching:
    """How what a call delivers is batched; the last call on the way of the data if empty."""
    outer = [call for call in calls if not call.inside]
    if not outer:
        return Batching(known=False)
    return _behind({call.key: call for call in calls}, key or outer[-1].key, frozenset())


def _behind(calls: Mapping[str, RecordedCall], key: str, seen: frozenset[str]) -> Batching:
    call = calls.get(key)
    if call is None or key in seen:
        return Batching(known=False)
    seen |= {key}
    inputs = [_behind(calls, source, seen) for source in call.inputs]
    before = inputs[0] if inputs else _source(calls, call, seen)
    shape = method_of(call.method).shape
    if shape is Shape.BATCHED or _applies_batch(call) or _reads_batches(call):
        windowed = call.inside and not call.inputs and _is_window(calls, calls.get(call.inside))
        if windowed:
            return Batching(before.batches, (*before.windows, key), before.known)
        return Batching((*before.batches, key), before.windows, before.known)
    if shape is Shape.UNBATCHED:
        if before.batches:
            return Batching(before.batches[:-1], before.windows, before.known)
        return Batching((), before.windows[:-1], known=bool(before.windows))
    if shape is Shape.REBATCHED:
        return Batching((*before.batches[:-1], key), before.windows, before.known)
    if method_of(call.method).counts is Counts.SHORTEST:
        return Batching((), (*before.windows, *before.batches), before.known)
    applied = method_of(call.method).counts is Counts.INSIDE
    nests = applied or method_of(call.method).makes_datasets
    # What a function of TensorFlow makes for itself (make_csv_dataset) is what it delivers.
    nested = [inner for inner in calls.values() if inner.inside == key and (nests or inner.made_by)]
    taken = {name for inner in nested for name in inner.inputs}
    exits = [inner.key for inner in nested if inner.key not in taken]
    if exits:
        return _behind(calls, exits[-1], seen)
    if applied:
        return Batching(before.batches, before.windows, known=False)
    return before


def _source(
    calls: Mapping[str, RecordedCall], call: RecordedCall, seen: frozenset[str]
) -> Batching:
    """Of what a call starts from that takes no dataset."""
    outside = calls.get(call.inside)
    if outside is not None and method_of(call.method).shape is not Shape.SINGLE and outside.inputs:
        # It starts from an element, or a window of elements, of the call around it.
        return _behind(calls, outside.inputs[0], seen)
    return Batching(known=method_of(call.method).shape is Shape.SINGLE)


def _is_window(calls: Mapping[str, RecordedCall], call: RecordedCall | None) -> bool:
    """Whether a call's function is given windows."""
    seen: set[str] = set()
    while call is not None and call.key not in seen and call.method != "group_by_window":
        seen.add(call.key)
        if call.method == "window":
            return True
        call = calls.get(call.inputs[0] if call.inputs else call.inside)
    return False


def _applies_batch(call: RecordedCall) -> bool:
    return method_of(call.method).counts is Counts.INSIDE and any(
        _APPLIED.search(str(value)) for value in call.arguments.values()
    )


def _reads_batches(call: RecordedCall) -> bool:
    """Whether it is a function of a library that makes batches of what it reads."""
    return not call.inputs and call.arguments.get("batch_size") is not None


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
