"""Each repeat of a comparison by itself: what counts, what is doubtful, what lies far out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.analysis.comparison import DECIDES, Comparison
from core.analysis.doubts import doubts
from core.analysis.means import Spread, is_geometric, spread
from core.metrics.metric import Metric
from core.model.run import Run


@dataclass(frozen=True)
class Repeat:
    """One repeat of one configuration.

    Attributes:
        number: Which repeat, from 1; repeats of the same number ran side by side.
        name: The run's name.
        value: The figure; None where there is none.
        counted: Whether means and ratios contain it.
        far: It lies far from the other repeats of its configuration.
        doubtful: How many doubts its figures come with.
        state: How the run ended; ``not there`` where it was not run.
    """

    number: int
    name: str
    value: float | None
    counted: bool = False
    far: bool = False
    doubtful: int = 0
    state: str = "not there"


@dataclass(frozen=True)
class RepeatsOf:
    """The repeats of one configuration, and mean and interval of those that count."""

    name: str
    repeats: tuple[Repeat, ...]
    spread: Spread | None


def repeats(found: Comparison, metric: Metric = DECIDES) -> tuple[RepeatsOf, ...]:
    """Every repeat of every configuration, the baseline first."""
    return tuple(_of(one.name, one.repeats, found, metric) for one in found.configurations)


def _of(name: str, runs: Sequence[Run | None], found: Comparison, metric: Metric) -> RepeatsOf:
    each = tuple(
        Repeat(number, f"{name} {number}", None)
        if run is None
        else Repeat(
            number,
            run.name,
            metric.of(run).value,
            found.pool.counts(run),
            run.id in found.far,
            len(doubts(run)),
            run.state.value,
        )
        for number, run in enumerate(runs, start=1)
    )
    counted = [one.value for one in each if one.counted and one.value is not None]
    return RepeatsOf(name, each, spread(counted, geometric=is_geometric(metric, counted)))
