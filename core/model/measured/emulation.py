"""Whether an emulated accelerator was met: a step cannot be shorter than the model's own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.model.measured.samples import Samples
from core.model.quantity import significant
from core.model.tensorflow_kinds import emulated_ms

ACCELERATOR = "emulated accelerator"
"""What the words of an emulated accelerator begin with."""

STAND_IN = "emulated by a stand-in model"
"""What every number says where no model of the person's took part."""

_LONGER, _LATE_MS = 1.25, 1.5
"""A step is beyond the emulation where it is longer by this factor and by what a busy machine
takes to wake up from a sleep."""
_SHARE, _NEARLY_ALL = 0.2, 0.8
_STEPS = 512


@dataclass(frozen=True)
class Exceeded:
    """An emulation that the model's own step exceeds.

    Attributes:
        ms: What was to be emulated, in ms a step.
        own_ms: Median of the steps that took longer, in ms.
        share: Share of the steps that took longer, from 0 to 1.
    """

    ms: float
    own_ms: float
    share: float

    @property
    def words(self) -> str:
        """``exceeded: the model's own step takes 18 ms on this CPU``."""
        some = "" if self.share >= _NEARLY_ALL else f" in {100 * self.share:.0f} % of the steps"
        return f"exceeded{some}: the model's own step takes {self.own_words} on this CPU"

    @property
    def own_words(self) -> str:
        """``18 ms`` or ``23 s``."""
        seconds = self.own_ms / 1000.0
        return (
            f"{significant(seconds, 2)} s" if seconds >= 1 else f"{significant(self.own_ms, 2)} ms"
        )


def exceeded(device: str, samples: Samples, warm_up_steps: int) -> Exceeded | None:
    """Whether the steps took longer than the emulated accelerator of a run makes them.

    Args:
        device: As a plan has it.
        samples: The steps; of a long run, some hundred of them are looked at.
        warm_up_steps: Steps at the start that do not count, at most half of all.
    """
    ms, steps = emulated_ms(device), samples.steps
    start = max(1, min(warm_up_steps, steps // 2))
    if ms is None or steps <= start:
        return None
    at = np.linspace(start, steps - 1, min(_STEPS, steps - start)).astype(np.int64)
    took_ms = (samples.done_s[at] - samples.ready_s[at]) * 1000.0
    longer = took_ms > max(_LONGER * ms, ms + _LATE_MS)
    share = float(longer.mean())
    return Exceeded(ms, float(np.median(took_ms[longer])), share) if share >= _SHARE else None
