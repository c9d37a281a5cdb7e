"""Every repeat of a comparison in one metric, and the means with their intervals."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.analysis.comparisons.comparison import Comparison, Configuration
from core.analysis.doubts.catalogue import doubts
from core.analysis.doubts.doubt import Doubt
from core.analysis.doubts.outliers import outliers
from core.analysis.numbers.means import Spread, is_geometric, spread
from core.charts.chart import (
    MUTED,
    TEXT,
    Axis,
    Chart,
    ChartKey,
    ChartLine,
    Dot,
    Interval,
    Mark,
    Size,
    Target,
    Tick,
    series_colour,
)
from core.charts.words import titled
from core.metrics.metric import Better, Metric
from core.model.quantity import Quantity, significant
from core.model.run import Run

_SPREAD, _BESIDE, _HALF_MEAN = 0.5, 0.4, 0.07
"""Room that repeats take up; how far the interval stands aside; half the length of a mean."""


class Standing(StrEnum):
    """What you should know of a repeat at a glance, the gravest first."""

    WITHOUT = "no figure"
    EXCLUDED = "not pooled"
    FAR = "far from the others"
    DOUBTFUL = "doubtful"
    COUNTED = "counts"

    @property
    def counts(self) -> bool:
        """Whether means and ratios contain it."""
        return self not in (Standing.WITHOUT, Standing.EXCLUDED)


SHAPES = {
    Standing.COUNTED: 0,
    Standing.DOUBTFUL: 3,
    Standing.FAR: 4,
    Standing.EXCLUDED: 1,
    Standing.WITHOUT: 0,
}


@dataclass(frozen=True)
class _Repeat:
    run: Run
    which: int
    number: int
    x: float
    value: float | None
    standing: Standing
    remarks: tuple[str, ...]


def repeats(
    comparison: Comparison, metric: Metric, settings: Sequence[str] = (), source: str = ""
) -> Chart:
    """A dot for each repeat that is over; repeats that ran beside each other are joined.

    Args:
        comparison: What came of the comparison.
        metric: The metric.
        settings: Each configuration by the settings in which they differ.
        source: Where the figures come from; taken from the runs if empty.
    """
    each = [
        _repeats(which, configuration, comparison, metric)
        for which, configuration in enumerate(comparison.configurations)
    ]
    names = [configuration.name for configuration in comparison.configurations]
    every = list(itertools.chain(*each))
    spreads = [_spread(metric, placed) for placed in each]
    known = [repeat.value for repeat in every if repeat.value is not None]
    y = Axis(_label(metric), *_range(metric, known, spreads))
    lowest = y.low + 0.05 * (y.high - y.low)
    marks: list[Mark] = [*_links(each)]
    for which, mean in enumerate(spreads):
        if mean is None:
            continue
        x = which + _BESIDE
        marks.append(ChartLine(((x - _HALF_MEAN, mean.mean), (x + _HALF_MEAN, mean.mean)), TEXT, 2))
        if mean.low is not None and mean.high is not None:
            marks.append(Interval(x, mean.low, mean.high))
    for repeat in every:
        differing = settings[repeat.which].split(", ") if repeat.which < len(settings) else []
        marks.append(_dot(repeat, metric, lowest, differing))
    return Chart(
        name="repeats",
        title=f"{titled(metric.label)} of each repeat",
        description=" ".join(map(_described, names, each, spreads)),
        x=Axis(
            "",
            -0.5,
            len(names) - 0.5,
            tuple(
                Tick(at, f"{name} (baseline)" if at == 0 else name) for at, name in enumerate(names)
            ),
        ),
        y=y,
        marks=tuple(marks),
        keys=_keys(metric, every, spreads),
        notes=_notes(metric, every),
        source=source or _source(comparison, metric),
    )


def _repeats(
    which: int, configuration: Configuration, comparison: Comparison, metric: Metric
) -> tuple[_Repeat, ...]:
    rounds = len(configuration.repeats)
    known = [
        (number, run, metric.of(run))
        for number, run in enumerate(configuration.repeats)
        if run is not None
    ]
    pool = comparison.pool
    values = [_finite(quantity) if pool.counts(run) else None for _, run, quantity in known]
    medians = {outlier.index: outlier.median for outlier in outliers(values)}
    placed = []
    for place, (number, run, quantity) in enumerate(known):
        value, doubtful = _finite(quantity), doubts(run)
        missing = quantity.reason if quantity.value is None else ""
        remarks = _remarks(run, comparison, missing, doubtful)
        standing = Standing.DOUBTFUL if doubtful else Standing.COUNTED
        if value is None:
            standing = Standing.WITHOUT
        elif not pool.counts(run):
            standing = Standing.EXCLUDED
        if place in medians:
            median = f"{significant(medians[place])} {metric.unit}".rstrip()
            remarks = (f"Far from the others (median {median}); it counts.", *remarks)
            standing = Standing.FAR
        aside = (number - (rounds - 1) / 2) * _SPREAD / max(rounds - 1, 1)
        placed.append(_Repeat(run, which, number, which + aside, value, standing, remarks))
    return tuple(placed)


def _finite(quantity: Quantity) -> float | None:
    value = quantity.value
    return value if value is not None and math.isfinite(value) else None


def _remarks(
    run: Run, comparison: Comparison, missing: str, doubtful: Sequence[Doubt]
) -> tuple[str, ...]:
    remarks = []
    if any(run.id == undone.id for undone in comparison.pool.undone):
        remarks.append(f"It {run.state} and does not count.")
    remarks += [
        f"Another environment, not pooled: {reason}."
        for other, reason in comparison.pool.apart
        if other.id == run.id
    ]
    if missing:
        remarks.append(f"Not measured: {missing}.")
    return (*remarks, *(doubt.text for doubt in doubtful if doubt.key != "ended_early"))


def _dot(repeat: _Repeat, metric: Metric, lowest: float, differing: Sequence[str]) -> Dot:
    y = lowest if repeat.value is None else repeat.value
    value = "no figure"
    if repeat.value is not None:
        value = f"{significant(repeat.value)} {metric.unit}".rstrip()
    colour = series_colour(repeat.run.label.colour)
    rows = ((repeat.run.name, value), *((text, "") for text in (*differing, *repeat.remarks)))
    standing = repeat.standing
    return Dot(
        repeat.x,
        y,
        colour,
        SHAPES[standing],
        Size.LARGE if standing is Standing.FAR else Size.NORMAL,
        hollow=standing is Standing.EXCLUDED,
        struck=standing is Standing.WITHOUT,
        target=Target(repeat.x, y, rows, (repeat.run.id,), colour=colour),
    )


def _links(each: Sequence[Sequence[_Repeat]]) -> list[ChartLine]:
    """From each repeat that counts to the repeat of the next configuration that ran beside it."""
    links = []
    for left, right in itertools.pairwise(each):
        beside = {repeat.number: repeat for repeat in right if repeat.standing.counts}
        for repeat in left:
            other = beside.get(repeat.number)
            if (
                repeat.standing.counts
                and repeat.value is not None
                and other
                and other.value is not None
            ):
                links.append(ChartLine(((repeat.x, repeat.value), (other.x, other.value))))
    return links


def _spread(metric: Metric, placed: Sequence[_Repeat]) -> Spread | None:
    values = [
        repeat.value for repeat in placed if repeat.standing.counts and repeat.value is not None
    ]
    return spread(values, geometric=is_geometric(metric, values))


def _range(
    metric: Metric, known: Sequence[float], spreads: Sequence[Spread | None]
) -> tuple[float, float]:
    if not known:
        return 0.0, 1.0
    ends = [
        end for spread in spreads if spread for end in (spread.low, spread.high) if end is not None
    ]
    # An interval of two repeats may lead anywhere: points must stay apart beside it.
    least, most = min(known), max(known)
    span = max(most - least, 0.05 * abs(most))
    low = min([least, *(max(end, least - 2 * span) for end in ends)])
    high = max([most, *(min(end, most + 2 * span) for end in ends)])
    # A figure with a unit is a quantity: seen from 0, heights compare. A loss is not.
    if metric.unit and least >= 0:
        return 0.0, 1.12 * high or 1.0
    room = 0.12 * (high - low) or 0.1 * abs(high) or 1.0
    return low - room, high + room


def _keys(
    metric: Metric, every: Sequence[_Repeat], spreads: Sequence[Spread | None]
) -> tuple[ChartKey, ...]:
    keys = [
        ChartKey(
            str(standing),
            Dot(
                0,
                0,
                MUTED,
                SHAPES[standing],
                hollow=standing is Standing.EXCLUDED,
                struck=standing is Standing.WITHOUT,
            ),
        )
        for standing in reversed(Standing)
        if any(repeat.standing is standing for repeat in every)
    ]
    if len(spreads) > 1:
        keys.append(ChartKey("same repeat", ChartLine(((0, 0), (1, 1)))))
    known = [spread for spread in spreads if spread is not None]
    if known:
        kind = "geometric mean" if is_geometric(metric) else "mean"
        interval = ", 95 % interval" if any(spread.low is not None for spread in known) else ""
        keys.append(ChartKey(f"{kind}{interval}", ChartLine(((0, 0), (1, 0)), TEXT, 2)))
    return tuple(keys)


def _notes(metric: Metric, every: Sequence[_Repeat]) -> tuple[str, ...]:
    better = "higher" if metric.better is Better.HIGHER else "lower"
    missing = [
        f"{repeat.run.name} ({repeat.run.state})"
        for repeat in every
        if repeat.standing is Standing.WITHOUT
    ]
    return (
        f"{titled(metric.label)}: {better} is better. The verdict comes from the pairs, not "
        "from whether the intervals of the means overlap.",
        *((f"Without a figure: {', '.join(missing)}.",) if missing else ()),
    )


def _label(metric: Metric) -> str:
    return f"{metric.label} ({metric.unit})" if metric.unit else metric.label


def _source(comparison: Comparison, metric: Metric) -> str:
    sources = dict.fromkeys(
        quantity.provenance()
        for configuration in comparison.configurations
        for run in configuration.repeats
        if run is not None and (quantity := metric.of(run)).value is not None
    )
    return " / ".join(sources)


def _described(name: str, placed: Sequence[_Repeat], mean: Spread | None) -> str:
    figures = [
        repeat.value for repeat in placed if repeat.standing.counts and repeat.value is not None
    ]
    middle = "no figure" if mean is None else f"mean {significant(mean.mean)}"
    return f"{name}: {', '.join(map(significant, figures)) or 'none'}; {middle}."
