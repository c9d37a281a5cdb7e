"""A loss that is no number any more: where in the run that began."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.model.run import Run


@dataclass(frozen=True)
class NotFinite:
    """A loss that came out as NaN or infinite.

    Attributes:
        value: What it came out as.
        step: Steps that were taken when it was first read as that.
        last_good: Steps that were taken when it was last read as a number before; 0 for never.
        epoch: The epoch, from 1, in which that was.
        recovered: A later epoch's loss is a number again.
    """

    value: float
    step: int
    last_good: int
    epoch: int
    recovered: bool

    @property
    def word(self) -> str:
        """``NaN``, or ``infinite``."""
        return "NaN" if math.isnan(self.value) else "infinite"

    def when(self) -> str:
        """``from step 31 on at the latest (after step 12 it was still a number)``."""
        until = " for some steps" if self.recovered else " on"
        before = self.last_good
        if before >= self.step - 1:
            return f"from step {self.step:,}{until}"
        known = (
            f"after step {before:,} it was still a number" if before else "it never was a number"
        )
        return f"from step {self.step:,}{until} at the latest ({known})"


def not_finite(run: Run) -> NotFinite | None:
    """Where a run's loss first came out as no number; None where it always was one.

    Keras's loss is the mean of the epoch so far and is read ten times a second: a step whose loss
    is NaN shows from the next reading to the end of its epoch.
    """
    samples = run.samples
    bad = np.flatnonzero(~np.isfinite(samples.losses))
    if len(bad) == 0:
        return _by_epoch(run)
    first = int(bad[0])
    step = int(samples.loss_steps[first])
    last_good = int(samples.loss_steps[first - 1]) if first else 0
    epoch = max(1, int(np.searchsorted(samples.epoch_starts, step)))
    recovered = bool(np.isfinite(samples.losses[-1]))
    return NotFinite(float(samples.losses[first]), step, last_good, epoch, recovered)


def _by_epoch(run: Run) -> NotFinite | None:
    """From the means of epochs alone: no reading of the loss fell into it."""
    for number, loss in enumerate(run.epoch_losses, start=1):
        if loss is None or math.isfinite(loss):
            continue
        starts = [*run.samples.epoch_starts.tolist(), run.samples.steps]
        step = starts[number] if number < len(starts) else run.samples.steps
        last = [epoch_loss for epoch_loss in run.epoch_losses if epoch_loss is not None][-1]
        begin = starts[number - 1] if number - 1 < len(starts) else 0
        return NotFinite(loss, step, begin, number, math.isfinite(last))
    return None
