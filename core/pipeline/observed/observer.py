"""While it is entered, every call of ``tf.data`` is recorded, and may be given other values."""

from __future__ import annotations

import functools
import inspect
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import CodeType, TracebackType
from typing import Any

from core.lazy import tf
from core.model.recorded_call import FunctionSeen, Site
from core.pipeline.observed.frames import calls_for_itself, path_of
from core.pipeline.observed.functions import function_seen

Path = tuple[Site, ...]
Change = Callable[[Any, Callable[[], Any], inspect.BoundArguments], Any]
"""Gives the dataset in a call's place. Takes the dataset that the method belongs to (None for a
source), a function that makes the call with the arguments as they then are, and the arguments."""

_SOURCES = (
    "from_tensor_slices", "from_tensors", "from_generator", "range", "list_files", "zip",
    "sample_from_datasets", "choose_from_datasets", "random", "counter", "load",
)  # fmt: skip
_METHODS = (
    "apply", "batch", "bucket_by_sequence_length", "cache", "concatenate", "enumerate", "filter",
    "flat_map", "group_by_window", "ignore_errors", "interleave", "map", "padded_batch", "prefetch",
    "ragged_batch", "rebatch", "rejection_resample", "repeat", "scan", "shard", "shuffle", "skip",
    "snapshot", "sparse_batch", "take", "take_while", "unbatch", "unique", "window", "with_options",
)  # fmt: skip
_READERS = ("TFRecordDataset", "TextLineDataset", "FixedLengthRecordDataset")


@dataclass
class Seen:
    """One way through the code to one call site.

    Attributes:
        method: What was called.
        path: The way.
        arguments: Of its first call, by name, as the code gave them.
        given: Names of those that the code gave.
        inputs: Ways of the calls whose datasets it takes.
        inside: Way of the call in whose function it was made; None outside of any.
        count: How often it was made.
        function: What it applies.
        elements: How many it delivers, each time; see ``RecordedCall``.
    """

    method: str
    path: Path
    arguments: Mapping[str, Any]
    given: tuple[str, ...]
    inputs: tuple[Path, ...]
    inside: Path | None
    count: int = 1
    function: FunctionSeen | None = None
    elements: int | None = None


@dataclass
class _Now(threading.local):
    """The calls that are being made on this thread, outermost first."""

    inside: list[Path] = field(default_factory=list)


class Observer:
    """Watches ``tf.data`` while it is entered; afterwards everything is as it was.

    Attributes:
        seen: Every way to a call, in the order in which they were first made.
    """

    def __init__(self, until: CodeType, changes: Mapping[Path, Change] | None = None) -> None:
        """Make an observer.

        Args:
            until: The code from which the person's code is called (see ``path_of``).
            changes: What is done at some of the calls.
        """
        self._until, self._changes = until, changes or {}
        self.seen: dict[Path, Seen] = {}
        self._made_by: dict[int, Path] = {}
        self._kept: list[Any] = []
        self._now = _Now()
        self._originals: list[tuple[type, str, Any]] = []

    def __enter__(self) -> Observer:
        """Watch from now on."""
        dataset = tf.data.Dataset
        try:
            for name in _SOURCES:
                self._watch(dataset, name, static=True)
            for name in _METHODS:
                self._watch(dataset, name)
            for name in _READERS:
                self._watch(getattr(tf.data, name), "__init__", name)
        except BaseException:
            self._restore()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Watch no more."""
        self._restore()

    def made(self, dataset: Any) -> Path | None:
        """The call that made a dataset; None where no call that was seen did."""
        return self._made_by.get(id(dataset))

    def _restore(self) -> None:
        while self._originals:
            owner, name, original = self._originals.pop()
            setattr(owner, name, original)

    def _watch(self, owner: type, name: str, shown: str = "", *, static: bool = False) -> None:
        original = inspect.getattr_static(owner, name, None)
        if original is None:  # another version of TensorFlow lacks it
            return
        plain = original.__func__ if isinstance(original, staticmethod) else original
        signature = inspect.signature(plain)
        method = shown or name

        # The module's name that comes along tells AutoGraph to leave the wrapper alone.
        @functools.wraps(plain)
        def watched(*arguments: Any, **keywords: Any) -> Any:
            caller = sys._getframe(1)
            if calls_for_itself(caller):
                return plain(*arguments, **keywords)
            path = path_of(caller, self._until)
            if not path:
                return plain(*arguments, **keywords)
            bound = signature.bind(*arguments, **keywords)
            return self._call(method, path, plain, bound, first=not static)

        self._originals.append((owner, name, original))
        setattr(owner, name, staticmethod(watched) if static else watched)

    def _call(
        self, method: str, path: Path, plain: Any, bound: inspect.BoundArguments, *, first: bool
    ) -> Any:
        owner = next(iter(bound.arguments.values())) if first else None
        reader = method in _READERS
        own = dict(list(bound.arguments.items())[first:])
        # The same call reached through several calls at one place in one expression.
        path = self._told_apart(method, path)
        seen = self.seen.get(path)
        if seen is None:
            whole = inspect.BoundArguments(bound.signature, dict(bound.arguments))
            whole.apply_defaults()
            datasets = [] if reader or owner is None else [owner]
            datasets += _datasets(own.values())
            inputs = tuple(made for one in datasets if (made := self.made(one)) is not None)
            inside = self._now.inside[-1] if self._now.inside else None
            seen = self.seen[path] = Seen(
                method,
                path,
                dict(list(whole.arguments.items())[first:]),
                tuple(own),
                inputs,
                inside,
                count=0,
            )
        seen.count += 1

        def make() -> Any:
            self._now.inside.append(path)
            try:
                return plain(*bound.args, **bound.kwargs)
            finally:
                self._now.inside.pop()

        change = self._changes.get(path)
        source = None if reader else owner
        result = make() if change is None else change(source, make, bound)
        dataset = owner if reader else result
        if seen.function is None:
            seen.function = function_seen(own, dataset)
        elements = _elements(dataset)
        # A loop may make datasets of several lengths at one place.
        seen.elements = elements if seen.count == 1 or elements == seen.elements else None
        self._made_by[id(dataset)] = path
        # Its id stays its own for as long as it lives.
        self._kept.append(dataset)
        return result

    def _told_apart(self, method: str, path: Path) -> Path:
        """Where only the line is known, two methods of one line are two calls."""
        last = path[-1]
        if last.column >= 0:
            return path
        return (*path[:-1], Site(last.file, last.line, function=f"{last.function}:{method}",
                                 library=last.library))  # fmt: skip


def _elements(dataset: Any) -> int | None:
    """How many elements a dataset has, -1 without end; None where that is not known."""
    if not isinstance(dataset, tf.data.Dataset) or not tf.executing_eagerly():
        return None
    found = int(dataset.cardinality())
    return None if found == tf.data.UNKNOWN_CARDINALITY else found


def _datasets(values: Any) -> list[Any]:
    """Datasets among arguments and in lists, tuples and dicts of them."""
    found: list[Any] = []
    for value in values:
        if isinstance(value, tf.data.Dataset):
            found.append(value)
        elif isinstance(value, (list, tuple)):
            found += _datasets(value)
        elif isinstance(value, dict):
            found += _datasets(value.values())
    return found
