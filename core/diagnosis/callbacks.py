"""What callbacks take between batches and epochs."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Callable
from dataclasses import dataclass

from core.model.quantity import significant
from core.model.recorded_call import FunctionSeen
from core.workloads.batch_work import BatchWork

_LEAST, _MOST = 3, 1000
"""Times that the work of a callback is done."""
_LONG_S = 3.0
"""What takes as long at first is not done again: what is set up for it is little of that."""


@dataclass(frozen=True)
class CallbackTime:
    """What one callback takes between batches or epochs.

    Attributes:
        hook: Its method, or the callback as it stands in the code.
        batch_s: Seconds for each batch, on average; 0 while that is not known.
        epoch_s: Seconds for each epoch, of what is done once for that; else 0.
        step_s: Seconds from one batch to the next without it; 0 while that is not known.
    """

    hook: FunctionSeen
    batch_s: float
    step_s: float = 0.0
    epoch_s: float = 0.0

    @property
    def percent(self) -> float:
        """Share of the time of a training that it takes."""
        whole_s = self.step_s + self.batch_s
        return 100.0 * self.batch_s / whole_s if self.step_s > 0.0 else 0.0

    @property
    def gain(self) -> float:
        """How many times as fast the training is without it."""
        return 1.0 / (1.0 - self.percent / 100.0)

    @property
    def words(self) -> str:
        """Its time in a clause."""
        if self.epoch_s:
            return f"{self.hook.name} takes {significant(self.epoch_s)} s for each epoch"
        return f"{self.hook.name} takes {significant(1000.0 * self.batch_s)} ms for each batch"


def timed(work: BatchWork, seconds: float, cancelled: Callable[[], bool]) -> CallbackTime | None:
    """Do the work of a callback for some time; None where it fails outside of a training.

    Args:
        work: What it does.
        seconds: How long; three times, unless that takes three times as long.
        cancelled: Asked often; True ends it.
    """
    # What it prints belongs to a training.
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            work.begin()
            began_s, done = time.perf_counter(), 1
            work.do(0)
            if time.perf_counter() - began_s < _LONG_S:
                began_s, done = time.perf_counter(), 0
            while not cancelled() and done < _MOST and time.perf_counter() - began_s < _LONG_S:
                done += 1
                work.do(done)
                spent_s = time.perf_counter() - began_s
                if spent_s >= seconds and (done >= _LEAST or spent_s >= _LEAST * seconds):
                    break
        except Exception:
            return None
    took_s = time.perf_counter() - began_s
    if not done or cancelled():
        return None
    if not work.every:
        return CallbackTime(work.hook, 0.0, epoch_s=took_s / done)
    return CallbackTime(work.hook, took_s / done / work.every)
