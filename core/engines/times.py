"""How long an isolated run has to obey a Stop, before the next means is taken."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StopTimes:
    """Seconds from one stage of a Stop to the next.

    Attributes:
        soft_s: From Stop until its process is told to end (SIGTERM): so long the batch under way
            has, with everything that is written down after it.
        terminate_s: From there until the process and all that it started are killed (SIGKILL).
        look_s: How often it is looked whether a Stop was asked for.
        drain_s: How long after the end of its process a run is listened to for what is still in
            the pipe; a process that left its group can hold the pipe open for longer.
    """

    soft_s: float = 5.0
    terminate_s: float = 2.0
    look_s: float = 0.05
    drain_s: float = 1.0


STOP_TIMES = StopTimes()
