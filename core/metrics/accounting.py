"""Where the time went: every second of the loop is input wait, device busy, host or turnaround.

Definitions (a step trains on one batch, also where an execution of the train function takes
several):

- *input wait*: from asking the iterator for a batch to having it;
- *device busy*: from having the batch to the train step being done;
- *epoch turnaround*: from an epoch's last step being done to the next epoch's first request;
- *host*: from any other step being done to the next request.

Over any stretch of steps they add up to its wall time; what is not device busy is device idle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.model.run import Prepared, Run
from core.model.samples import FloatArray, IntArray, Samples

WARM_UP_RULE = (
    "Warm-up is shown but not averaged in: the first 10 steps (tracing, first iterator; whole "
    "executions, where one has several steps) and as many more as the prefetch buffer holds, at "
    "most half of the run; with a cache, and a run that goes on after it was filled, the whole "
    "first pass over the data."
)

LEAST_STEPS = 2
"""With fewer steps after warm-up nothing is averaged: the figures are then not measured."""


@dataclass(frozen=True)
class Account:
    """Seconds of a stretch of steps, by what they were spent on, and what came of them."""

    wall_s: float
    input_wait_s: float
    device_busy_s: float
    host_s: float
    epoch_turnaround_s: float
    steps: int
    examples: int

    def percent(self, seconds: float) -> float:
        """A part of the wall time, in percent."""
        return 100.0 * seconds / self.wall_s

    @property
    def idle_percent(self) -> float:
        """What is not device busy, in percent of the wall time."""
        return self.percent(self.input_wait_s + self.host_s + self.epoch_turnaround_s)


def steady_start(samples: Samples, prepared: Prepared | None) -> int:
    """Index of the first step of the steady part; see ``WARM_UP_RULE``."""
    if prepared is None or samples.steps == 0:
        return 0
    # The first step was never steady, however few there are.
    start = max(1, min(prepared.warm_up_steps, samples.steps // 2))
    if 0 < prepared.warm_up_pass_steps <= samples.steps - LEAST_STEPS:
        return max(start, prepared.warm_up_pass_steps)
    later_epochs = samples.epoch_starts[prepared.warm_up_epochs :]
    if prepared.warm_up_epochs and len(later_epochs) and later_epochs[0] < samples.steps:
        start = max(start, int(later_epochs[0]))
    return start


def steady_account(run: Run) -> Account | None:
    """The account of the steady part of a run; None where it has too few steps."""
    start = steady_start(run.samples, run.prepared)
    if run.samples.steps - start < LEAST_STEPS:
        return None
    return account(run.samples, start, run.samples.steps)


def account(samples: Samples, start: int, stop: int) -> Account | None:
    """The account of steps ``start`` to ``stop - 1``, from first request to last step done."""
    if stop <= start:
        return None
    asked, ready, done = (
        column[start:stop] for column in (samples.asked_s, samples.ready_s, samples.done_s)
    )
    host, turnaround = gaps(samples, start, stop)
    return Account(
        wall_s=float(done[-1] - asked[0]),
        input_wait_s=float((ready - asked).sum()),
        device_busy_s=float((done - ready).sum()),
        host_s=float(host.sum()),
        epoch_turnaround_s=float(turnaround.sum()),
        steps=stop - start,
        examples=int(samples.examples[start:stop].sum()),
    )


def gaps(samples: Samples, start: int, stop: int) -> tuple[FloatArray, FloatArray]:
    """Time after each step until the next request, as host or as epoch turnaround.

    Returns:
        Two arrays of shape ``(stop - start - 1,)`` in seconds; of each gap one of them is 0.
    """
    gap = samples.asked_s[start + 1 : stop] - samples.done_s[start : stop - 1]
    last = _last_steps(samples, start, stop)
    turnaround = np.zeros_like(gap)
    turnaround[last] = gap[last]
    return gap - turnaround, turnaround


def _last_steps(samples: Samples, start: int, stop: int) -> IntArray:
    ends = samples.epoch_starts - 1
    return ends[(ends >= start) & (ends < stop - 1)] - start
