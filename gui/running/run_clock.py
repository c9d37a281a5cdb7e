"""When the run under way was last heard of, and since when it is being stopped."""

from __future__ import annotations

import time
from collections.abc import Callable

from core.model.events import (
    Event,
    PipelineSampled,
    ResourcesDescribed,
    ResourcesSampled,
    StopAdvanced,
)

_BESIDE = (PipelineSampled, ResourcesDescribed, ResourcesSampled, StopAdvanced)
"""What comes by itself, also from a run that gets no further."""


class RunClock:
    """Read by what says how a run is doing; its own clock, no event's."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Make a clock; ``clock`` gives seconds since whenever."""
        self._now = clock
        self._heard_s = self._stage_s = clock()
        self._stop_s: float | None = None

    def begin(self) -> None:
        """A run begins."""
        self._heard_s = self._stage_s = self._now()
        self._stop_s = None

    def heard(self, event: Event) -> None:
        """An event of it was taken in."""
        if isinstance(event, StopAdvanced):
            self._stage_s = self._now()
        if not isinstance(event, _BESIDE):
            self._heard_s = self._now()

    def stop(self) -> None:
        """It was asked to stop."""
        self._stop_s = self._stage_s = self._now()

    @property
    def silent_s(self) -> float:
        """Seconds since it got further: a batch, a phase, a step of a phase."""
        return self._now() - self._heard_s

    @property
    def stopping_s(self) -> float | None:
        """Seconds since it was asked to stop; None where it was not."""
        return None if self._stop_s is None else self._now() - self._stop_s

    @property
    def stage_s(self) -> float:
        """Seconds since the present stage of its Stop began."""
        return self._now() - self._stage_s
