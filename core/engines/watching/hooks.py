"""What happens in a script that is watched: each call of ``fit`` is measured and told."""

from __future__ import annotations

import atexit
import contextlib
import functools
import inspect
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType, ModuleType, TracebackType
from typing import Any

from core.lazy import keras as lazy_keras
from core.measure.watched_fit import FitWatcher, made_by_keras, trains_on
from core.model.errors import ExplorerError
from core.model.kinds import Value
from core.model.user_code import WatchedFit
from core.records.encode import encode
from core.records.frames import frame
from core.records.messages import WatchedFitBegan, WatchEnded
from core.user_code.user_function import content_hash

_MOST_WAITING_BYTES = 64 * 1024 * 1024
_FINISH_S = 5.0
_NO_SIGNAL = getattr(socket, "MSG_NOSIGNAL", 0)


class Channel:
    """To the program that keeps what is measured; a training never waits for it."""

    def __init__(self, end: socket.socket) -> None:
        end.setblocking(False)
        self._end, self._lock = end, threading.Lock()
        self._waiting, self._sequence, self._lost = bytearray(), 0, False

    def send(self, number: int, record: object) -> None:
        """Send a record of a training, or of none where the number is 0."""
        payload = number.to_bytes(4, "big") + encode(record)
        with self._lock:
            self._waiting += frame(payload, self._sequence)
            self._sequence += 1
            self._write()

    def finish(self) -> None:
        """Send what is left, and wait until it was taken in."""
        until_s = time.monotonic() + _FINISH_S
        with self._lock, contextlib.suppress(OSError):
            self._end.settimeout(_FINISH_S)
            while self._waiting and not self._lost and time.monotonic() < until_s:
                self._write()
            self._end.shutdown(socket.SHUT_WR)
            self._end.recv(1)

    def close(self) -> None:
        """Let go of it, in a process that was copied from the one that is watched."""
        self._lost = True
        self._end.close()

    def _write(self) -> None:
        try:
            while self._waiting and not self._lost:
                del self._waiting[: self._end.send(self._waiting, _NO_SIGNAL)]
        except (BlockingIOError, TimeoutError):
            self._lost = self._lost or len(self._waiting) > _MOST_WAITING_BYTES
        except OSError:
            self._lost = True
        if self._lost:
            self._waiting.clear()


class Watching:
    """Knows of each call of ``fit`` in this process."""

    def __init__(self, channel: Channel, seen_as: str) -> None:
        """Begin.

        Args:
            channel: Where it is told.
            seen_as: What the files of our code begin with.
        """
        self._channel, self._seen_as = channel, seen_as
        self._process, self._lock = os.getpid(), threading.Lock()
        self._fits = 0
        self._not_watched: list[str] = []
        self._of_thread = threading.local()

    def hook(self, keras: ModuleType) -> None:
        """Put hooks at Keras's own methods; a subclass that overrides them meets these too."""
        filtered = _filter_of(keras)
        model_class = keras.Model
        fit, make = model_class.fit, model_class.make_train_function
        # Keras's filter of tracebacks goes around ours too.
        inner = getattr(fit, "__wrapped__", fit)

        @functools.wraps(fit)
        def watched_fit(model: Any, *arguments: Any, **keywords: Any) -> Any:
            watcher, given = self._begin(fit, model, arguments, keywords)
            if watcher is None:
                return fit(model, *arguments, **keywords)
            error: BaseException | None = None
            try:
                return inner(model, **given)
            except BaseException as raised:
                error = raised
                self._leave_out_ours()
                raise
            finally:
                self._end(watcher, error)
                error = None

        @functools.wraps(make)
        def watched_make(model: Any, *arguments: Any, **keywords: Any) -> Any:
            before = model.train_function
            made = make(model, *arguments, **keywords)
            if model.train_function is not before:
                made_by_keras(model.train_function)
            for watcher in self._watchers:
                if watcher.model is model:
                    watcher.take_over()
            return made

        model_class.fit = filtered(watched_fit)
        model_class.make_train_function = watched_make

    def finish(self) -> None:
        """The script is over; called after everything that it wants done at its end."""
        if os.getpid() == self._process:
            self._channel.send(0, WatchEnded(self._fits, tuple(dict.fromkeys(self._not_watched))))
            self._channel.finish()

    @property
    def _watchers(self) -> list[FitWatcher]:
        """Of the trainings that are under way on this thread, one within the other."""
        watchers: list[FitWatcher] = self._of_thread.__dict__.setdefault("watchers", [])
        return watchers

    def _begin(
        self, fit: Any, model: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]
    ) -> tuple[FitWatcher | None, dict[str, Any]]:
        """Who watches this call, and what it is given; None where nobody does."""
        if os.getpid() != self._process:
            return None, {}
        try:
            bound = inspect.signature(fit).bind(model, *arguments, **keywords)
        except TypeError:
            return None, {}  # fit says what is wrong with what it was given
        given = dict(list(bound.arguments.items())[1:])
        try:
            first_epoch = int(given.get("initial_epoch") or 0)
            number = self._announce(given)
            send = functools.partial(self._channel.send, number)
            watcher = FitWatcher(model, first_epoch, send)
            given["callbacks"] = _with(given.get("callbacks"), watcher.callback)
        except Exception as error:
            self._not_watched.append(f"{type(error).__name__}: {error}"[:500])
            return None, {}
        self._watchers.append(watcher)
        return watcher, given

    def _announce(self, given: Mapping[str, Any]) -> int:
        with self._lock:
            self._fits += 1
            number = self._fits
        script = os.path.abspath(sys.modules["__main__"].__dict__.get("__file__", sys.argv[0]))
        place = _place(sys._getframe(3), self._seen_as)
        fit = WatchedFit(script, tuple(sys.argv[1:]), number, place)
        settings: dict[str, Value] = {"fit.device": trains_on()}
        settings["fit.epochs"] = int(given.get("epochs") or 1) - int(
            given.get("initial_epoch") or 0
        )
        if given.get("steps_per_epoch") is not None:
            settings["fit.steps_per_epoch"] = int(given["steps_per_epoch"])
        self._channel.send(number, WatchedFitBegan(fit, settings, _stamp(script)))
        return number

    def _end(self, watcher: FitWatcher, error: BaseException | None) -> None:
        self._watchers.remove(watcher)
        watcher.end(error)

    def _leave_out_ours(self) -> None:
        """Ctrl-C passes Keras's filter of tracebacks: where Python prints one, ours are left out.

        A script with an ``excepthook`` of its own keeps it.
        """
        if sys.excepthook is sys.__excepthook__:
            sys.excepthook = functools.partial(_print_without, self._seen_as)


def watch(keras: ModuleType, channel: int, seen_as: str) -> None:
    """Begin to watch; called once Keras is imported.

    Args:
        keras: The module.
        channel: The socket to the program.
        seen_as: What the files of our code begin with.
    """
    end = Channel(socket.socket(fileno=channel))
    if keras.__version__.partition(".")[0] != "3" or keras.backend.backend() != "tensorflow":
        found = f"Keras {keras.__version__} with the backend {keras.backend.backend()}"
        atexit.register(end.finish)
        end.send(0, WatchEnded(0, (found,)))
        return
    watching = Watching(end, seen_as)
    watching.hook(keras)
    os.register_at_fork(after_in_child=end.close)
    atexit.register(watching.finish)


def _filter_of(keras: ModuleType) -> Callable[[Any], Any]:
    """What Keras wraps ``fit`` in, so that errors show no frames of its own."""
    with contextlib.suppress(AttributeError, ImportError):
        from importlib import import_module

        made: Callable[[Any], Any] = import_module(
            "keras.src.utils.traceback_utils"
        ).filter_traceback
        return made
    return lambda function: function


def _with(callbacks: Any, more: Any) -> Any:
    """The callbacks of a call and one more, so that Keras treats the others as before."""
    if callbacks is None:
        return [more]
    if isinstance(callbacks, (list, tuple)):
        return [*callbacks, more]
    if isinstance(callbacks, lazy_keras.callbacks.CallbackList):
        callbacks.append(more)
        return callbacks
    # Keras looks at a list whether its batch hooks may run beside the training, at nothing else.
    return {"callbacks": callbacks, "watching": more}


def _stamp(script: str) -> str:
    try:
        return content_hash(Path(script))
    except ExplorerError:
        return ""


def _place(frame: FrameType | None, seen_as: str) -> str:
    """The line that called ``fit``: the first that is neither Keras's nor ours."""
    parts = (os.path.join("", "keras", "src", ""), seen_as)
    while frame is not None and any(part in frame.f_code.co_filename for part in parts):
        frame = frame.f_back
    return "" if frame is None else f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"


def _print_without(
    seen_as: str,
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType | None,
) -> None:
    kept = []
    while trace is not None:
        if seen_as not in trace.tb_frame.f_code.co_filename:
            kept.append(trace)
        trace = trace.tb_next
    shown: TracebackType | None = None
    for entry in reversed(kept):
        shown = TracebackType(shown, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    sys.__excepthook__(kind, error.with_traceback(shown), shown)
