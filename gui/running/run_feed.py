"""Drains a run's events into the session, as often as drawing them may cost."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from queue import Empty, SimpleQueue

from PySide6.QtCore import QObject, QTimer, Signal

from core.model.errors import ExplorerError
from core.model.events import Event, RunEnded
from core.model.run import RunState
from gui.running.redraw_budget import RedrawBudget
from gui.state.app_state import AppState

_SETTLE_MS = 100
"""After so long all that a redraw brought about is painted."""


class RunFeed(QObject):
    """Takes events from the queue on a timer, so that a fast run cannot flood the event loop.

    What a redraw costs is the processor's time that this thread spends from draining the queue
    until all is painted, whoever draws; the timer follows it (see ``RedrawBudget``). Qt and
    pyqtgraph paint in several events after it, none of which says that it is the last: so it is
    simply the time of the next tenth of a second, which also holds what the person does then.

    Signals:
        ended: The last event of the run was taken in.
    """

    ended = Signal()

    def __init__(
        self,
        app_state: AppState,
        parent: QObject | None = None,
        *,
        heard: Callable[[Event], None] = lambda event: None,
        clock: Callable[[], float] = time.thread_time,
    ) -> None:
        """Make a feed.

        Args:
            app_state: Told of what is new.
            parent: Owner.
            heard: Told of each event before the session takes it in.
            clock: The processor's time on this thread in seconds; it stands still while the
                thread waits, for the GIL too.
        """
        super().__init__(parent)
        self._app_state, self._clock, self._heard = app_state, clock, heard
        self._budget = RedrawBudget()
        self._events: SimpleQueue[Event] | None = None
        self._began_s: float | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.drain)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.timeout.connect(self._settle)

    @property
    def interval_ms(self) -> int:
        """Milliseconds from one look into the queue to the next."""
        return round(1000 * self._budget.interval_s)

    def start(self, events: SimpleQueue[Event]) -> None:
        """Follow a run that was just begun in the session."""
        self._events = events
        self._timer.start(self.interval_ms)

    def drain(self) -> None:
        """Take in what is there now."""
        if self._events is None:
            return
        self._settle()
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
            self._app_state.run_advanced.emit()
        if changed and self._events is not None:
            self._began_s = began_s
            self._settling.start(_SETTLE_MS)

    def _settle(self) -> None:
        self._settling.stop()
        if self._began_s is None:
            return
        self._budget.spent(self._clock() - self._began_s)
        self._began_s = None
        if self._events is not None:
            self._timer.start(self.interval_ms)

    def _take(self, event: Event) -> None:
        recording = self._app_state.session.recording
        self._heard(event)
        try:
            self._app_state.session.handle(event)
        except ExplorerError as error:
            self._app_state.failed.emit(str(error), error.details)
        except Exception as error:
            # A fault in taking it in must not leave the run under way for ever.
            text = f"Part of the run could not be taken in ({type(error).__name__}: {error})."
            self._app_state.failed.emit(text, "".join(traceback.format_exception(error)))
        if isinstance(event, RunEnded):
            self._events = None
            self._timer.stop()
            if event.failure:
                self._app_state.failed.emit(event.failure.text(), event.failure.details)
                if event.state is RunState.FAILED:
                    named = self._app_state.session.experiments.name_of
                    name = named(recording.run()) if recording else "a run"
                    self._app_state.run_failed.emit(name)
            self.ended.emit()
