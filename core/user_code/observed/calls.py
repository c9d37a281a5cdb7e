"""From what an observer saw to the calls of one dataset, each with a key of its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from core.model.recorded_call import RecordedCall
from core.pipeline.methods import method_of
from core.user_code.observed.observer import Observer
from core.user_code.observed.seen import CallPath, Seen


def recorded_calls(observer: Observer, dataset: Any) -> tuple[RecordedCall, ...]:
    """The calls that a dataset comes from, in the order of the data; what is nested behind its own.

    Args:
        observer: Watched while the dataset was made.
        dataset: The dataset.
    """
    last = observer.made(dataset)
    if last is None:
        return ()
    chosen = _in_order(observer, last)
    keys = stage_ids([observer.seen[path] for path in chosen])
    by_path = dict(zip(chosen, keys, strict=True))
    return tuple(_call(observer.seen[path], by_path) for path in chosen)


def _in_order(observer: Observer, last: CallPath) -> list[CallPath]:
    nested: dict[CallPath, list[CallPath]] = {}
    for seen in observer.seen.values():
        if seen.inside is not None:
            nested.setdefault(seen.inside, []).append(seen.path)
    ordered: dict[CallPath, None] = {}
    begun: set[CallPath] = set()

    def visit(path: CallPath) -> None:
        # Deep rather than long: a loop over many files is one way, made many times. In a loop
        # that makes a chain longer, a call's input may be a call that comes behind it.
        if path in begun or path not in observer.seen:
            return
        begun.add(path)
        for sites in observer.seen[path].inputs:
            visit(sites)
        ordered[path] = None
        for sites in nested.get(path, ()):
            visit(sites)

    visit(last)
    return list(ordered)


def _call(seen: Seen, keys: dict[CallPath, str]) -> RecordedCall:
    inputs = (keys[path] for path in seen.inputs if path in keys and path != seen.path)
    return RecordedCall(
        key=keys[seen.path],
        method=seen.method,
        path=seen.path,
        arguments=seen.arguments,
        given=seen.given,
        inputs=tuple(inputs),
        inside="" if seen.inside is None else keys.get(seen.inside, ""),
        count=seen.count,
        function=seen.function,
        elements=seen.elements,
        element_bytes=seen.element_bytes,
        made_by=seen.made_by,
    )


# -- names ----------------------------------------------------------------------------------------


def stage_ids(seen: Sequence[Seen]) -> list[str]:
    """An id for each call: short enough to type, and the same when lines move.

    The kind alone where there is one of it (``batch``); else with the name of the function that it
    applies (``map[decode]``), numbered where several apply the same function (``map[decode-2]``);
    without a name, with its place among those of its kind (``from_tensors[2]``). What a function of
    TensorFlow makes for itself has that function's name and does not count among the others.
    """
    named = [(method_of(call.method).kind, call.made_by or _function(call)) for call in seen]
    alike = Counter(named)
    of_kind = Counter(kind for (kind, _), call in zip(named, seen, strict=True) if not call.made_by)
    before: Counter[str | tuple[str, str]] = Counter()
    ids = []
    for (kind, name), call in zip(named, seen, strict=True):
        before.update(((kind, name),) if call.made_by else (kind, (kind, name)))
        if not name:
            name = str(before[kind])
        elif alike[kind, name] > 1:
            name = f"{name}-{before[kind, name]}"
        ids.append(f"{kind}[{name}]" if call.made_by or of_kind[kind] > 1 else kind)
    return ids


def _function(seen: Seen) -> str:
    """The name of the function that it applies; empty for a lambda, and for several in a loop."""
    name = seen.function.name if seen.function else ""
    return "" if name == "lambda" or "," in name else re.sub(r"\W", "_", name)
