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
from functools import reduce

import numpy as np

from core.model.measured.samples import FloatArray, IntArray, Samples
from core.model.run import Prepared, Run

WARM_UP_RULE = (
    "Warm-up is shown but not averaged in: the first 10 steps (tracing, first iterator; whole "
    "executions, where one has several steps) and as many more as the prefetch buffer holds, at "
    "most half of the run; with a cache, and a run that goes on after it was filled, the whole "
    "first pass over the data; the whole first epoch too, where it read from the disk what later "
    "ones found in the file cache."
)

_COLD_BYTES = 10e6
_WARM_SHARE = 0.2
_LEAST_LATER_S = 0.5

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


def steady_start(run: Run) -> int:
    """Index of the first step of the steady part; see ``WARM_UP_RULE``."""
    start = _by_the_settings(run.samples, run.prepared)
    return max(start, int(run.samples.epoch_starts[1])) if read_from_disk_at_first(run) else start


def read_from_disk_at_first(run: Run) -> bool:
    """Whether the first epoch had to read what later ones found in the file cache."""
    samples, resources = run.samples, run.resources
    if len(samples.epoch_starts) < 2 or len(resources) < 2 or run.prepared is None:
        return False
    second = int(samples.epoch_starts[1])
    if samples.steps - second < LEAST_STEPS:
        return False
    edges_s = (samples.asked_s[0], samples.asked_s[second], samples.done_s[-1])
    if edges_s[2] - edges_s[1] < _LEAST_LATER_S:
        return False
    at = np.interp(edges_s, resources.at_s, resources.column("read_bytes"))
    first, later = at[1] - at[0], at[2] - at[1]
    # By step: later epochs may be many, or one that has just begun.
    per_step = later / (samples.steps - second)
    return bool(first >= _COLD_BYTES and per_step < _WARM_SHARE * first / second)


def _by_the_settings(samples: Samples, prepared: Prepared | None) -> int:
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
    """The account of the steady part of a run; None where it has too few steps.

    Steps that were traced, and what lies on both sides of them, are left out.
    """
    parts = [part for part in steady_parts(run) if part[1] - part[0] >= LEAST_STEPS]
    accounts = [account(run.samples, start, stop) for start, stop in parts]
    measured = [each for each in accounts if each is not None and each.wall_s > 0.0]
    return reduce(_added, measured, None)


def steady_parts(run: Run) -> tuple[tuple[int, int], ...]:
    """From which step to before which other one averages go: all but warm-up and traced steps."""
    start, stop = steady_start(run), run.samples.steps
    traced = run.tracing
    # A trace that could not be written has slowed its steps down all the same.
    if traced is None or not traced.steps or traced.stop <= start or traced.first >= stop:
        return ((start, stop),)
    return ((start, max(start, traced.first)), (min(traced.stop, stop), stop))


def averaged_steps(run: Run) -> int:
    """How many steps averages are over, as far as there are enough of them."""
    return sum(stop - start for start, stop in steady_parts(run))


def _added(first: Account | None, second: Account) -> Account:
    """Two stretches of a run as one; what lies between them is in neither."""
    if first is None:
        return second
    return Account(**{name: value + vars(second)[name] for name, value in vars(first).items()})


def account(samples: Samples, start: int, stop: int) -> Account | None:
    """The account of steps ``start`` to ``stop - 1``, from first request to last step done."""
    if stop <= start:
        return None
    sums = samples.sums(np.array([start, stop - 1, stop]))
    first, last, end = range(3)

    def spent(totals: FloatArray, until: int) -> float:
        # Differences of long sums come out a hair below 0 where nothing was spent.
        return max(float(totals[until] - totals[first]), 0.0)

    turnaround_s = float(turnarounds(samples, start, stop)[1].sum())
    return Account(
        wall_s=float(samples.done_s[stop - 1] - samples.asked_s[start]),
        input_wait_s=spent(sums.input_wait_s, end),
        device_busy_s=spent(sums.device_busy_s, end),
        host_s=max(spent(sums.gap_s, last) - turnaround_s, 0.0),
        epoch_turnaround_s=turnaround_s,
        steps=stop - start,
        examples=int(sums.examples[end] - sums.examples[first]),
    )


def turnarounds(samples: Samples, start: int, stop: int) -> tuple[IntArray, FloatArray]:
    """The last steps of epochs from ``start`` to ``stop - 2``, and the time to the next request.

    Returns:
        Their indices, ascending, and as many times in seconds.
    """
    ends = np.unique(samples.epoch_starts) - 1
    last: IntArray = ends[(ends >= start) & (ends < stop - 1)]
    return last, samples.asked_s[last + 1] - samples.done_s[last]
