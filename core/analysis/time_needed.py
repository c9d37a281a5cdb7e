"""How long runs to come will take, as far as those before show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from core.model.events import Phase
from core.model.plan import RunPlan
from core.model.run import Run, RunState

_LATEST = 20
_LENGTH = ("fit.epochs", "fit.steps_per_epoch", "batch.batch_size")


@dataclass(frozen=True)
class TimeNeeded:
    """An estimate for several runs.

    Attributes:
        seconds: For those that can be estimated; None where none of them can.
        unknown: How many of them cannot: nothing like them was run before.
    """

    seconds: float | None
    unknown: int = 0

    def text(self) -> str:
        """``about 4 min``; says where runs are not in it."""
        if self.seconds is None:
            return "how long a run takes is not known yet"
        words = f"about {duration(self.seconds)}"
        return f"{words} and {self.unknown} of unknown length" if self.unknown else words


def time_needed(plans: Sequence[RunPlan], runs: Sequence[Run]) -> TimeNeeded:
    """Estimate how long plans will take.

    Each takes as long as, in the median, the latest runs with the same settings did; else those
    of the same workload, device and length; else those of the same workload and device.
    """
    done = [run for run in runs if run.state is RunState.DONE and run.fit_wall_s]
    seconds = [_seconds(plan, done) for plan in plans]
    known = [one for one in seconds if one is not None]
    if not known and plans:
        return TimeNeeded(None, len(plans))
    return TimeNeeded(sum(known), len(seconds) - len(known))


def duration(seconds: float) -> str:
    """``40 s``, ``4 min``, ``1.5 h``."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _seconds(plan: RunPlan, done: Sequence[Run]) -> float | None:
    alike = [
        run
        for run in done
        if run.plan.workload == plan.workload
        and run.plan.device == plan.device
        and run.plan.part is plan.part
    ]
    same = [run for run in alike if run.plan.values == plan.values]
    long = [run for run in alike if all(_same(run, plan, key) for key in _LENGTH)]
    chosen = (same or long or alike)[-_LATEST:]
    return median(map(_took_s, chosen)) if chosen else None


def _same(run: Run, plan: RunPlan, key: str) -> bool:
    return run.plan.values.get(key) == plan.values.get(key)


def _took_s(run: Run) -> float:
    """``model.fit``, and what led up to it apart from loading TensorFlow, which is done once."""
    at = {str(one.phase): one.at_s for one in run.phases}
    before = at.get(str(Phase.TRACING), 0.0) - at.get(
        str(Phase.BUILDING), at.get(str(Phase.TRACING), 0.0)
    )
    return (run.fit_wall_s or 0.0) + max(0.0, before)
