"""What of a chain of calls is the same in every epoch, and where a cache belongs for that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.model.recorded_call import RecordedCall
from core.model.training_change import ChangeKind, TrainingChange
from core.pipeline.cardinality import Cardinality
from core.pipeline.method import Counts, Draws, Form
from core.pipeline.methods import method_of
from core.pipeline.step_counts import ENDLESS, steps_of


def where_to_cache(calls: Sequence[RecordedCall]) -> str:
    """The call behind which a cache saves most of what is the same in every epoch.

    That is the last work on the way of the data before anything is drawn at random or repeated, or
    what leaves out elements behind it. A plain batch is no work: elements are cached single.

    Returns:
        Its key; empty where there is none, where a cache stands behind it already, and where only
        part of the data is taken further on: a cache that is never filled is thrown away.
    """
    key = ""
    for call in spine(calls):
        if unsteady(calls, call, itself=True):
            break
        # A call in a loop would cache each time; a reader's dataset cannot be put in its place.
        method = method_of(call.method)
        if (method.worth_keeping or (key and method.splits)) and call.count == 1:
            key = call.key
    return key if may_be_kept(calls, key) else ""


def may_be_kept(calls: Sequence[RecordedCall], key: str) -> bool:
    """Whether a cache behind a call would be the last one, and be filled: nothing is left out."""
    outer = [call for call in calls if not call.inside]
    by_key = {call.key: call for call in calls}
    if key not in by_key:
        return False
    before = {call.key for call in _before(calls, by_key[key], itself=False)}
    if any(method_of(call.method).keeps and call.key not in before for call in outer):
        return False
    behind = [call for call in outer if _comes_from(calls, call, key)]
    return not any(method_of(call.method).cuts for call in behind)


def where_to_serve(calls: Sequence[RecordedCall]) -> tuple[tuple[str, ...], frozenset[str]]:
    """The calls behind which a tf.data service can be put, in the order of the data.

    Those that all data go through, in front of the last prefetch. A call in a loop would make one
    each time, and a reader's dataset cannot be put in its place.

    Returns:
        Their keys, and those of them behind which there are as many elements in all, however the
        data are split.
    """
    way = spine(calls)
    while way and method_of(way[-1].method).name in ("prefetch", "with_options"):
        way.pop()
    keys, exact, splits = [], set[str](), bool(way) and not way[0].inputs
    for call in way:
        method = method_of(call.method)
        splits &= not method.keeps and (method.is_source or method.counts is Counts.SAME)
        if splits:
            exact.add(call.key)
        if method.form in (Form.METHOD, Form.STATIC) and call.count == 1 and not call.made_by:
            keys.append(call.key)
    return tuple(keys), frozenset(exact)


def spine(calls: Sequence[RecordedCall]) -> list[RecordedCall]:
    """The calls that all data go through: from the last back to where several come together."""
    by_key = {call.key: call for call in calls}
    outer = [call for call in calls if not call.inside]
    on_the_way: list[RecordedCall] = []
    at = outer[-1] if outer else None
    while at is not None and at not in on_the_way:
        on_the_way.append(at)
        inputs = [key for key in at.inputs if key in by_key]
        at = by_key[inputs[0]] if len(inputs) == 1 else None
    return on_the_way[::-1]


def unsteady(
    calls: Sequence[RecordedCall], call: RecordedCall, *, itself: bool = False
) -> TrainingChange | None:
    """Why a call's input is not the same in every epoch; None where it is.

    Args:
        calls: All calls.
        call: One of them.
        itself: What it gives, not what it takes.
    """
    for earlier in _before(calls, call, itself=itself):
        if earlier.function is not None and earlier.function.random:
            return TrainingChange(f"{earlier.key} draws random numbers", ChangeKind.AUGMENTATION)
        method = method_of(earlier.method)
        if method.draws is Draws.ELEMENTS or (
            not method.is_source and method.reshuffles(earlier.arguments)
        ):
            by_order = method.draws is Draws.ORDER
            kind = ChangeKind.ORDER if by_order else ChangeKind.AUGMENTATION
            return TrainingChange(f"{earlier.key} {method.draws}", kind)
        if method.counts is Counts.REPEATED:
            return TrainingChange(f"{earlier.key} goes on with the next epoch")
        if not method.known:
            return TrainingChange(f"what {earlier.key} does is not known")
    return None


def doubts(
    calls: Sequence[RecordedCall], call: RecordedCall, *, shuffled: bool = False
) -> TrainingChange | None:
    """What about the data up to a call can be another in each epoch without showing it.

    Args:
        calls: All calls.
        call: One of them.
        shuffled: Its data are put into another order in each epoch behind it, whatever the calls
            say: which of them were ready first is no matter then.
    """
    reasons, kind = list[str](), ChangeKind.ORDER
    shuffled = shuffled or any(
        method_of(later.method).fills
        and method_of(later.method).reshuffles(later.arguments)
        and _comes_from(calls, later, call.key)
        for later in calls
    )
    for earlier in _before(calls, call, itself=True):
        method = method_of(earlier.method)
        if method.is_source and method.reshuffles(earlier.arguments):
            reasons.append(f"{earlier.key} gives the files in another order in each epoch")
        elif earlier.function is not None and earlier.function.python:
            reasons.append(f"{earlier.key} is Python, whose random numbers do not show")
            kind = ChangeKind.AUGMENTATION
        elif earlier.arguments.get("deterministic") is False and not shuffled:
            reasons.append(f"{earlier.key} gives elements in the order in which they are ready")
    return TrainingChange("; ".join(reasons), kind) if reasons else None


def endless(calls: Sequence[RecordedCall]) -> bool:
    """Whether the data never run out, as far as the calls say."""
    outer = [call for call in calls if not call.inside]
    return bool(outer) and Cardinality(steps_of(calls)).elements(outer[-1].key) == ENDLESS


def _before(
    calls: Sequence[RecordedCall], call: RecordedCall, *, itself: bool
) -> Iterator[RecordedCall]:
    """The calls that a call's data come from, with what is nested in them."""
    by_key = {known.key: known for known in calls}
    reached = {call.key} if itself else set(call.inputs)
    waiting = list(reached)
    while waiting:
        earlier = by_key.get(waiting.pop())
        if earlier is None:
            continue
        yield earlier
        nested = [other.key for other in calls if other.inside == earlier.key]
        for key in (*earlier.inputs, *nested):
            if key not in reached:
                reached.add(key)
                waiting.append(key)


def _comes_from(calls: Sequence[RecordedCall], call: RecordedCall, key: str) -> bool:
    if not key or call.key == key:
        return False
    return any(earlier.key == key for earlier in _before(calls, call, itself=False))
