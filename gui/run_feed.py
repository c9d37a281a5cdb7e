"""Drains a run's events into the session, a few times a second."""

from __future__ import annotations

from queue import Empty, SimpleQueue

from PySide6.QtCore import QObject, QTimer, Signal

from core.model.errors import ExplorerError
from core.model.events import Event, RunEnded
from gui.notifier import Notifier

INTERVAL_MS = 120


class RunFeed(QObject):
    """Takes events from the queue on a timer, so that a fast run cannot flood the event loop.

    Signals:
        ended: The last event of the run was taken in.
    """

    ended = Signal()

    def __init__(self, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notifier = notifier
        self._events: SimpleQueue[Event] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.drain)

    def start(self, events: SimpleQueue[Event]) -> None:
        """Follow a run that was just begun in the session."""
        self._events = events
        self._timer.start()

    def drain(self) -> None:
        """Take in what is there now."""
        if self._events is None:
            return
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
