"""One short training: what is measured of it, and when it is over."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.lazy import keras
from core.machine_memory import swapped_in_bytes
from core.model.errors import RunError
from core.text.plural import plural

_WARM_S = 0.2
"""So much of a segment is not measured, and the steps that a prefetch held ready."""
_WARM_STEPS, _MOST_WARM_STEPS = 3, 40
_LEAST_STEPS = 6
_STALL_S, _STALL_TIMES = 0.5, 50.0
"""A gap between two steps that is that long, and so many times the usual one, is no host time."""


@dataclass(frozen=True)
class Segment:
    """What a short training came to, without its beginning.

    Attributes:
        wall_s: From the first request that counts to the last step done.
        input_wait_s: Of that, in which the loop waited for a batch.
        device_busy_s: Of that, in which a step was under way.
        turnaround_s: Of that, from an epoch's last step to the next epoch's first request.
        first_waits_s: Of the input wait, that for the first batch of each epoch.
        steps: Batches.
        examples: Examples in them.
        cores: Cores that the process kept busy.
        first_s: Seconds from the iterator's creation to its first batch.
        epochs: Epochs that ended in it.
        swapped_in_bytes: What came back from swap, of all programs.
        epochs_examples_per_s: Throughput over whole epochs, each with its beginning; None where
            these were not asked for.
    """

    wall_s: float
    input_wait_s: float
    device_busy_s: float
    turnaround_s: float
    first_waits_s: float
    steps: int
    examples: float
    cores: float
    first_s: float
    epochs: int
    swapped_in_bytes: float = 0.0
    epochs_examples_per_s: float | None = None

    @property
    def examples_per_s(self) -> float:
        """Throughput."""
        return self.examples / self.wall_s

    @property
    def host_s(self) -> float:
        """The rest: Keras, callbacks, Python."""
        rest = self.wall_s - self.input_wait_s - self.device_busy_s - self.turnaround_s
        return max(rest, 0.0)


class SegmentRecorder:
    """Collects the steps of one short training and ends it."""

    def __init__(
        self,
        model: Any,
        seconds: float,
        prefetched: int,
        cancelled: Callable[[], bool],
        cpu_clock: Callable[[], float] = time.process_time,
        skipped_epochs: int | None = None,
    ) -> None:
        """Begin.

        Args:
            model: What trains.
            seconds: How long to measure.
            prefetched: Batches that wait in the pipeline before the first one is asked for.
            cancelled: Asked often.
            cpu_clock: Processor time of the process and its workers, in seconds.
            skipped_epochs: Epochs before those that are measured as a whole; None for any part.
        """
        self._model, self._seconds, self._held = model, seconds, prefetched
        self._cancelled, self._cpu_clock = cancelled, cpu_clock
        self._values: list[float] = []
        self._epochs: list[int] = []
        self._warm: int | None = None
        self._cpu_s = self._first_s = 0.0
        self._ended_cpu_s = 0.0
        self._swapped_in_bytes = swapped_in_bytes()
        self._began_s = self._epoch_began_s = time.perf_counter()
        self._skipped_epochs = skipped_epochs
        self._whole: list[tuple[float, int]] = []

    def callback(self) -> Any:
        """What tells it of epochs."""
        segment = self

        class EpochRecorder(keras.callbacks.Callback):
            def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
                if not segment._values:
                    segment._began_s = time.perf_counter()
                segment._epochs.append(len(segment._values) // 4)
                segment._epoch_began_s = time.perf_counter()

            def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
                if segment._epochs[-1] == len(segment._values) // 4:
                    # An epoch without a batch: there will be none.
                    segment._model.stop_training = True
                segment._end_epoch()

        return EpochRecorder()

    def _end_epoch(self) -> None:
        """Whole epochs are measured from their beginning to their end, not between two of them."""
        if self._skipped_epochs is None or len(self._epochs) <= self._skipped_epochs:
            return
        self._whole.append((time.perf_counter() - self._epoch_began_s, self._epochs[-1]))
        if sum(seconds for seconds, _ in self._whole) >= self._seconds:
            self._ended_cpu_s = self._cpu_clock()
            self._model.stop_training = True

    def add(self, values: list[float]) -> None:
        """Take in an execution: asked, ready, done and examples of each of its steps."""
        if not self._values:
            self._first_s = values[1] - self._began_s
        self._values += values
        steps, done_s = len(self._values) // 4, values[-2]
        first_done_s = self._values[2]
        if self._warm is None:
            enough = steps >= _WARM_STEPS + min(self._held, _MOST_WARM_STEPS)
            if enough and done_s - first_done_s >= min(_WARM_S, self._seconds):
                self._warm, self._cpu_s = steps, self._cpu_clock()
        else:
            measured_s = done_s - self._values[4 * self._warm - 2]
            few = steps - self._warm < _LEAST_STEPS and measured_s < 4 * self._seconds
            if measured_s >= self._seconds and not few and self._skipped_epochs is None:
                self._ended_cpu_s = self._cpu_clock()
                self._model.stop_training = True
        if self._cancelled() or (not self._seconds and steps >= _WARM_STEPS):
            self._model.stop_training = True

    def result(self) -> Segment:
        """What was measured.

        Raises:
            RunError: Too few batches came.
        """
        table = np.array(self._values, float).reshape(-1, 4)
        if len(table) < 2:
            raise RunError(
                f"The pipeline delivered {plural(len(table), 'batch')}, too few to "
                "measure a training",
                expected="at least 2 batches",
                remedy="Look at the source for data, and at batch.drop_remainder: with it, a batch "
                "size above the number of examples leaves nothing.",
            )
        start = min(self._warm or 0, len(table) - 2)
        asked, ready, done, examples = table[start:].T
        gaps = asked[1:] - done[:-1]
        ends = [at - start - 1 for at in self._epochs if start < at < len(table)]
        wall_s = float(done[-1] - asked[0]) - _stalled_s(gaps, ends)
        turnaround_s = float(gaps[ends].sum()) if ends else 0.0
        cpu_s = (self._ended_cpu_s or self._cpu_clock()) - self._cpu_s
        return Segment(
            wall_s=wall_s,
            input_wait_s=float((ready - asked).sum()),
            device_busy_s=float((done - ready).sum()),
            turnaround_s=turnaround_s,
            first_waits_s=float((ready - asked)[[at + 1 for at in ends]].sum()) if ends else 0.0,
            steps=len(asked),
            examples=float(examples.sum()),
            cores=cpu_s / wall_s if self._warm else math.nan,
            first_s=self._first_s,
            epochs=len(ends),
            swapped_in_bytes=swapped_in_bytes() - self._swapped_in_bytes,
            epochs_examples_per_s=self._over_epochs(table),
        )

    def _over_epochs(self, table: np.ndarray) -> float | None:
        if not self._whole:
            return None
        first = self._whole[0][1]
        return float(table[first:, 3].sum()) / sum(seconds for seconds, _ in self._whole)


def _stalled_s(gaps: np.ndarray, ends: Sequence[int]) -> float:
    """Time in which TensorFlow let go of an iterator of before, which takes up to 5 s, at random.

    Args:
        gaps: Seconds from each step to the next request.
        ends: Those among them between two epochs.
    """
    within = np.delete(gaps, ends)
    if not len(within):
        return 0.0
    usual_s = float(np.median(within))
    return float(within[within > max(_STALL_S, _STALL_TIMES * usual_s)].sum())
