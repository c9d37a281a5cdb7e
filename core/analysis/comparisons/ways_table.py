"""Threads, processes or a service: what a comparison of the ways to use more cores says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.analysis.comparisons.comparison import Comparison, MetricResult
from core.model.quantity import Quantity, significant
from core.model.run import Run
from core.pipeline.training import lost_order
from core.pipeline.ways import Way, runs_python
from core.statistics import RatioInterval, Verdict

_FIGURES = ("cpu_in_use_cores", "memory_taken_mb", "time_to_first_batch_s")
NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class WayRow:
    """One way and what was measured of it.

    Attributes:
        label: What people call it.
        throughput: Mean over its repeats.
        ratio: Over that of the first way; None for that one.
        figures: Cores in use, memory taken, time to the first batch.
        order: Whether examples keep their order.
        once: Whether each example comes once an epoch.
        python: Whether it makes Python functions faster.
    """

    label: str
    throughput: Quantity
    ratio: RatioInterval | None
    figures: tuple[Quantity, ...]
    order: str
    once: str
    python: str


def way_rows(comparison: Comparison, ways: Sequence[Way]) -> tuple[WayRow, ...]:
    """A row for each way, in the order of the comparison.

    Args:
        comparison: Its configurations are the ways.
        ways: In the same order.
    """
    by_key = {result.metric.key: result for result in comparison.results}
    runs = [
        next((run for run in configuration.repeats if run is not None), None)
        for configuration in comparison.configurations
    ]
    return tuple(
        WayRow(
            way.label,
            comparison.decisive.means[place],
            comparison.decisive.ratios[place - 1] if place else None,
            tuple(by_key[key].means[place] for key in _FIGURES if key in by_key),
            _order(way, run),
            _once(run, runs[0]),
            "–" if not place else "yes" if way.python else "no",
        )
        for place, (way, run) in enumerate(zip(ways, runs, strict=False))
    )


def _order(way: Way, run: Run | None) -> str:
    served = run.fingerprint.served if run is not None and run.fingerprint is not None else ""
    if served:
        return "yes" if "in the source's order" in served else "no"
    return "no" if lost_order(way.settings) else "yes"


def _once(run: Run | None, first: Run | None) -> str:
    """Laid beside the first way, which makes no choice of what comes."""
    if run is None or first is None or run.fingerprint is None or first.fingerprint is None:
        return NOT_MEASURED
    if not run.fingerprint.sums or not first.fingerprint.sums:
        return NOT_MEASURED
    return run.fingerprint.differs_from(first.fingerprint) or "yes"


def way_sentences(comparison: Comparison, ways: Sequence[Way]) -> tuple[str, ...]:
    """A sentence for native operations and one for Python functions; one of them was measured."""
    python = runs_python(ways[0].settings)
    measured = _best(comparison.decisive, ways)
    if python:
        return (
            f"Python functions: {measured}",
            "Native operations: not measured here. Threads run them on several cores; compare a "
            "pipeline without Python functions.",
        )
    return (
        f"Native operations: {measured}",
        "Python functions: not measured here. They hold Python's lock, so threads do not help "
        "them and processes do; compare a pipeline with one.",
    )


def _best(decisive: MetricResult, ways: Sequence[Way]) -> str:
    faster = [
        (ratio.ratio or 0.0, ratio, way)
        for way, ratio in zip(ways[1:], decisive.ratios, strict=False)
        if ratio is not None and ratio.verdict is Verdict.HIGHER
    ]
    if not faster:
        return "nothing is measurably faster than sequential."
    _, ratio, way = max(faster, key=lambda each: each[0])
    ends = (
        ""
        if ratio.low is None or ratio.high is None
        else f" [{significant(ratio.low)}, {significant(ratio.high)}]"
    )
    return f"{way.label}: {ratio.ratio:.2f} times the throughput of {ways[0].label}{ends}."
