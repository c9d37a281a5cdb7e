"""Puts a watcher in the place of every method of ``tf.data``, for as long as anyone observes."""

from __future__ import annotations

import functools
import inspect
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Protocol

from core.lazy import tf
from core.pipeline.method import Form
from core.pipeline.methods import METHODS


class Watcher(Protocol):
    """Who is told of the calls on its thread."""

    def on_call(
        self,
        method: str,
        plain: Callable[..., Any],
        bound: inspect.BoundArguments,
        frame: FrameType,
    ) -> Any:
        """Make a call and return its result."""

    def on_made(self, dataset: Any, frame: FrameType) -> None:
        """A dataset came into being, by a call that may not be watched."""


_lock = threading.Lock()
_watchers: dict[int, list[Watcher]] = {}
"""By thread; the innermost last."""
_originals: list[tuple[type, str, Any]] = []


@contextmanager
def watching(watcher: Watcher) -> Iterator[None]:
    """Tell a watcher of all calls on this thread.

    Several may watch at once, on this thread (the innermost is told) and on others: the methods
    are replaced when the first begins, and are what they were when the last is done.
    """
    thread = threading.get_ident()
    # An interrupt may come anywhere: whatever was begun by then is taken back.
    try:
        with _lock:
            if not _watchers:
                _install()
            _watchers.setdefault(thread, []).append(watcher)
        yield
    finally:
        with _lock:
            left = [other for other in _watchers.pop(thread, []) if other is not watcher]
            if left:
                _watchers[thread] = left
            if not _watchers:
                _restore()


@contextmanager
def unwatched() -> Iterator[None]:
    """Nobody is told of what this thread calls meanwhile: Keras calls it, for itself."""
    thread = threading.get_ident()
    held = _watchers.get(thread)
    if held is None:
        yield
        return
    _watchers[thread] = []
    try:
        yield
    finally:
        _watchers[thread] = held


def _watcher() -> Watcher | None:
    watchers = _watchers.get(threading.get_ident())
    return watchers[-1] if watchers else None


def _install() -> None:
    _restore()
    dataset = tf.data.Dataset
    for name, method in METHODS.items():
        match method.form:
            case Form.STATIC:
                _replace(dataset, name, static=True)
            case Form.METHOD:
                _replace(dataset, name)
            case Form.READER:
                home = tf.data if hasattr(tf.data, name) else tf.data.experimental
                _replace(getattr(home, name), "__init__", name)
            case Form.STRATEGY:
                _replace(tf.distribute.Strategy, name)
    _replace_init(dataset)


def _restore() -> None:
    while _originals:
        owner, name, original = _originals[-1]
        setattr(owner, name, original)
        _originals.pop()


def _replace(owner: type, name: str, shown: str = "", *, static: bool = False) -> None:
    # What a class inherits is replaced where it stands, so that it can be put back there.
    owner = next((base for base in owner.__mro__ if name in vars(base)), owner)
    original = vars(owner).get(name)
    if original is None:  # another version of TensorFlow lacks it
        return
    plain = original.__func__ if isinstance(original, staticmethod) else original
    signature = inspect.signature(plain)
    method = shown or name

    # The module's name that comes along tells AutoGraph to leave the wrapper alone.
    @functools.wraps(plain)
    def watched(*arguments: Any, **keywords: Any) -> Any:
        watcher = _watcher()
        if watcher is None:
            return plain(*arguments, **keywords)
        try:
            bound = signature.bind(*arguments, **keywords)
        except TypeError:
            # Wrong arguments: TensorFlow says so in its own words.
            return plain(*arguments, **keywords)
        return watcher.on_call(method, plain, bound, sys._getframe(1))

    _originals.append((owner, name, original))
    setattr(owner, name, staticmethod(watched) if static else watched)


def _replace_init(dataset: type) -> None:
    """Every dataset passes through here, whoever made it."""
    plain = vars(dataset)["__init__"]

    @functools.wraps(plain)
    def watched(self: Any, *arguments: Any, **keywords: Any) -> None:
        plain(self, *arguments, **keywords)
        watcher = _watcher()
        if watcher is not None:
            watcher.on_made(self, sys._getframe(1))

    _originals.append((dataset, "__init__", plain))
    setattr(dataset, "__init__", watched)  # noqa: B010 - mypy forbids assigning to a method
