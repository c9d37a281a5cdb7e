"""Stop by steps: softly, then the process, then everything that it started."""

from __future__ import annotations

from collections.abc import Callable

from core.engines.times import StopTimes
from core.model.events import StopStage


class StopEscalation:
    """Says which means is due. Does nothing by itself.

    Attributes:
        stage: How far the Stop has come; None while nobody asked for one.
    """

    def __init__(self, times: StopTimes, clock: Callable[[], float]) -> None:
        """Stand at the foot of it.

        Args:
            times: How long each means has.
            clock: Seconds.
        """
        self._times, self._clock = times, clock
        self._due_s = 0.0
        self.stage: StopStage | None = None

    def look(self, *, asked: bool, hurried: bool) -> StopStage | None:
        """The stage that begins now; None where it is as before.

        Args:
            asked: The person wants the run to stop.
            hurried: They asked twice: what is soft is passed over.
        """
        now_s = self._clock()
        if self.stage is None and hurried:
            return self._begin(StopStage.TERMINATING, now_s + self._times.terminate_s)
        if self.stage is None and asked:
            return self._begin(StopStage.SOFT, now_s + self._times.soft_s)
        if self.stage is StopStage.SOFT and (hurried or now_s >= self._due_s):
            return self._begin(StopStage.TERMINATING, now_s + self._times.terminate_s)
        if self.stage is StopStage.TERMINATING and now_s >= self._due_s:
            return self._begin(StopStage.KILLING, float("inf"))
        return None

    @property
    def by_force(self) -> bool:
        """Whether the process was ended from here."""
        return self.stage in (StopStage.TERMINATING, StopStage.KILLING)

    def _begin(self, stage: StopStage, due_s: float) -> StopStage:
        self.stage, self._due_s = stage, due_s
        return stage
