"""Starts and stops runs."""

from __future__ import annotations

import sys
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from core.model.errors import ExplorerError
from core.model.plan import Part, RunPlan
from core.model.run import RunState
from gui.fit_thread import Fit, FitThread, real_fit
from gui.notifier import Notifier
from gui.run_feed import RunFeed

_SWITCH_S = 0.0005
"""How long a thread may be made to wait for Python's global lock while a run goes on.

With CPython's 5 ms each of the many calls in a redraw may wait so long for Keras to let go of the
lock, and Keras as long for the redraw: a redraw of 20 ms then held the window up for 80 ms.
"""


class Activity(StrEnum):
    """What the controller is at."""

    IDLE = "idle"
    RUNNING = "running"
    STOPPING = "stopping"


class RunController(QObject):
    """One run at a time, on a thread of its own.

    Signals:
        activity_changed: A run began, is being stopped, or is over and its thread gone.
    """

    activity_changed = Signal()

    def __init__(
        self, notifier: Notifier, fit: Fit = real_fit, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._notifier, self._fit = notifier, fit
        self._thread: FitThread | None = None
        self._feed = RunFeed(notifier, self)
        self._feed.ended.connect(self._release)
        self._then: tuple[RunPlan, ...] = ()
        self._under_way = ""
        self._usual_switch_s = sys.getswitchinterval()
        self.activity = Activity.IDLE

    def start(self, plan: RunPlan, *then: RunPlan) -> None:
        """Begin a run; others follow: all of a comparison, else only while each goes through.

        Says so through ``Notifier.failed`` where it cannot. A stop ends them all.
        """
        try:
            recording = self._notifier.session.begin(plan)
        except ExplorerError as error:
            self._notifier.failed.emit(str(error), error.details)
            return
        self._usual_switch_s = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_S)
        self._thread = FitThread(plan, self._fit, self)
        self._thread.finished.connect(self._release)
        self._feed.start(self._thread.events)
        self._then = then
        self._under_way = plan.id
        self._set(Activity.RUNNING)
        if plan.part is Part.WHOLE:
            self._notifier.select((recording.run().id,))
        self._thread.start()

    @property
    def to_follow(self) -> int:
        """How many runs follow the one under way."""
        return len(self._then)

    def stop(self) -> None:
        """Ask the run under way to stop; it does after the present batch."""
        if self._thread is not None and self.activity is Activity.RUNNING:
            self._thread.cancel()
            self._set(Activity.STOPPING)

    def _release(self) -> None:
        """Both must be true before the next run: last event taken in, thread gone."""
        if self._thread is None or not self._thread.isFinished():
            return
        if self._notifier.session.recording is not None:
            # Its last event is in the queue: taking it in leads back here.
            self._feed.drain()
            return
        thread, self._thread = self._thread, None
        thread.deleteLater()
        sys.setswitchinterval(self._usual_switch_s)
        ended = self._notifier.session.run(self._under_way)
        goes_on = ended.state is RunState.DONE or (
            # One repeat that failed does not stop the others.
            ended.plan.turn is not None and ended.state is RunState.FAILED
        )
        if self._then and goes_on and self.activity is Activity.RUNNING:
            self.start(*self._then)
            if self._thread is not None:
                return
        self._then = ()
        self._set(Activity.IDLE)

    def _set(self, activity: Activity) -> None:
        if activity is not self.activity:
            self.activity = activity
            self.activity_changed.emit()
