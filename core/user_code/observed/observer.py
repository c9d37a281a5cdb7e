"""While it is entered, every call of ``tf.data`` is recorded, and may be given other values."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from types import CodeType, FrameType
from typing import Any

from core.lazy import tf
from core.model.recorded_call import Site
from core.pipeline.method import Form
from core.pipeline.methods import method_of
from core.user_code.observed.arguments import datasets_in, plain
from core.user_code.observed.elements import element_bytes_of, elements_of
from core.user_code.observed.frames import applied_to, calls_for_itself, made_by_tensorflow, path_of
from core.user_code.observed.functions import both, fresh, function_seen, python_random_state
from core.user_code.observed.inner import methods_of
from core.user_code.observed.seen import MADE_BEFORE, CallPath, Change, Seen
from core.user_code.observed.watching import watching


class Observer:
    """Watches ``tf.data`` while it is entered; afterwards everything is as it was.

    It sees the calls of the thread that entered it, made by code that was called from ``until``.
    Others may be entered at the same time, in this thread or another.

    Attributes:
        seen: Every way to a call, in the order in which they were first made.
        datasets: What the call of each way gave, when it was last made.
    """

    def __init__(self, until: CodeType, changes: Mapping[CallPath, Change] | None = None) -> None:
        """Make an observer.

        Args:
            until: The code from which the person's code is called (see ``path_of``).
            changes: What is done at some of the calls.
        """
        self._until, self._changes = until, changes or {}
        self.seen: dict[CallPath, Seen] = {}
        self.datasets: dict[CallPath, Any] = {}
        self._made_by: dict[int, CallPath] = {}
        self._by_others: dict[int, tuple[str, CallPath]] = {}
        self._applied_to: dict[int, object] = {}
        self._own: set[int] = set()
        self._kept: list[Any] = []
        self._inside: list[tuple[CallPath, CallPath]] = []
        self._watching: AbstractContextManager[None] | None = None

    def __enter__(self) -> Observer:
        """Watch from now on."""
        self._watching = watching(self)
        self._watching.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        """Watch no more."""
        if self._watching is not None:
            self._watching.__exit__(*error)

    def made(self, dataset: Any) -> CallPath | None:
        """The call that made a dataset; None where it is none."""
        known = self._made_by.get(id(dataset))
        if known is None and isinstance(dataset, tf.data.Dataset) and id(dataset) not in self._own:
            return self._unwatched(dataset)
        return known

    def on_made(self, dataset: Any, frame: FrameType) -> None:
        """A dataset came into being; whether by a call that is watched, time will tell."""
        path = path_of(frame, self._until)
        if not path:
            return
        if self._inside and self._inside[-1][1] == path:
            # The call's own: its result, or the windows that its function is given.
            self._own.add(id(dataset))
        else:
            self._by_others[id(dataset)] = made_by_tensorflow(frame), path
            self._applied_to[id(dataset)] = applied_to(frame)
        self._kept.append(dataset)

    def on_call(
        self,
        method: str,
        plainly: Callable[..., Any],
        bound: inspect.BoundArguments,
        frame: FrameType,
    ) -> Any:
        """Record a call and make it, as it is or as the changes say."""
        way = () if calls_for_itself(frame) else path_of(frame, self._until)
        if not way:
            return plainly(*bound.args, **bound.kwargs)
        form = method_of(method).form
        first = form is not Form.STATIC
        owner = next(iter(bound.arguments.values())) if first else None
        own = dict(list(bound.arguments.items())[first:])
        source = owner if form is Form.METHOD else None
        path = self._told_apart(method, way)
        self._note(method, path, bound, own, source)
        if method_of(method).makes_datasets:
            # What is called in its function is part of the pipeline.
            for name, value in own.items():
                bound.arguments[name] = fresh(value)

        def make() -> Any:
            if form is Form.STRATEGY:
                # What its function makes is the chain itself.
                return plainly(*bound.args, **bound.kwargs)
            self._inside.append((path, way))
            try:
                return plainly(*bound.args, **bound.kwargs)
            finally:
                self._inside.pop()

        change = self._changes.get(path)
        random_state = python_random_state()
        result = make() if change is None else change(source, make, bound)
        drawn_once = python_random_state() != random_state
        dataset = owner if form is Form.READER else result
        seen = self.seen[path]
        function = function_seen(own, dataset)
        if function is not None and drawn_once:
            function = replace(function, drawn_once=True)
        seen.function = both(seen.function, function)
        elements = elements_of(dataset)
        # A loop may make datasets of several lengths at one place.
        seen.elements = elements if seen.count == 1 or elements == seen.elements else None
        each = element_bytes_of(dataset)
        seen.element_bytes = each if seen.count == 1 or each == seen.element_bytes else None
        if form is Form.STRATEGY:
            self._distributed(seen, dataset)
        if dataset is not source or id(dataset) not in self._made_by:
            # A call that is left out made nothing.
            self._made_by[id(dataset)] = path
        self.datasets[path] = dataset
        # Its id stays its own for as long as it lives.
        self._kept.append(dataset)
        return result

    def _note(
        self,
        method: str,
        path: CallPath,
        bound: inspect.BoundArguments,
        own: Mapping[str, Any],
        source: Any,
    ) -> None:
        whole = inspect.BoundArguments(bound.signature, dict(bound.arguments))
        whole.apply_defaults()
        skipped = len(bound.arguments) - len(own)
        arguments = {
            name: plain(name, value) for name, value in list(whole.arguments.items())[skipped:]
        }
        datasets = ([] if source is None else [source]) + datasets_in(own.values())
        inputs = tuple(made for dataset in datasets if (made := self.made(dataset)) is not None)
        seen = self.seen.get(path)
        if seen is not None:
            seen.again(arguments, inputs)
            return
        inside = self._inside[-1][0] if self._inside else None
        self.seen[path] = Seen(method, path, arguments, tuple(own), inputs, inside)

    def _told_apart(self, method: str, path: CallPath) -> CallPath:
        """Another path where two calls would have the same one.

        Where only the line is known, two methods of one line are two calls. A class that is given
        as a function (``interleave(TFRecordDataset)``) is called from where that is. One call may
        be of one method after the other (``getattr(dataset, name)(...)`` in a loop).
        """
        last = path[-1]
        name = f"{last.function}:{method}"
        given = bool(self._inside) and self._inside[-1][1] == path
        if last.column < 0 or given:
            return (*path[:-1], Site(last.file, last.line, function=name, library=last.library))
        before = self.seen.get(path)
        if before is not None and before.method != method:
            return (*path[:-1], replace(last, function=name))
        return path

    def _unwatched(self, dataset: Any) -> CallPath:
        """Someone else made it: a function that TensorFlow has besides, or nobody while watched."""
        method, path = self._by_others.get(id(dataset), (MADE_BEFORE, ()))
        inputs: list[CallPath] = []
        waiting = [dataset]
        while waiting:
            for source in waiting.pop()._inputs():
                if id(source) not in self._made_by and self._by_others.get(id(source)) == (
                    None if method == MADE_BEFORE else (method, path)
                ):
                    waiting.append(source)
                elif (made := self.made(source)) is not None:
                    inputs.append(made)
        if not inputs and (made := self.made(self._applied_to.get(id(dataset)))) is not None:
            # A tf.data service is told by a number what to run: no input shows it.
            inputs.append(made)
        if method == MADE_BEFORE:
            number = sum(seen.method == MADE_BEFORE for seen in self.seen.values())
            path = (Site("", 0, function=f"{MADE_BEFORE} {number + 1}", library=True),)
        elif path in self.seen and self.seen[path].method != method:
            path = self._told_apart(method, (*path[:-1], replace(path[-1], column=-1)))
        elements = elements_of(dataset)
        if path in self.seen:
            seen = self.seen[path]
            seen.again({}, inputs)
            seen.elements = elements if elements == seen.elements else None
        else:
            inside = self._inside[-1][0] if self._inside else None
            seen = Seen(method, path, {}, (), tuple(inputs), inside, elements=elements)
            self.seen[path] = seen
        if method != MADE_BEFORE and not method_of(method).known:
            self._note_inner(seen, dataset)
        self._made_by[id(dataset)] = path
        self.datasets[path] = dataset
        self._kept.append(dataset)
        return path

    def _note_inner(self, outer: Seen, dataset: Any) -> None:
        """What a function of TensorFlow made for itself on the way to its dataset."""
        whose = self._by_others.get(id(dataset))
        numbers: Counter[str] = Counter()

        def visit(source: Any) -> list[CallPath]:
            if id(source) in self._made_by or self._by_others.get(id(source)) != whose:
                made = self.made(source)
                return [] if made is None else [made]
            inputs = [path for before in source._inputs() for path in visit(before)]
            for method, arguments in methods_of(source):
                numbers[method] += 1
                place = f"{outer.path[-1].function}:{outer.method}:{method}-{numbers[method]}"
                path = (*outer.path, replace(outer.path[-1], function=place))
                if path in self.seen:
                    self.seen[path].again(arguments, inputs)
                else:
                    self.seen[path] = Seen(
                        method,
                        path,
                        arguments,
                        tuple(arguments),
                        tuple(inputs),
                        outer.path,
                        made_by=outer.method,
                    )
                inputs = [path]
            return inputs

        visit(dataset)

    def _distributed(self, seen: Seen, dataset: Any) -> None:
        if seen.inputs:
            return
        made = (self.made(source) for source in getattr(dataset, "_datasets", ()))
        seen.inputs = tuple(dict.fromkeys(path for path in made if path is not None))
