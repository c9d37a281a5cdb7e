"""Writes the events of the run under way into its log, as soon as they are there."""

from __future__ import annotations

import threading

from core.model.errors import ExplorerError
from core.model.events import Event
from core.store.run_log import RunLog


class Recorder:
    """Between what measures and what shows: what is shown was written down before.

    The thread that measures calls ``keep`` with each event, in order, before it hands it on;
    ``handled`` makes up for events that came without.
    """

    def __init__(self, log: RunLog | None = None) -> None:
        """Write into a log; None for a run that is not recorded."""
        self._log = log
        self._lock = threading.Lock()
        self._received = self._handled = 0
        self._reported = False

    def keep(self, event: Event) -> None:
        """Write an event down. Never raises: where it cannot be written it waits in memory."""
        with self._lock:
            self._received += 1
            if self._log is not None:
                self._log.keep(event)

    def handled(self, event: Event) -> None:
        """Take note that the session takes an event in.

        Called by one thread alone. It does not wait for the other one, which may be held up by a
        slow disk: an event that was handed on was counted before.
        """
        self._handled += 1
        if self._handled > self._received:
            self.keep(event)

    @property
    def trouble(self) -> ExplorerError | None:
        """Why events wait in memory instead of being on disk; None while all is well."""
        return self._log.trouble if self._log is not None else None

    def take_trouble(self) -> ExplorerError | None:
        """The same, once for as long as it lasts; then None."""
        trouble = self.trouble
        if trouble is None or self._reported:
            return None
        self._reported = True
        return trouble

    def relieved(self) -> bool:
        """Whether a trouble that was taken is over; said once."""
        over = self._reported and self.trouble is None
        self._reported = self._reported and not over
        return over
