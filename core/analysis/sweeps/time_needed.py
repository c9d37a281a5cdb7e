"""How long runs to come will take, as far as those before show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from core.model.events import Phase
from core.model.plan import PROCESS, RunPlan
from core.model.run import Run, RunState
from core.pipeline.stages.process import without_defaults

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


class Durations:
    """How long the runs took that were done: looked through once, asked often."""

    def __init__(self, runs: Iterable[Run]) -> None:
        self._took: dict[_Alike, list[float]] = {}
        self._median: dict[_Alike, float] = {}
        loading: dict[str, list[float]] = {}
        for run in runs:
            if run.state is RunState.DONE and run.fit_wall_s:
                loading.setdefault(run.plan.engine, []).append(_loading_s(run))
                for alike in _alike(run.plan):
                    self._took.setdefault(alike, []).append(_took_s(run))
        self._isolated_s = _of_isolated_s(loading)

    def seconds(self, plan: RunPlan) -> float | None:
        """What a run of this plan will take; None where nothing like it was run before.

        As long as, in the median, the latest runs with the same settings took; else those of the
        same workload, device and length; else those of the same workload and device. An isolated
        one takes as much longer as its process needs to load TensorFlow.
        """
        loading_s = self._isolated_s if plan.engine == PROCESS else 0.0
        for alike in _alike(plan):
            if alike in self._took:
                if alike not in self._median:
                    self._median[alike] = median(self._took[alike][-_LATEST:])
                return self._median[alike] + loading_s
        return None

    def needed(self, plans: Sequence[RunPlan], repeats: int = 1) -> TimeNeeded:
        """Estimate how long plans will take, each carried out so many times."""
        seconds = [self.seconds(plan) for plan in plans]
        known = [second for second in seconds if second is not None]
        unknown = repeats * (len(seconds) - len(known))
        return TimeNeeded(repeats * sum(known) if known or not plans else None, unknown)


def time_needed(plans: Sequence[RunPlan], runs: Sequence[Run]) -> TimeNeeded:
    """Estimate how long plans will take; see ``Durations``."""
    return Durations(runs).needed(plans)


def duration(seconds: float) -> str:
    """``40 s``, ``4 min``, ``1.5 h``."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


_Alike = tuple[object, ...]


def _alike(plan: RunPlan) -> tuple[_Alike, ...]:
    """What runs have in common that take about as long, the most telling first."""
    kind = (plan.workload, plan.place, plan.part)
    length = tuple(plan.settings.get(key) for key in _LENGTH)
    values = frozenset(without_defaults(plan.settings).items())
    alike: tuple[_Alike, ...] = (("same", *kind, values), ("long", *kind, *length), kind)
    # By the other engine it takes about as long, too.
    return tuple(key for each in alike for key in ((plan.engine, *each), each))


def _of_isolated_s(loading: Mapping[str, Sequence[float]]) -> float:
    """What every isolated run needs first: as those before did, else as it once took here.

    Args:
        loading: Of each engine, how long its runs took to load TensorFlow, in seconds.
    """
    if PROCESS in loading:
        return median(loading[PROCESS][-_LATEST:])
    # In one process only the first run has anything to load.
    return max((max(each) for each in loading.values()), default=0.0)


def _loading_s(run: Run) -> float:
    at = _at(run)
    began_s = at.get(str(Phase.LOADING_TENSORFLOW), 0.0)
    return max(0.0, at.get(str(Phase.MAKING_DATA), began_s) - began_s)


def _at(run: Run) -> Mapping[str, float]:
    return {str(phase_time.phase): phase_time.at_s for phase_time in run.phases}


def _took_s(run: Run) -> float:
    """``model.fit``, and what led up to it apart from loading TensorFlow."""
    at = _at(run)
    before = at.get(str(Phase.TRACING), 0.0) - at.get(
        str(Phase.BUILDING), at.get(str(Phase.TRACING), 0.0)
    )
    return (run.fit_wall_s or 0.0) + max(0.0, before)
