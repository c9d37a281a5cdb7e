"""Which calls of a chain put elements together into batches, and how deep they are nested."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.model.recorded_call import RecordedCall
from core.pipeline.method import Counts, Shape
from core.pipeline.methods import method_of

_APPLIED = re.compile(r"map_and_batch|dense_to_\w+_batch")


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
