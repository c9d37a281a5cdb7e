"""What is said of a run that is being stopped, or that nothing is heard of."""

from __future__ import annotations

import math

from core.engines.times import STOP_TIMES, StopTimes
from core.model.events import Phase, StopStage
from core.model.recording import Recording

SILENT_S = 20.0
"""A run that got no further for so long is said to."""
_PATIENCE_S = 3.0
"""A Stop that takes longer than that is explained."""

_BEFORE_BATCHES = (Phase.FILLING_BUFFERS, Phase.TRACING, Phase.TRAINING)


def stop_words(
    stage: StopStage | None,
    *,
    isolated: bool,
    stopping_s: float,
    stage_s: float,
    times: StopTimes = STOP_TIMES,
) -> str:
    """How far a Stop has come, and what comes next.

    Args:
        stage: As the run's engine says it; None while it says nothing.
        isolated: The run has a process of its own.
        stopping_s: Seconds since the Stop.
        stage_s: Seconds since its present stage began.
        times: How long each stage may take.
    """
    stage = stage or StopStage.SOFT
    if not isolated:
        if stopping_s < _PATIENCE_S:
            return str(stage)
        waits = f"{stage}, for {stopping_s:.0f} s"
        return f"{waits} · in this window it cannot be cut off, isolated it could"
    match stage:
        case StopStage.SOFT:
            return f"{stage} · {_in('its process is ended', times.soft_s - stopping_s)}"
        case StopStage.TERMINATING:
            return f"{stage} · {_in('it is killed', times.terminate_s - stage_s)}"
    return str(stage)


def _in(what: str, left_s: float) -> str:
    return f"{what} in {math.ceil(left_s)} s" if left_s > 0.0 else f"{what} now"


def silence_words(recording: Recording, silent_s: float, *, isolated: bool) -> str:
    """``no batch yet for 34 s · Stop ends it``; empty while a run gets on.

    Args:
        recording: The run under way.
        silent_s: Seconds since it got further.
        isolated: It has a process of its own, which can be ended whatever it does.
    """
    if silent_s < SILENT_S:
        return ""
    if recording.steps:
        what = "no batch"
    else:
        what = "no batch yet" if recording.phase in _BEFORE_BATCHES else "nothing heard"
    means = "Stop ends it" if isolated else "Stop asks it to end"
    return f"{what} for {silent_s:.0f} s · {means}"
