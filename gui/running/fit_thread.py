"""The QThread that a run takes place on."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from queue import SimpleQueue

from PySide6.QtCore import QObject, QThread

from core.engines.protocols import Fit
from core.model.events import Event, RunEnded
from core.model.plan import RunPlan
from core.model.run import Failure, RunState

# macOS gives secondary threads 512 KB, too little for tracing a model.
_STACK_BYTES = 16 * 1024 * 1024


class FitThread(QThread):
    """Carries out one plan. What it measures goes into a queue, not through signals.

    Attributes:
        events: The events of the run, in order; a ``RunEnded`` is always the last.
    """

    def __init__(
        self,
        plan: RunPlan,
        fit: Fit,
        keep: Callable[[Event], None] = lambda event: None,
        parent: QObject | None = None,
    ) -> None:
        """Make a thread that is not started yet.

        Args:
            plan: What to carry out.
            fit: What carries it out.
            keep: Writes an event down before anybody hears of it; called on the thread.
            parent: Owner.
        """
        super().__init__(parent)
        self.setObjectName("fit")
        self.setStackSize(_STACK_BYTES)
        self.events: SimpleQueue[Event] = SimpleQueue()
        self._plan, self._fit, self._keep = plan, fit, keep
        self._cancelled = threading.Event()
        self._ended = False

    def cancel(self) -> None:
        """Ask the run to stop; it does so after the present batch."""
        self._cancelled.set()

    def run(self) -> None:
        """Carry out the plan; nothing may leave this method, Qt would only print it."""
        try:
            self._fit(self._plan, self._put, self._cancelled.is_set)
        except BaseException as error:
            self._end(Failure(f"{type(error).__name__}: {error}"))
        else:
            self._end(Failure("The run ended without saying how"))

    def _put(self, event: Event) -> None:
        if self._ended:
            return
        self._ended = isinstance(event, RunEnded)
        try:
            self._keep(event)
        finally:
            # Whatever became of keeping it: without its last event a run would never be over.
            self.events.put(event)

    def _end(self, failure: Failure) -> None:
        with contextlib.suppress(BaseException):
            self._put(RunEnded(RunState.FAILED, failure))
