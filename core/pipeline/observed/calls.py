"""From what an observer saw to the calls of one dataset, each with a key of its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path as FilePath
from typing import Any

from core.model.recorded_call import RecordedCall
from core.pipeline.observed.observer import Observer, Path, Seen
from core.pipeline.recorded_kinds import kind_of


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
    keys = _keys([observer.seen[path] for path in chosen])
    by_path = dict(zip(chosen, keys, strict=True))
    return tuple(_call(observer.seen[path], by_path) for path in chosen)


def _in_order(observer: Observer, last: Path) -> list[Path]:
    nested: dict[Path, list[Path]] = {}
    for seen in observer.seen.values():
        if seen.inside is not None:
            nested.setdefault(seen.inside, []).append(seen.path)
    found: dict[Path, None] = {}
    begun: set[Path] = set()

    def visit(path: Path) -> None:
        # Deep rather than long: a loop over many files is one way, made many times. In a loop
        # that makes a chain longer, a call's input may be a call that comes behind it.
        if path in begun or path not in observer.seen:
            return
        begun.add(path)
        for one in observer.seen[path].inputs:
            visit(one)
        found[path] = None
        for one in nested.get(path, ()):
            visit(one)

    visit(last)
    return list(found)


def _call(seen: Seen, keys: dict[Path, str]) -> RecordedCall:
    inputs = (keys[path] for path in seen.inputs if path in keys and path != seen.path)
    return RecordedCall(
        key=keys[seen.path],
        method=seen.method,
        path=seen.path,
        arguments=seen.arguments,
        given=seen.given,
        inputs=tuple(dict.fromkeys(inputs)),
        inside="" if seen.inside is None else keys.get(seen.inside, ""),
        count=seen.count,
        function=seen.function,
        elements=seen.elements,
        element_bytes=seen.element_bytes,
    )


# -- names ----------------------------------------------------------------------------------------


def _keys(seen: Sequence[Seen]) -> list[str]:
    """A key for each: the kind alone, else with the shortest name that tells it from the others."""
    kinds = [kind_of(one.method).kind for one in seen]
    counts = Counter(kinds)
    names: list[str] = [""] * len(seen)
    for kind in counts:
        members = [index for index, one in enumerate(kinds) if one == kind]
        if len(members) > 1:
            for index, name in zip(members, _names([seen[i] for i in members]), strict=True):
                names[index] = name
    return [f"{kind}[{name}]" if name else kind for kind, name in zip(kinds, names, strict=True)]


def _names(seen: Sequence[Seen]) -> list[str]:
    """Names for calls of one kind, each other than the others'."""
    found = [_WAYS[0](one) for one in seen]
    for way in _WAYS[1:]:
        again = Counter(found)
        found = [
            name if name and again[name] == 1 else way(one)
            for name, one in zip(found, seen, strict=True)
        ]
    again = Counter(found)
    counted: Counter[str] = Counter()
    for index, name in enumerate(found):
        if again[name] > 1:
            counted[name] += 1
            found[index] = f"{name}-{counted[name]}"
    return found


def _function(seen: Seen) -> str:
    name = seen.function.name if seen.function else ""
    return "" if name == "lambda" else re.sub(r"\W", "_", name)


def _line(seen: Seen) -> str:
    return f"L{seen.path[-1].line}"


def _line_and_file(seen: Seen) -> str:
    return f"{re.sub(r'[^A-Za-z0-9_]', '_', FilePath(seen.path[-1].file).stem)}-{_line(seen)}"


def _way(seen: Seen) -> str:
    callers = "-".join(f"L{site.line}" for site in reversed(seen.path[:-1]))
    return f"{_line(seen)}-from-{callers}" if callers else _line(seen)


_WAYS: tuple[Callable[[Seen], str], ...] = (_function, _line, _way, _line_and_file)
