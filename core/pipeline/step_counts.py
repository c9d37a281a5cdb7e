"""What one call of a pipeline makes of a number of elements."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.model.recorded_call import Argument, RecordedCall
from core.pipeline.method import Counts
from core.pipeline.methods import method_of, of_kind

ENDLESS = -1
"""As a number of elements or of passes: there is no end to them."""


@dataclass(frozen=True)
class CountedCall:
    """A call as far as numbers of elements go.

    Attributes:
        key: Its id.
        kind: Of its stage.
        values: Its arguments.
        inputs: Keys of those that it takes elements from.
        inside: Key of the one in whose function it stands; empty outside of any.
        elements: How many it delivers as far as TensorFlow knows; None where it does not.
        count: How often it is made.
    """

    key: str
    kind: str
    values: Mapping[str, Argument]
    inputs: tuple[str, ...] = ()
    inside: str = ""
    elements: int | None = None
    count: int = 1

    @property
    def counts(self) -> Counts:
        """What it does to their number."""
        return of_kind(self.kind).counts


def steps_of(calls: Sequence[RecordedCall]) -> list[CountedCall]:
    """Calls of someone's own code as steps."""
    return [
        CountedCall(
            call.key,
            method_of(call.method).kind,
            call.arguments,
            call.inputs,
            call.inside,
            call.elements,
            call.count,
        )
        for call in calls
    ]


def delivered(
    step: CountedCall, given: Sequence[int | None], nested: Sequence[int | None]
) -> int | None:
    """How many elements a step delivers, ``ENDLESS`` too; None where that is not known.

    Args:
        step: The call.
        given: How many each of its inputs delivers.
        nested: How many what stands in its function delivers.
    """
    match step.counts:
        case Counts.ENDLESS:
            return ENDLESS
        case Counts.CHOSEN | Counts.SAMPLED:
            return _mixed(step, given)
        case Counts.MAY_END | Counts.DISTINCT:
            return None
        case Counts.SHORTEST:
            return least(given)
        case Counts.SUM:
            return _sum(given, again=step.count > 1)
        case Counts.INSIDE:
            return _only(nested or given)
        case Counts.TAKEN:
            return _cut(step, _only(given)) if step.count == 1 else None
        case Counts.REPEATED if step.count == 1:
            return _again(step, _only(given))
    plain = _PLAIN.get(step.counts) if step.count == 1 or step.counts is Counts.SAME else None
    if plain is not None and len(given) == 1 and given[0] is not None and given[0] >= 0:
        return plain(step, given[0])
    return _only([*given, *nested], sure=False)


def times(step: CountedCall) -> int | None:
    """Of a repeat: how often it goes through the data, ``ENDLESS`` too; None: not known."""
    if "count" in step.values and step.values["count"] is None:
        return ENDLESS
    return number(step, "count")


def number(step: CountedCall, name: str) -> int | None:
    """An argument that is a whole number; None where it is something else."""
    value = step.values.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _batched(step: CountedCall, before: int) -> int | None:
    size = number(step, "batch_size")
    if not size or size < 0:
        return None
    return before // size if step.values.get("drop_remainder") is True else -(-before // size)


def _skipped(step: CountedCall, before: int) -> int | None:
    count = number(step, "count")
    if count is None:
        return None
    return max(0, before - count) if count >= 0 else 0


def _sharded(step: CountedCall, before: int) -> int | None:
    shards, index = number(step, "num_shards"), number(step, "index")
    return None if not shards or index is None else max(0, -(-(before - index) // shards))


_PLAIN: Mapping[Counts, Callable[[CountedCall, int], int | None]] = {
    Counts.SAME: lambda step, before: before,
    Counts.BATCHED: _batched,
    Counts.SKIPPED: _skipped,
    Counts.SHARDED: _sharded,
}
"""For methods of one input whose number follows from that of the input, where that is finite."""


def _mixed(step: CountedCall, given: Sequence[int | None]) -> int | None:
    """Datasets that take turns: a choice ends with the first, a sample with the last by default."""
    data, stops = list(given), step.values.get("stop_on_empty_dataset")
    if step.counts is Counts.CHOSEN:
        if not data or data.pop() != ENDLESS:
            return None
        stops = stops is not False
    ends = [count != ENDLESS for count in data]
    return None if not ends or (any(ends) if stops is True else all(ends)) else ENDLESS


def least(counts: Sequence[int | None]) -> int | None:
    """The lowest, ``ENDLESS`` above all; None where one that may be lower is not known."""
    finite = [count for count in counts if count != ENDLESS]
    if not finite:
        return ENDLESS if counts else None
    return None if None in finite else min(count for count in finite if count is not None)


def _sum(counts: Sequence[int | None], *, again: bool) -> int | None:
    if again or ENDLESS in counts or None in counts:
        return ENDLESS if ENDLESS in counts else None
    return sum(count for count in counts if count is not None)


def _only(counts: Sequence[int | None], *, sure: bool = True) -> int | None:
    """What goes through a step that passes on what it is given, or with ``sure`` off some of it."""
    if ENDLESS in counts:
        return ENDLESS
    return counts[0] if len(counts) == 1 and sure else None


def _again(step: CountedCall, before: int | None) -> int | None:
    count = times(step)
    if before == 0 or count == 0:
        return 0
    if ENDLESS in (before, count):
        return ENDLESS
    return None if before is None or count is None else before * count


def _cut(step: CountedCall, before: int | None) -> int | None:
    count = number(step, "count")
    if count is None or before is None:
        return None
    if count < 0:
        return before
    return count if before == ENDLESS else min(before, count)
