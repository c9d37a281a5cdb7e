"""What the timed loop measured, step by step, as arrays.

All times are seconds since the run's ``fit`` began, read from one clock. For step ``i``:

- ``asked_s[i]``: the iterator was asked for a batch,
- ``ready_s[i]``: the batch was there,
- ``done_s[i]``: the train step was done (on a GPU: it was queued).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.model.measured.totals import FloatArray, IntArray, StepColumns, Sums, Totals

__all__ = ["FloatArray", "Growing", "IntArray", "SampleBuffer", "Samples"]

_GROWTH = 1.25
"""Room is made for so many times what is needed: doubling would leave up to half of it empty."""


@dataclass(frozen=True)
class Samples:
    """Arrays of one run; shape ``(steps,)`` unless said otherwise. Treat as read-only.

    Attributes:
        asked_s: When the iterator was asked, in seconds.
        ready_s: When the batch was there, in seconds.
        done_s: When the train step was done, in seconds.
        examples: Examples in each step's batch.
        epoch_starts: Index of the first step of each epoch, shape ``(epochs,)``.
        loss_steps: Steps after which the loss was read, shape ``(readings,)``.
        losses: Those readings: Keras's mean of the epoch so far, shape ``(readings,)``.
    """

    asked_s: FloatArray
    ready_s: FloatArray
    done_s: FloatArray
    examples: IntArray
    epoch_starts: IntArray
    loss_steps: IntArray
    losses: FloatArray

    @property
    def steps(self) -> int:
        """How many steps were measured."""
        return len(self.done_s)

    @cached_property
    def columns(self) -> StepColumns:
        """What was measured of each step."""
        return StepColumns(self.asked_s, self.ready_s, self.done_s, self.examples)

    @cached_property
    def totals(self) -> Totals:
        """Running sums; for a run under way those of its buffer, which grow along."""
        totals = Totals()
        totals.extend(self.columns)
        return totals

    def sums(self, steps: IntArray) -> Sums:
        """Sums over the first so many steps, whatever their number at about the same cost."""
        return self.totals.at(self.columns, steps)

    @staticmethod
    def empty() -> Samples:
        """No step at all."""
        none, zero = np.empty(0), np.empty(0, np.int64)
        return Samples(none, none, none, zero, zero, zero, none)


Number = TypeVar("Number", np.float64, np.int64)


class Growing(Generic[Number]):
    """A one-dimensional array that grows at its end; ``view`` never copies."""

    def __init__(self, dtype: type[Number]) -> None:
        self._items: NDArray[Number] = np.empty(1024, dtype)
        self._used = 0

    def extend(self, items: NDArray[Number]) -> None:
        """Add items, making more room when it runs out."""
        needed = self._used + len(items)
        if needed > len(self._items):
            size = max(needed, int(_GROWTH * len(self._items)))
            room: NDArray[Number] = np.empty(size, self._items.dtype)
            room[: self._used] = self._items[: self._used]
            self._items = room
        self._items[self._used : needed] = items
        self._used = needed

    def view(self) -> NDArray[Number]:
        """What is there so far; what is added later does not show in it."""
        return self._items[: self._used]

    @property
    def nbytes(self) -> int:
        """Bytes that it takes, room to grow included."""
        return self._items.nbytes

    def __len__(self) -> int:
        return self._used


class SampleBuffer:
    """Samples of a run that is under way."""

    def __init__(self) -> None:
        self._asked, self._ready, self._done = (Growing(np.float64) for _ in range(3))
        self._examples, self._epoch_starts = Growing(np.int64), Growing(np.int64)
        self._loss_steps, self._losses = Growing(np.int64), Growing(np.float64)
        self._totals = Totals()

    def begin_epoch(self) -> None:
        """The next step added is the first of an epoch."""
        self._epoch_starts.extend(np.array([len(self._done)], np.int64))

    def add_steps(self, times_s: FloatArray, examples: IntArray) -> None:
        """Add steps: ``times_s`` of shape ``(n, 3)`` (asked, ready, done) and ``(n,)`` examples."""
        for column, growing in enumerate((self._asked, self._ready, self._done)):
            growing.extend(times_s[:, column])
        self._examples.extend(examples)
        self._totals.extend(
            StepColumns(
                self._asked.view(), self._ready.view(), self._done.view(), self._examples.view()
            )
        )

    def add_loss(self, step: int, loss: float) -> None:
        """Add one reading of the loss, taken after ``step`` steps of the run."""
        self._loss_steps.extend(np.array([step], np.int64))
        self._losses.extend(np.array([loss]))

    def __len__(self) -> int:
        return len(self._done)

    def samples(self) -> Samples:
        """Everything so far, without copying."""
        samples = Samples(
            self._asked.view(),
            self._ready.view(),
            self._done.view(),
            self._examples.view(),
            self._epoch_starts.view(),
            self._loss_steps.view(),
            self._losses.view(),
        )
        # In place of those that the property would sum up from all steps.
        vars(samples)["totals"] = self._totals
        return samples

    @property
    def nbytes(self) -> int:
        """Bytes that the samples take, room to grow included."""
        columns = (self._asked, self._ready, self._done, self._examples)
        others = (self._epoch_starts, self._loss_steps, self._losses)
        return self._totals.nbytes + sum(column.nbytes for column in (*columns, *others))


MOST_JUMPS = 100
"""Jumps that a run keeps at most, the first ones."""


@dataclass(frozen=True)
class ClockJump:
    """The clock was set, or the machine slept.

    Attributes:
        step: Index of the step that it fell in, from 0.
        by_s: How far it jumped, in seconds; below 0 where it was set back.
    """

    step: int
    by_s: float
