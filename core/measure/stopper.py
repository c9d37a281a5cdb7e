"""Breaks off a step that would keep a Stop waiting."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from typing import Any

GRACE_S = 0.5
"""Seconds after Stop after which a step that is still running is cancelled; its batch is lost."""

_LOOK_S = 0.05


class Stopper:
    """Around ``model.fit``: after a Stop, cancels what TensorFlow is doing in the step.

    A Stop is soft: the run ends after the present batch, and ``on_stop`` says so to an execution
    of several batches. Where that batch is long in coming (a
    file that takes seconds to open), TensorFlow's own cancellation ends the wait; ``fit`` then
    raises ``tf.errors.CancelledError``.

    Args:
        cancelled: Asked often; True once the person wants to stop.
        on_stop: Called once, on another thread, as soon as that is so.
        on_break: Called on that thread before TensorFlow is told to break off: ends what it
            cannot, such as Python functions in processes of their own.

    Attributes:
        broke_off: Whether something was cancelled.
    """

    def __init__(
        self,
        cancelled: Callable[[], bool],
        on_stop: Callable[[], None] = lambda: None,
        on_break: Callable[[], None] = lambda: None,
    ) -> None:
        self._cancelled, self._on_stop, self._on_break = cancelled, on_stop, on_break
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="stopper")
        self._cancellation = _cancellation()
        self._manager: Any = None
        self.broke_off = False

    def __enter__(self) -> Stopper:
        """Begin to watch for a Stop."""
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Stop watching."""
        self._over.set()
        self._thread.join()

    def guard(self, step: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """The same step, so that it can be broken off.

        Each step has a cancellation of its own: the end of the data, which TensorFlow raises
        as an error, uses one up for good.
        """
        if self._cancellation is None:
            return step
        make = self._cancellation.CancellationManager
        within = self._cancellation.CancellationManagerContext

        def guarded(iterator: Any) -> Any:
            self._manager = make()
            with within(self._manager):
                return step(iterator)

        return guarded

    def _watch(self) -> None:
        while not self._cancelled():
            if self._over.wait(_LOOK_S):
                return
        self._on_stop()
        wait_s = GRACE_S
        while not self._over.wait(wait_s):
            manager = self._manager
            if manager is None:
                return
            self.broke_off = True
            self._on_break()
            manager.start_cancel()
            wait_s = _LOOK_S


def _cancellation() -> Any:
    """TensorFlow's cancellation, which it keeps to itself; without it a Stop is only soft."""
    try:
        return importlib.import_module("tensorflow.python.eager.cancellation")
    except ImportError:
        return None
