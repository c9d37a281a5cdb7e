"""What the x axis of plots over the course of a run counts, and where steps stand on it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.metrics.series import epochs_at
from core.model.measured.samples import FloatArray, IntArray
from core.model.run import Run
from core.python_versions import StrEnum


class XAxis(StrEnum):
    """What the x axis counts."""

    STEP = "step"
    SECONDS = "seconds"
    EPOCH = "epoch"


@dataclass(frozen=True)
class XRange:
    """A stretch of the x axis that a person selected.

    Attributes:
        x_axis: What the axis counts.
        low: Where it begins; with steps, how many went by before it.
        high: Where it ends.
    """

    x_axis: XAxis
    low: float
    high: float

    @staticmethod
    def between(x_axis: XAxis, one: float, other: float) -> XRange:
        """The stretch between two places, whichever comes first: whole steps, from 0 on."""
        low, high = max(min(one, other), 0.0), max(one, other, 0.0)
        if x_axis is XAxis.STEP:
            low, high = math.floor(low), math.ceil(high)
            high = max(high, low + 1)
        return XRange(x_axis, float(low), float(high))

    def words(self) -> str:
        """``steps 41 to 120``: with steps, both are in it."""
        if self.x_axis is XAxis.STEP and self.high - self.low <= 1:
            return f"step {self.high:,.0f}"
        if self.x_axis is XAxis.STEP:
            return f"steps {self.low + 1:,.0f} to {self.high:,.0f}"
        if self.x_axis is XAxis.SECONDS:
            return f"seconds {self.low:,.1f} to {self.high:,.1f}"
        return f"epochs {self.low:.2f} to {self.high:.2f}"

    def steps(self, run: Run) -> tuple[int, int] | None:
        """From which step of a run to before which one it reaches; None for none of them."""
        steps = run.samples.steps
        if not steps:
            return None
        begin, end = x_at(run, np.array([0, steps]), self.x_axis)
        if self.high <= begin or self.low >= end:
            return None
        if self.x_axis is XAxis.STEP:
            return int(self.low), min(int(self.high), steps)
        first = step_at(run, max(self.low, float(begin)), self.x_axis)
        last = step_at(run, min(self.high, float(end)), self.x_axis)
        return first or 0, steps if last is None else last + 1


X_LABELS = {
    XAxis.STEP: "step",
    XAxis.SECONDS: "seconds since fit began",
    XAxis.EPOCH: "epochs",
}


def x_at(run: Run, steps: IntArray, x_axis: XAxis) -> FloatArray:
    """The x position at which so many steps had gone by; shape as ``steps``.

    In seconds that is the request of the step that followed, and the end of the last step.
    """
    if x_axis is XAxis.STEP:
        return steps.astype(float)
    if x_axis is XAxis.SECONDS:
        samples = run.samples
        last = samples.steps - 1
        moments: FloatArray = samples.asked_s[np.clip(steps, 0, last)]
        return np.where(steps > last, samples.done_s[-1:], moments)
    return _epochs(run, steps)


def x_of_times(run: Run, at_s: FloatArray, x_axis: XAxis) -> FloatArray:
    """Where moments stand, in seconds since fit began; between steps in proportion.

    Only for a run with steps, and for moments from its first request to its last step done.
    """
    if x_axis is XAxis.SECONDS:
        return at_s
    samples = run.samples
    # Looked up one by one: a long run has far more steps than there are moments.
    before = np.clip(np.searchsorted(samples.asked_s, at_s, side="right") - 1, 0, None)
    begin = samples.asked_s[before]
    last = samples.steps - 1
    after = np.where(
        before < last, samples.asked_s[np.minimum(before + 1, last)], samples.done_s[-1]
    )
    steps: FloatArray = before + (at_s - begin) / np.maximum(after - begin, 1e-9)
    return steps if x_axis is XAxis.STEP else _epochs(run, steps)


def step_at(run: Run, x: float, x_axis: XAxis) -> int | None:
    """Index of the step that was under way at an x position; None outside the run."""
    steps = run.samples.steps
    if steps == 0:
        return None
    # Monotonic, so halving finds it without laying out every step.
    low, high = 0, steps
    if not _one(run, low, x_axis) <= x <= _one(run, high, x_axis):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if _one(run, middle, x_axis) <= x:
            low = middle
        else:
            high = middle
    return low


def _one(run: Run, step: int, x_axis: XAxis) -> float:
    if x_axis is XAxis.SECONDS:
        samples = run.samples
        return float(samples.asked_s[step] if step < samples.steps else samples.done_s[-1])
    return float(x_at(run, np.array([step]), x_axis)[0])


def _epochs(run: Run, steps: IntArray | FloatArray) -> FloatArray:
    array: FloatArray = epochs_at(run.samples, steps)
    expected = run.prepared.steps_per_epoch if run.prepared else None
    taken = run.samples.steps
    if len(run.samples.epoch_starts) == 1 and expected and taken < expected:
        # Within the first epoch its length is known only from what was prepared.
        return array * (taken / expected)
    return array
