"""Where else a call of someone's code may stand, so that the same is trained on.

A shuffle may stand in front of a map, a batch in front of maps that then work on whole batches, and
an unbatch with the batch behind it may be left out. Whether a function gives the same for whole
batches only its elements say: they are compared when the pipeline is built.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.model.kinds import OneOf, Toggle
from core.model.knob import ENABLED, Knob
from core.model.recorded_call import RecordedCall
from core.pipeline.batching import batching
from core.pipeline.method import Counts, Form, Shape
from core.pipeline.methods import method_of
from core.pipeline.recorded_chain.epochs import may_be_kept, spine, unsteady

POSITION = "position"
AS_WRITTEN = "as_written"
_IN_FRONT = "in_front_of_"
BEFORE_SHUFFLE = "before_shuffle"
"""The own name of the added cache that a shuffle moves behind."""


@dataclass(frozen=True)
class Moves:
    """What of a call's place can be another.

    Attributes:
        maps: Of a shuffle or a batch: keys of the maps in front of which it may stand, in order.
        batch: Of a map: the batch that may stand in front of it; else empty.
        merges: Of an unbatch and the batches around it: first batch, unbatch, second batch.
        random: Of a batch: keys of those maps that draw random numbers.
        cache: Of a shuffle: key of the added cache that it stands behind where that is on.
    """

    maps: tuple[str, ...] = ()
    batch: str = ""
    merges: tuple[str, str, str] | None = None
    random: tuple[str, ...] = ()
    cache: str = ""

    def knobs(self, key: str, kind: str) -> tuple[Knob, ...]:
        """The knobs of a call's place."""
        if self.merges is not None and key == self.merges[1]:
            return (_UNBATCH,)
        if not self.maps or self.batch:
            return ()
        options = (AS_WRITTEN, *(f"{_IN_FRONT}{name}" for name in self.maps))
        return (replace(_BATCH_FIRST if kind == "batch" else _SHUFFLE, kind=OneOf(options)),)


NONE = Moves()


def place(option: object) -> str:
    """The key of the call that a value of ``position`` names; empty for as written."""
    return str(option).removeprefix(_IN_FRONT) if option not in (AS_WRITTEN, None) else ""


def in_front_of(key: str) -> str:
    """The value of ``position`` that names a call."""
    return f"{_IN_FRONT}{key}"


_SHUFFLE = Knob(
    name=POSITION,
    label="position",
    help="In front of a map the buffer holds what goes into the map: it fills without the map's "
    "work, and often takes less memory.",
    cannot_help="Helps the beginning of each epoch, not the rest of it.",
    kind=OneOf((AS_WRITTEN,)),
    default=AS_WRITTEN,
    advanced=True,
)
_BATCH_FIRST = Knob(
    name=POSITION,
    label="position",
    help="In front of a map, that and the maps behind it work on whole batches. Their elements are "
    "compared when the pipeline is built: it fails where they are others.",
    cannot_help="Helps where calling a function costs more than its work.",
    kind=OneOf((AS_WRITTEN,)),
    default=AS_WRITTEN,
    advanced=True,
)
_UNBATCH = Knob(
    name=ENABLED,
    label="on",
    help="Off, the batch behind it is left out too, and the one in front of it takes its size. "
    "Elements are compared when the pipeline is built: it fails where they are others.",
    cannot_help="Cannot help where taking batches apart is a small part of the work.",
    kind=Toggle(),
    default=True,
    advanced=True,
)


_PASSES_ALONG = (Counts.SAME, Counts.TAKEN, Counts.SKIPPED, Counts.SHARDED, Counts.REPEATED)
_BETWEEN = ("map", "prefetch")
"""What may stand between a batch and the unbatch that takes it apart."""


def where_to_move(calls: Sequence[RecordedCall]) -> Mapping[str, Moves]:
    """What can be moved, by the calls' keys."""
    way, found = spine(calls), dict[str, Moves]()
    _, cached = cache_before_shuffle(calls)
    for at, call in enumerate(way):
        if not _movable(call):
            continue
        if call.method == "shuffle":
            passed = _maps_before(way, at, along=False)
            cache = f"cache[{BEFORE_SHUFFLE}]" if call.key == cached else ""
            found[call.key] = Moves(tuple(each.key for each in passed), cache=cache)
        elif call.method == "batch" and not batching(calls, _input(call)).by:
            passed = _maps_before(way, at, along=True)
            keys = tuple(each.key for each in passed)
            draw = tuple(each.key for each in passed if each.function and each.function.random)
            known = found.get(call.key, NONE)
            found[call.key] = replace(known, maps=keys, random=draw)
            found |= {key: Moves(keys, batch=call.key) for key in keys}
        elif call.method == "unbatch":
            merges = _merged(way, at)
            if merges is not None:
                found |= {key: replace(found.get(key, NONE), merges=merges) for key in merges}
                names = [each.key for each in way]
                between = way[names.index(merges[0]) : at]
                draw = tuple(c.key for c in between if c.function and c.function.random)
                found[call.key] = replace(found[call.key], random=draw)
    return found


def cache_before_shuffle(calls: Sequence[RecordedCall]) -> tuple[str, str]:
    """The map behind a shuffle that a cache may stand behind, if the shuffle then follows it.

    A shuffle draws places, not elements: behind a map that always gives the same for an element it
    delivers the same elements in the same order.

    Returns:
        The keys of the map and of the shuffle; both empty where there is none.
    """
    way = spine(calls)
    shuffle = next((call for call in way if unsteady(calls, call, itself=True)), None)
    if shuffle is None or shuffle.method != "shuffle" or not _movable(shuffle):
        return "", ""
    if unsteady(calls, shuffle) is not None:
        return "", ""
    key = ""
    for call in way[way.index(shuffle) + 1 :]:
        random = call.function is not None and call.function.random
        if call.method == "map" and _movable(call) and not random:
            key = call.key
        elif call.method != "prefetch":
            break
    return (key, shuffle.key) if may_be_kept(calls, key) else ("", "")


def _movable(call: RecordedCall) -> bool:
    return call.count == 1 and not call.made_by and method_of(call.method).form is Form.METHOD


def _input(call: RecordedCall) -> str:
    return call.inputs[0] if call.inputs else ""


def _maps_before(way: Sequence[RecordedCall], at: int, *, along: bool) -> list[RecordedCall]:
    """Maps that a call may pass on its way to the front, in their order.

    Args:
        way: All calls.
        at: Where it stands.
        along: What does not look into elements goes with it.
    """
    passed: list[RecordedCall] = []
    for call in reversed(way[1:at]):
        method = method_of(call.method)
        if call.method == "map" and _movable(call):
            passed.append(call)
        elif call.method != "prefetch" and not (
            along
            and _movable(call)
            and not method.keeps
            and method.shape is Shape.SAME
            and method.counts in _PASSES_ALONG
        ):
            break
    return passed[::-1]


def _merged(way: Sequence[RecordedCall], at: int) -> tuple[str, str, str] | None:
    """The batches around an unbatch, where only maps and prefetches stand between."""
    before = next((each for each in reversed(way[:at]) if each.method not in _BETWEEN), None)
    behind = next((each for each in way[at + 1 :] if each.method != "prefetch"), None)
    pair = [each for each in (before, behind) if each is not None and _is_plain_batch(each)]
    if len(pair) < 2 or not isinstance(pair[0].arguments.get("drop_remainder"), bool):
        return None
    return pair[0].key, way[at].key, pair[1].key


def _is_plain_batch(call: RecordedCall) -> bool:
    sized = isinstance(call.arguments.get("batch_size"), int)
    return call.method == "batch" and _movable(call) and sized
