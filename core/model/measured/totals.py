"""Running sums over the steps of a run, so that any stretch of it is summed at once.

The sums are kept at every 64th step only: half a byte a step. What lies between two of those is
added up from the steps themselves, so a stretch costs the same however long it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLOCK = 64
"""Steps from one kept sum to the next."""

_AT_ONCE = 512 * BLOCK
"""So many steps are looked at in one go: their columns then stay in the processor's cache."""

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class StepColumns:
    """The steps themselves, all of shape ``(steps,)``; see ``core.model.measured.samples``."""

    asked_s: FloatArray
    ready_s: FloatArray
    done_s: FloatArray
    examples: IntArray


@dataclass(frozen=True)
class Sums:
    """Sums over the first so many steps of a run; one value for each number asked for.

    Attributes:
        input_wait_s: Seconds from asking for a batch to having it.
        device_busy_s: Seconds from having the batch to the train step being done.
        gap_s: Seconds from a step being done to the next request. The last step has no gap.
        examples: Examples.
    """

    input_wait_s: FloatArray
    device_busy_s: FloatArray
    gap_s: FloatArray
    examples: IntArray


class Totals:
    """The kept sums. They grow along with a run: ``extend`` looks at new steps only."""

    def __init__(self) -> None:
        self._times_s: FloatArray = np.zeros((3, 16))
        self._examples: IntArray = np.zeros(16, np.int64)
        self._blocks = 0

    @property
    def nbytes(self) -> int:
        """Bytes that the sums take, room to grow included."""
        return self._times_s.nbytes + self._examples.nbytes

    def extend(self, columns: StepColumns) -> None:
        """Take in the steps that were added to a run, all columns being given anew."""
        # The gap after a block's last step is known once the next step was asked for.
        complete = max(len(columns.done_s) - 1, 0) // BLOCK
        self._make_room(complete + 1)
        while self._blocks < complete:
            self._take(columns, min(complete, self._blocks + _AT_ONCE // BLOCK))

    def at(self, columns: StepColumns, steps: IntArray) -> Sums:
        """Sums over the first ``steps`` steps, an array of shape ``(n,)``, each at least 0.

        Args:
            columns: Those that ``extend`` was given, or the first part of them.
            steps: How many steps; no more than there are.
        """
        taken = len(columns.done_s)
        # A view of a run may be older than the sums, but never newer than what it knows.
        blocks = np.minimum(steps // BLOCK, min(self._blocks, max(taken - 1, 0) // BLOCK))
        times_s, examples = self._times_s[:, blocks], self._examples[blocks]
        if taken == 0:
            return Sums(times_s[0], times_s[1], times_s[2], examples)
        width = int((steps - blocks * BLOCK).max(initial=0))
        index = (blocks * BLOCK)[:, None] + np.arange(width)
        counted = index < steps[:, None]
        index = np.minimum(index, taken - 1)
        after = np.minimum(index + 1, taken - 1)
        done_s = columns.done_s[index]
        ready_s, next_s = columns.ready_s[index], columns.asked_s[after]
        wait_s = np.where(counted, ready_s - columns.asked_s[index], 0.0)
        busy_s = np.where(counted, done_s - ready_s, 0.0)
        gap_s = np.where(counted & (after > index), next_s - done_s, 0.0)
        return Sums(
            input_wait_s=times_s[0] + wait_s.sum(axis=1),
            device_busy_s=times_s[1] + busy_s.sum(axis=1),
            gap_s=times_s[2] + gap_s.sum(axis=1),
            examples=examples + np.where(counted, columns.examples[index], 0).sum(axis=1),
        )

    def _take(self, columns: StepColumns, until: int) -> None:
        start, stop = self._blocks * BLOCK, until * BLOCK
        asked_s, ready_s = columns.asked_s[start : stop + 1], columns.ready_s[start:stop]
        done_s = columns.done_s[start:stop]
        places = slice(self._blocks + 1, until + 1)
        parts_s = (ready_s - asked_s[:-1], done_s - ready_s, asked_s[1:] - done_s)
        for kept, part_s in zip(self._times_s, parts_s, strict=True):
            sums_s = part_s.reshape(-1, BLOCK).sum(axis=1)
            kept[places] = kept[self._blocks] + np.cumsum(sums_s)
        counts = columns.examples[start:stop].reshape(-1, BLOCK).sum(axis=1)
        self._examples[places] = self._examples[self._blocks] + np.cumsum(counts)
        self._blocks = until

    def _make_room(self, needed: int) -> None:
        if needed <= len(self._examples):
            return
        room = max(needed, len(self._examples) * 5 // 4)
        times_s, examples = np.zeros((3, room)), np.zeros(room, np.int64)
        used = self._blocks + 1
        times_s[:, :used], examples[:used] = self._times_s[:, :used], self._examples[:used]
        self._times_s, self._examples = times_s, examples
