"""What callbacks take between batches and epochs."""

from __future__ import annotations

import contextlib
import io
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from core.model.quantity import significant
from core.model.recorded_call import FunctionSeen
from core.workloads.batch_work import BatchWork

_LEAST, _MOST = 3, 1000
"""Times that the work of a callback is done."""
_LONG_S = 3.0
"""What takes as long at first is not done again: what is set up for it is little of that."""
_LEAST_ENDS = 2
_LEAST_QUARTER, _LONGER, _UNEVEN = 8, 1.2, 8.0
"""Of what takes longer each time: calls in a quarter, the last quarter over the first, and the
largest increase from one quarter to the next over the smallest."""


@dataclass(frozen=True)
class CallbackTime:
    """What one callback takes between batches or epochs.

    Attributes:
        hook: Its method, or the callback as it stands in the code.
        batch_s: Seconds for each batch, on average; 0 while that is not known.
        epoch_s: Seconds for each epoch, of what is done once for that; else 0.
        step_s: Seconds from one batch to the next without it; 0 while that is not known.
        longer: It takes longer with each batch: the average is that of the whole training, or of
            its first seconds.
    """

    hook: FunctionSeen
    batch_s: float
    step_s: float = 0.0
    epoch_s: float = 0.0
    longer: bool = False

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
        longer = ", longer with each" if self.longer else ""
        batch_ms = significant(1000.0 * self.batch_s)
        return f"{self.hook.name} takes {batch_ms} ms for each batch{longer}"


def timed(
    work: BatchWork, seconds: float, cancelled: Callable[[], bool], batches: int = 0
) -> CallbackTime | None:
    """Do the work of a callback for some time; None where it fails outside of a training.

    Args:
        work: What it does.
        seconds: After which it stops, once it was done three times; else after three times that.
        cancelled: Asked often; True ends it.
        batches: Of the training, 0 where that is not known: what takes longer each time is done
            for as many.
    """
    # What it prints belongs to a training.
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            work.begin()
            ended_s = [time.perf_counter()]
            work.do(0)
            ended_s.append(time.perf_counter())
            if ended_s[-1] - ended_s[0] < _LONG_S:
                ended_s = ended_s[-1:]
            times = batches // (work.every or 1)
            _go_on(work, ended_s, min(times or _MOST, _MOST), seconds, cancelled)
            if _grows(ended_s):
                _go_on(work, ended_s, times, _LONG_S, cancelled)
        except Exception:
            return None
    if len(ended_s) < _LEAST_ENDS or cancelled():
        return None
    each_s = (ended_s[-1] - ended_s[0]) / (len(ended_s) - 1)
    if not work.every:
        return CallbackTime(work.hook, 0.0, epoch_s=each_s)
    return CallbackTime(work.hook, each_s / work.every, longer=_grows(ended_s))


def _go_on(
    work: BatchWork,
    ended_s: list[float],
    most: int,
    seconds: float,
    cancelled: Callable[[], bool],
) -> None:
    """Do it again, so many times at most, until so many seconds are used."""
    while not cancelled() and len(ended_s) <= most and ended_s[-1] - ended_s[0] < _LONG_S:
        work.do(len(ended_s))
        ended_s.append(time.perf_counter())
        spent_s = ended_s[-1] - ended_s[0]
        if spent_s >= seconds and (len(ended_s) > _LEAST or spent_s >= _LEAST * seconds):
            return


def _grows(ended_s: Sequence[float]) -> bool:
    """Whether it takes longer each time.

    A machine that is slower for a while makes it longer, too, but all at once.
    """
    each_s = [later - earlier for earlier, later in itertools.pairwise(ended_s)]
    quarter = len(each_s) // 4
    if quarter < _LEAST_QUARTER:
        return False
    at = [median(each_s[n * quarter : (n + 1) * quarter]) for n in range(4)]
    steps = [later - earlier for earlier, later in itertools.pairwise(at)]
    return min(steps) > 0.0 and max(steps) < _UNEVEN * min(steps) and at[-1] > _LONGER * at[0]
