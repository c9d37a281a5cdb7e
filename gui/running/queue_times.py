"""How long the runs that wait will take, and when each will begin."""

from __future__ import annotations

import itertools

from core.analysis.sweeps.time_needed import Durations, TimeNeeded
from core.model.plan import RunPlan
from gui.running.progress import seconds_left
from gui.state.app_state import AppState


class QueueTimes:
    """Estimates for the session's queue, made anew only once the queue or the runs changed."""

    def __init__(self, app_state: AppState) -> None:
        self._app_state = app_state
        self._durations: Durations | None = None
        self._needed: TimeNeeded | None = None
        # From the beginning of the first that waits to that of each one.
        self._offsets_s: list[float | None] | None = None
        app_state.runs_changed.connect(self._forget)
        app_state.queue_changed.connect(self._forget_queue)

    @property
    def durations(self) -> Durations:
        """What the runs that were done say of those to come."""
        if self._durations is None:
            self._durations = Durations(self._app_state.session.runs)
        return self._durations

    def seconds(self, plan: RunPlan) -> float | None:
        """How long a run will take; None where nothing like it was run before."""
        return self.durations.seconds(plan)

    def needed(self) -> TimeNeeded:
        """How long all that wait will take."""
        if self._needed is None:
            self._needed = self.durations.needed(self._app_state.session.queue.plans)
        return self._needed

    def left_s(self) -> float | None:
        """What is left of the run under way: 0 where there is none, None where nobody knows."""
        recording = self._app_state.session.recording
        if recording is None:
            return 0.0
        left = seconds_left(recording)
        return self.seconds(recording.run().plan) if left is None else left

    def begins_in_s(self, place: int) -> float | None:
        """Seconds until the run at a place in the queue begins; None where nobody knows.

        As if the queue went on now.
        """
        left = self.left_s()
        if left is None:
            return None
        if self._offsets_s is None:
            self._offsets_s = [0.0]
            plans = self._app_state.session.queue.plans
            for plan in itertools.islice(plans, max(0, len(plans) - 1)):
                before, seconds = self._offsets_s[-1], self.seconds(plan)
                self._offsets_s.append(
                    None if before is None or seconds is None else before + seconds
                )
        offset = self._offsets_s[place]
        return None if offset is None else left + offset

    def _forget(self) -> None:
        self._durations = None
        self._forget_queue()

    def _forget_queue(self) -> None:
        self._needed = self._offsets_s = None
