"""Starts and stops runs."""

from __future__ import annotations

import sys
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from core.engines.protocols import Fit
from core.model.errors import ExplorerError
from core.model.plan import PROCESS, WINDOW, Part, RunPlan
from core.session.queue import Waiting
from gui.running.fit_thread import FitThread
from gui.running.run_clock import RunClock
from gui.running.run_feed import RunFeed
from gui.state.app_state import AppState

_SWITCH_S = 0.0005
"""How long a thread may be made to wait for Python's global lock while a run goes on.

With CPython's 5 ms each of the many calls in a redraw may wait so long for Keras to let go of the
lock, and Keras as long for the redraw: a redraw of 20 ms then held the window up for 80 ms. An
isolated run has a lock of its own.
"""


class Activity(StrEnum):
    """What the controller is at."""

    IDLE = "idle"
    RUNNING = "running"
    STOPPING = "stopping"


class RunController(QObject):
    """Carries out the runs that wait in the session's queue, one at a time on a thread.

    Attributes:
        activity: What it is at.
        clock: When the run under way was last heard of, and since when it is being stopped.

    Signals:
        activity_changed: A run began, is being stopped, or is over and its thread gone.
        beginning: A run is about to begin, also one that follows another at once: its plan.
    """

    activity_changed = Signal()
    beginning = Signal(object)

    def __init__(self, app_state: AppState, fit: Fit, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app_state, self._fit = app_state, fit
        self._thread: FitThread | None = None
        self._engine = WINDOW
        self.clock = RunClock()
        self._feed = RunFeed(app_state, self, heard=self.clock.heard)
        self._feed.ended.connect(self._release)
        self._usual_switch_s = sys.getswitchinterval()
        self._held = False
        self.activity = Activity.IDLE

    def start(self, *plans: RunPlan | Waiting) -> None:
        """Put runs at the end of the queue and begin the first that waits, unless one is under way.

        A queue that was paused stays so. Where a run cannot be begun, ``AppState.failed`` says it.
        """
        self._app_state.session.queue.add(*plans)
        self.go_on()

    def go_on(self) -> None:
        """Begin the next run that waits, unless one is under way or the queue is paused."""
        queue = self._app_state.session.queue
        while self._thread is None and not self._held:
            plan = queue.take()
            if plan is None:
                break
            if not self._begin(plan):
                # Neither lost nor tried over and over: what is in the way must be mended first.
                queue.restore((Waiting(plan),))
                queue.paused = True
        self._set(Activity.IDLE if self._thread is None else self._still())

    @property
    def isolated(self) -> bool:
        """Whether the run under way has a process of its own."""
        return self._thread is not None and self._engine == PROCESS

    @property
    def held(self) -> bool:
        """Whether no run is begun, as something else takes the whole process."""
        return self._held

    def set_held(self, held: bool) -> None:
        """Begin no run until that is over, and then those that wait."""
        if held is not self._held:
            self._held = held
            self.activity_changed.emit()
            self.go_on()

    def set_paused(self, paused: bool) -> None:
        """Begin no further run after the present one, or go on."""
        self._app_state.session.queue.paused = paused
        if not paused:
            self.go_on()

    def stop(self) -> None:
        """Ask the run under way to stop; it does after the present batch. Those behind it wait."""
        if self._thread is not None and self.activity is Activity.RUNNING:
            self._thread.cancel()
            self.clock.stop()
            queue = self._app_state.session.queue
            queue.paused = queue.paused or len(queue) > 0
            self._set(Activity.STOPPING)

    def _begin(self, plan: RunPlan) -> bool:
        try:
            recording = self._app_state.session.begin(plan)
        except ExplorerError as error:
            self._app_state.failed.emit(str(error), error.details)
            return False
        # As it was recorded: with this machine's folders, wherever it came from.
        plan = recording.run().plan
        self._engine = plan.engine
        self.clock.begin()
        self.beginning.emit(plan)
        self._usual_switch_s = sys.getswitchinterval()
        if plan.engine != PROCESS:
            sys.setswitchinterval(_SWITCH_S)
        self._thread = FitThread(plan, self._fit, self._app_state.session.recorder.keep, self)
        self._thread.finished.connect(self._release)
        self._feed.start(self._thread.events)
        self._set(Activity.RUNNING)
        if plan.part is Part.WHOLE:
            self._app_state.select((recording.run().id,))
        self._thread.start()
        return True

    def _still(self) -> Activity:
        return self.activity if self.activity is Activity.STOPPING else Activity.RUNNING

    def _release(self) -> None:
        """Both must be true before the next run: last event taken in, thread gone."""
        if self._thread is None or not self._thread.isFinished():
            return
        if self._app_state.session.recording is not None:
            # Its last event is in the queue: taking it in leads back here.
            self._feed.drain()
            return
        thread, self._thread = self._thread, None
        thread.deleteLater()
        sys.setswitchinterval(self._usual_switch_s)
        self.go_on()

    def _set(self, activity: Activity) -> None:
        if activity is not self.activity:
            self.activity = activity
            self.activity_changed.emit()
