"""Notices that a person's code trains, in ``model.fit`` or in a loop, and may end it there."""

from __future__ import annotations

import contextlib
import functools
import inspect
import math
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from core.lazy import keras, tf
from core.model.recorded_call import Site
from core.user_code.keras_input import makes_batches
from core.user_code.observed.frames import is_library, path_of
from core.user_code.observed.watching import unwatched

LOOKS_S = 20.0
"""So long code may go through a dataset, or train in a loop where it also calls ``fit``."""
_READS = ("evaluate", "predict")
_SAVES = ("save", "save_weights", "export")
_LOADS = ("load_weights",)


@dataclass(frozen=True)
class FitCall:
    """A call of ``model.fit``.

    Attributes:
        model: The ``keras.Model``.
        arguments: What it was given, by name.
        place: The person's line.
        sites: The call sites on the way to it, from the outermost inwards.
        since_s: Seconds since the call before it ended; None for the first.
    """

    model: Any
    arguments: dict[str, Any]
    place: str
    sites: tuple[Site, ...] = ()
    since_s: float | None = None

    @property
    def on(self) -> str:
        """What it trains on, and where: ``ndarray (line 6)``."""
        return f"{type(self.arguments.get('x')).__name__} ({self.place})"

    @property
    def own_site(self) -> Site | None:
        """The innermost line of the person's own code on the way to it."""
        return own_site(self.sites)


def own_site(sites: Sequence[Site]) -> Site | None:
    """The innermost of call sites that is in the person's own code."""
    return next((site for site in reversed(sites) if not site.library), None)


class TrainingReached(BaseException):
    """Ends code where it would train; no ``except Exception`` of theirs stops it.

    Attributes:
        what: What was reached, and at which line: ``line 6 calls model.fit``.
        fit: The call of ``fit``, where it is one.
    """

    def __init__(self, what: str, fit: FitCall | None = None) -> None:
        super().__init__(what)
        self.what, self.fit = what, fit


@dataclass
class Training:
    """What is watched for, and what was seen.

    Attributes:
        file: The person's file.
        until: The code from which theirs is called (see ``path_of``).
        takes: What their code is ended with at a call of ``fit``; None to cut it to one step.
        after: Is told of each call that was cut, once it has trained.
        patience_s: How long a loop may train; asked when one does.
        looks_s: How long a loop may go through a dataset without training.
        cut: The calls that were cut.
        reached: Where their code was ended; also where theirs went on after that.
        clock: Seconds.
        over: Nothing is watched for any more, whoever still has a method of that time.
    """

    file: Path
    until: CodeType
    takes: Callable[[FitCall], FitCall | None] = lambda call: call
    after: Callable[[FitCall], object] = lambda call: None
    patience_s: Callable[[], float] = lambda: 0.0
    looks_s: float = math.inf
    cut: list[FitCall] = field(default_factory=list)
    reached: TrainingReached | None = None
    clock: Callable[[], float] = time.monotonic
    over: bool = False
    _within: bool = False
    _ended_s: float | None = None
    _looks_since_s: float | None = None
    _trains_since_s: float | None = None
    _gradients: bool = False

    def on_fit(self, original: Callable[..., Any], model: Any, given: dict[str, Any]) -> Any:
        """End the code here, or train for one step."""
        if self.over:
            return original(model, **given)
        frame = sys._getframe(2)
        since_s = None if self._ended_s is None else self.clock() - self._ended_s
        call = FitCall(model, given, self._place(frame), path_of(frame, self.until), since_s)
        taken = self.takes(call)
        if taken is not None:
            self._end(f"{call.place} calls model.fit", taken)
        self.cut.append(call)
        first = int(given.get("initial_epoch") or 0)
        arguments = {
            **given,
            "epochs": first + 1,
            "steps_per_epoch": 1,
            "verbose": 0,
            "callbacks": None,
        }
        if makes_batches(given.get("x")):
            arguments["shuffle"] = False  # Keras warns of what it has as the default
        if given.get("validation_data") is not None:
            arguments["validation_steps"] = 1
        self._within = True
        try:
            with unwatched():
                history = original(model, **arguments)
            # What goes on from there begins at len(history.epoch).
            history.epoch = list(range(first, int(given.get("epochs") or 1)))
            self.after(call)
            return history
        finally:
            self._within, self._ended_s = False, self.clock()

    def on_update(self, how: str) -> None:
        """Weights are updated outside of ``fit``; or that is being traced."""
        if self._within or self.over:
            return
        now_s = self.clock()
        self._trains_since_s = now_s if self._trains_since_s is None else self._trains_since_s
        if now_s - self._trains_since_s >= self.patience_s():
            self._end(f"{self._place(sys._getframe(2))} {how}")

    def on_gradient(self) -> None:
        """A gradient was taken: where elements go on coming, that is training."""
        if self._looks_since_s is not None:
            self._gradients = self._gradients or not self._within

    def on_element(self, frame: FrameType) -> None:
        """Something asks an iterator of a dataset for an element."""
        if self._within or self.over or is_library(frame.f_code.co_filename):
            return
        now_s = self.clock()
        if self._gradients and self._trains_since_s is None:
            self._trains_since_s = now_s
        trains, looks = self._trains_since_s, self._looks_since_s
        if trains is not None and now_s - trains >= self.patience_s():
            self._end(f"{self._place(frame)} goes through a dataset and trains on it")
        self._looks_since_s = now_s if looks is None else looks
        if looks is not None and now_s - looks >= self.looks_s:
            self._end(f"{self._place(frame)} goes through a dataset for {self.looks_s:.0f} s")

    def _end(self, what: str, call: FitCall | None = None) -> None:
        self.reached = TrainingReached(what, call)
        raise self.reached

    def _place(self, frame: FrameType) -> str:
        sites = [site for site in path_of(frame, self.until) if not site.library]
        if not sites:
            return self.file.name
        other = "" if sites[-1].file == str(self.file) else f" of {Path(sites[-1].file).name}"
        return f"line {sites[-1].line}{other}"


@contextlib.contextmanager
def watched(training: Training) -> Iterator[Training]:
    """While it is entered, what trains tells ``training``; afterwards all is as it was."""
    changed: list[tuple[type, str, Any]] = []

    def put(owner: type, name: str, made: Callable[[Any], Any]) -> None:
        # On the class itself: what their code puts in its place is then taken back too.
        original = getattr(owner, name)
        changed.append((owner, name, vars(owner).get(name)))
        setattr(owner, name, functools.wraps(original)(made(original)))

    def fit(original: Any) -> Any:
        signature = inspect.signature(original)

        def wrapper(*arguments: Any, **keywords: Any) -> Any:
            # Wrong arguments raise TypeError here as they would there.
            given = dict(signature.bind(*arguments, **keywords).arguments)
            return training.on_fit(original, given.pop("self"), given)

        return wrapper

    def first(tell: Callable[[], None]) -> Callable[[Any], Any]:
        def made(original: Any) -> Any:
            def wrapper(*arguments: Any, **keywords: Any) -> Any:
                tell()
                return original(*arguments, **keywords)

            return wrapper

        return made

    def element(original: Any) -> Any:
        def wrapper(self: Any) -> Any:
            training.on_element(sys._getframe(1))
            return original(self)

        return wrapper

    def aside(original: Any) -> Any:
        def wrapper(*arguments: Any, **keywords: Any) -> Any:
            with unwatched():
                return original(*arguments, **keywords)

        return wrapper

    def saved(original: Any) -> Any:
        def wrapper(*arguments: Any, **keywords: Any) -> Any:
            # Of a training that was cut short nothing may take the place of theirs.
            return None if training.cut and not training.over else original(*arguments, **keywords)

        return wrapper

    def loaded(original: Any) -> Any:
        def wrapper(self: Any, filepath: Any, *arguments: Any, **keywords: Any) -> Any:
            # A training that was cut short saved nothing that could be loaded.
            if training.cut and not training.over and not os.path.exists(filepath):
                return None
            return original(self, filepath, *arguments, **keywords)

        return wrapper

    iterator = type(iter(tf.data.Dataset.range(1)))
    apply, batch = "applies an optimizer", "calls train_on_batch"
    try:
        put(keras.Model, "fit", fit)
        put(keras.Model, "train_on_batch", first(lambda: training.on_update(batch)))
        put(keras.optimizers.Optimizer, "apply", first(lambda: training.on_update(apply)))
        put(tf.GradientTape, "gradient", first(training.on_gradient))
        put(iterator, "__next__", element)
        for name in _SAVES:
            put(keras.Model, name, saved)
        for name in _LOADS:
            put(keras.Model, name, loaded)
        for name in _READS:
            put(keras.Model, name, aside)
        yield training
    finally:
        training.over = True
        for owner, name, own in reversed(changed):
            if own is not None:
                setattr(owner, name, own)
            elif name in vars(owner):
                delattr(owner, name)
