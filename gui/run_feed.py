"""Drains a run's events into the session, as often as drawing them may cost."""

from __future__ import annotations

import time
from collections.abc import Callable
from queue import Empty, SimpleQueue

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from core.model.errors import ExplorerError
from core.model.events import Event, RunEnded
from gui.notifier import Notifier
from gui.redraw_budget import RedrawBudget


class RunFeed(QObject):
    """Takes events from the queue on a timer, so that a fast run cannot flood the event loop.

    What a redraw costs is the processor's time on this thread from draining the queue to the
    end of the paint that follows, whoever draws; the timer follows it (see ``RedrawBudget``).

    Signals:
        ended: The last event of the run was taken in.
    """

    ended = Signal()

    def __init__(
        self,
        notifier: Notifier,
        parent: QObject | None = None,
        *,
        clock: Callable[[], float] = time.thread_time,
    ) -> None:
        """Make a feed.

        Args:
            notifier: Told of what is new.
            parent: Owner.
            clock: The processor's time on this thread in seconds; it stands still while the
                thread waits, for the GIL too.
        """
        super().__init__(parent)
        self._notifier, self._clock = notifier, clock
        self._budget = RedrawBudget()
        self._events: SimpleQueue[Event] | None = None
        self._began_s: float | None = None
        self._cost_s = 0.0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.drain)

    @property
    def interval_ms(self) -> int:
        """Milliseconds from one look into the queue to the next."""
        return round(1000 * self._budget.interval_s)

    def watch(self, window: QWidget) -> None:
        """Count the paints of a window as part of what a redraw costs."""
        window.installEventFilter(self)

    def start(self, events: SimpleQueue[Event]) -> None:
        """Follow a run that was just begun in the session."""
        self._events = events
        self._timer.start(self.interval_ms)

    def drain(self) -> None:
        """Take in what is there now."""
        if self._events is None:
            return
        # Without a paint since then, the last redraw cost what the panels did.
        self._settle(self._cost_s)
        began_s = self._clock()
        changed = False
        while self._events is not None:
            try:
                event = self._events.get_nowait()
            except Empty:
                break
            changed = True
            self._take(event)
        if changed:
            self._notifier.run_advanced.emit()
            self._began_s, self._cost_s = began_s, self._clock() - began_s

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Clock the window's next paint: all that is due in it is painted in one event."""
        if event.type() is not QEvent.Type.UpdateRequest or self._began_s is None:
            return False
        # Given on from here, for there is no event that says when a paint is over.
        watched.event(event)
        if self._began_s is not None:
            self._settle(self._clock() - self._began_s)
        return True

    def _settle(self, cost_s: float) -> None:
        if self._began_s is None:
            return
        self._began_s = None
        self._budget.spent(cost_s)
        if self._events is not None:
            self._timer.start(self.interval_ms)

    def _take(self, event: Event) -> None:
        try:
            self._notifier.session.handle(event)
        except ExplorerError as error:
            self._notifier.failed.emit(str(error), error.details)
        if isinstance(event, RunEnded):
            self._events = None
            self._timer.stop()
            if event.failure:
                self._notifier.failed.emit(event.failure.text(), event.failure.details)
            self.ended.emit()
