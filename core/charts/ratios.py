"""The ratio of every configuration of a comparison to the baseline, with its interval."""

from __future__ import annotations

import math

from core.analysis.comparisons.comparison import Comparison, why_no_ratio
from core.charts.chart import (
    TEXT,
    Axis,
    Band,
    Chart,
    ChartKey,
    Dot,
    Interval,
    Mark,
    Target,
    Tick,
)
from core.charts.words import titled
from core.metrics.metric import Metric
from core.model.quantity import interval_text, significant
from core.statistics import SAME_WITHIN, RatioInterval, Verdict
from core.text.plural import plural

BAND = (1.0 / (1.0 + SAME_WITHIN), 1.0 + SAME_WITHIN)
"""Ratios within it are no measurable difference."""
_ROOM = 1.1
_MOST_BEYOND = 4.0
"""An interval that reaches further is cut off: two pairs can give one from 0.001 to 1000."""
TICKS = (
    *(0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.33, 0.5, 0.67, 0.8, 0.9, 0.95),
    *(1.0, 1.05, 1.1, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0, 1000.0),
)


def ratios(comparison: Comparison, metric: Metric, source: str = "") -> Chart:
    """A row for each configuration beside the baseline; 1 and the band around it are shaded.

    Args:
        comparison: What came of the comparison.
        metric: The metric.
        source: Where the figures come from, with what was emulated.
    """
    result = next(
        candidate for candidate in comparison.results if candidate.metric.key == metric.key
    )
    baseline, *names = [configuration.name for configuration in comparison.configurations]
    low, high = BAND
    rows: list[Tick] = []
    marks: list[Mark] = [Band(*BAND, 1.0)]
    for index, (name, ratio) in enumerate(zip(names, result.ratios, strict=True)):
        at = float(len(names) - 1 - index)
        words = f"{name} / {baseline}: {ratio_text(ratio)}, {result.verdict(index)}"
        rows.append(Tick(at, name, words))
        if ratio is None or ratio.ratio is None:
            continue
        low = min(low, max(ratio.low or ratio.ratio, ratio.ratio / _MOST_BEYOND))
        high = max(high, min(ratio.high or ratio.ratio, ratio.ratio * _MOST_BEYOND))
        if ratio.low is not None and ratio.high is not None:
            marks.append(Interval(at, ratio.low, ratio.high, upright=False))
        target = Target(
            ratio.ratio,
            at,
            (
                (f"{name} / {baseline}", ratio_text(ratio)),
                (result.verdict(index), plural(ratio.pairs, "pair")),
            ),
            tuple(run.id for run in comparison.configurations[index + 1].repeats if run),
        )
        settled = ratio.verdict is not Verdict.OPEN
        marks.append(Dot(ratio.ratio, at, TEXT, 3, hollow=not settled, target=target))
    low, high = low / _ROOM, high * _ROOM
    percent = 100.0 * (1.0 - comparison.schedule.error_rate)
    x = Axis(
        f"ratio to {baseline} [{percent:.4g} % interval]",
        low / _ROOM,
        high * _ROOM,
        tuple(Tick(ratio, f"{ratio:g}") for ratio in TICKS if low / _ROOM <= ratio <= high * _ROOM),
        logarithmic=True,
    )
    return Chart(
        name="ratios",
        title=f"{titled(metric.label)} as a multiple of {baseline}'s",
        description=" ".join(f"{row.more}." for row in rows),
        x=x,
        y=Axis("", -0.6, len(names) - 0.4, tuple(rows)),
        marks=tuple(marks),
        keys=(
            ChartKey(
                f"within {100 * SAME_WITHIN:.0f} % of 1: no measurable difference if the whole "
                "interval is in here",
                Band(0, 1, 0.5),
            ),
        ),
        notes=(
            f"Each interval holds with {percent:.4g} % confidence (Student's t over the "
            "logarithms of the ratios of repeats that ran side by side).",
        ),
        source=source,
    )


def ratio_text(ratio: RatioInterval | None) -> str:
    """``1.18 [1.16, 1.21]``; without an interval it says why there is none."""
    if ratio is None or ratio.ratio is None:
        return f"no ratio ({why_no_ratio(ratio)})"
    ends = interval_text(ratio.low, ratio.high) or "(one pair: no interval)"
    return f"{significant(ratio.ratio)} {ends}"


def ticks_with_room(axis: Axis, room: int) -> tuple[Tick, ...]:
    """Those ticks of an axis of ratios that have room; 1 is always among them.

    Args:
        axis: The axis.
        room: How many numbers fit side by side along the whole axis.
    """
    least = (math.log(axis.high) - math.log(axis.low)) / max(room, 1)
    kept: list[Tick] = []
    # From 1 outwards: those close to it say the most.
    for tick in sorted(axis.ticks or (), key=lambda tick: abs(math.log(tick.at))):
        if all(abs(math.log(tick.at) - math.log(other.at)) >= least for other in kept):
            kept.append(tick)
    return tuple(sorted(kept, key=lambda tick: tick.at))
