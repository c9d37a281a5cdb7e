"""Input wait by TensorFlow's performance model, beside the loop's own over the same steps.

The performance model knows how long whoever uses the iterator took between having a batch and
asking for the next (``gap_times``, see ``PipelineReading``). What is left of a step is input
wait by the model: from the iterator being asked to its having delivered. The loop counts a
little more, since it asks from outside: TensorFlow fetches a batch on a thread of its own, and
the hand-over to that thread and back, mostly 0.05 to 0.5 ms a step, is time in which the device
waits too. It is part of every ``model.fit``; ``benchmarks/agreement.py`` measures it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.metrics.accounting import steady_start
from core.model.measured.samples import IntArray
from core.model.run import Run

SLACK_S = 1e-6
"""Readings and steps carry the same clock reading; this is for the last bit."""


@dataclass(frozen=True)
class ModelWait:
    """Input wait over some steps of a run, from two sources.

    Attributes:
        steps: Indices of the steps, shape ``(n,)``.
        wall_s: From the batch before the first of them being there to the last one's, summed
            over stretches of steps, in seconds.
        model_s: Input wait by the performance model, without the hand-over, in seconds.
        loop_s: Input wait as the loop timed it, in seconds.
    """

    steps: IntArray
    wall_s: float
    model_s: float
    loop_s: float

    @property
    def model_percent(self) -> float:
        """Share of the wall time that the model calls input wait."""
        return 100.0 * self.model_s / self.wall_s

    @property
    def loop_percent(self) -> float:
        """Share of the wall time that the loop calls input wait."""
        return 100.0 * self.loop_s / self.wall_s

    @property
    def apart_s(self) -> float:
        """How much more the loop says than the model, in seconds a step."""
        return (self.loop_s - self.model_s) / len(self.steps)


def model_wait(run: Run) -> ModelWait | None:
    """Both input waits over the steps of the steady part of which the gaps are known.

    Returns:
        None where no reading has gaps in the steady part: a short run, one that an older
        version recorded, or one for which TensorFlow kept no model.
    """
    samples = run.samples
    covered: list[IntArray] = []
    wall_s = gaps_s = 0.0
    free = steady_start(run)
    for reading in run.pipeline:
        last = int(np.searchsorted(samples.done_s, reading.at_s - SLACK_S))
        first = last - reading.gaps + 1
        # A step that had a reading already would show that batches and steps are not the same.
        if reading.mean_gap_s is not None and max(free, 1) <= first and last < samples.steps:
            stretch_s = float(samples.ready_s[last] - samples.ready_s[first - 1])
            in_gaps_s = reading.gaps * reading.mean_gap_s
            # More gap than time: the gaps are those of other steps (an execution of several steps
            # that met the end of the data asked once more).
            if in_gaps_s <= stretch_s:
                covered.append(np.arange(first, last + 1))
                wall_s += stretch_s
                gaps_s += in_gaps_s
        free = max(free, last + 1)
    if wall_s <= 0:
        return None
    steps = np.concatenate(covered)
    loop_s = float((samples.ready_s - samples.asked_s)[steps].sum())
    return ModelWait(steps, wall_s, wall_s - gaps_s, loop_s)
