"""Threads, processes or a service: what a comparison of the ways to use more cores says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.analysis.comparisons.comparison import Comparison, MetricResult
from core.analysis.comparisons.table import ComparisonCell, ComparisonRow
from core.model.experiment import Experiment
from core.model.quantity import Quantity, interval_text
from core.model.run import Run
from core.model.settings import Settings
from core.model.turn import ExperimentKind
from core.pipeline.graph.graph import PROCESSES
from core.pipeline.training import lost_order
from core.pipeline.ways import Way, runs_python
from core.statistics import RatioInterval, Verdict
from core.workloads.ways import all_ways, left_out

TITLE = "Threads, processes or a service?"
HEADS = (
    "way", "throughput", "over {baseline}", "cores", "memory taken", "first batch", "order kept",
    "each example once", "helps Python",
)  # fmt: skip
"""What stands above the cells of ``WayRow.cells``."""
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

    @property
    def cells(self) -> tuple[str, ...]:
        """All of it as texts, under ``HEADS``."""
        return (
            self.label,
            self.throughput.text(),
            ratio_text(self.ratio),
            *(figure.text() for figure in self.figures),
            self.order,
            self.once,
            self.python,
        )


def ways_of(experiment: Experiment) -> tuple[Way, ...]:
    """The ways that a comparison is of, in its order; empty where it is of something else."""
    if experiment.kind is not ExperimentKind.COMPARISON or not experiment.known:
        return ()
    asked = [
        (experiment.workload_of(which), settings)
        for which, settings in enumerate(experiment.configurations)
    ]
    first = experiment.configurations[0]
    for workers in {2} | {_workers(settings) for _, settings in asked}:
        ways = all_ways(experiment.workload, first, workers)
        offered = {(way.workload or experiment.workload, way.settings): way for way in ways}
        if len(asked) == len(offered) > 1 and set(asked) == set(offered):
            return tuple(offered[each] for each in asked)
    return ()


def _workers(settings: Settings) -> int:
    """The largest number of processes in settings."""
    numbers = (
        value for key, value in settings.items() if key.endswith((".workers", f".{PROCESSES}"))
    )
    return max((number for number in numbers if isinstance(number, int)), default=2)


def ways_in_columns(experiment: Experiment, comparison: Comparison) -> tuple[ComparisonRow, ...]:
    """What the metrics of a comparison of ways do not say, with a cell for each way.

    Returns:
        Nothing where it is a comparison of something else.
    """
    rows = way_rows(comparison, ways_of(experiment))
    if not rows:
        return ()
    lines = (
        ("way", "What people call it.", [row.label for row in rows]),
        ("order kept", "Whether examples keep their order.", [row.order for row in rows]),
        ("each example once", "As measured from the fingerprint.", [row.once for row in rows]),
        ("helps Python", "Whether it makes Python functions faster.", [row.python for row in rows]),
    )
    return tuple(
        ComparisonRow(head, tip, tuple(ComparisonCell(text, f"{head}: {text}") for text in texts))
        for head, tip, texts in lines
    )


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


def way_sentences(experiment: Experiment, comparison: Comparison) -> tuple[str, ...]:
    """A sentence for native operations and one for Python functions, of which one was measured.

    Then what was left out. Nothing where it is a comparison of something else.
    """
    ways = ways_of(experiment)
    if not ways:
        return ()
    missing = left_out(experiment.workload, ways[0].settings)
    python = runs_python(ways[0].settings)
    measured = _best(comparison.decisive, ways)
    if python:
        return (
            f"Python functions: {measured}",
            "Native operations: not measured here. Threads run them on several cores; compare a "
            "pipeline without Python functions.",
            *missing,
        )
    return (
        f"Native operations: {measured}",
        "Python functions: not measured here. They hold Python's lock, so threads do not help "
        "them and processes do; compare a pipeline with one.",
        *missing,
    )


def _best(decisive: MetricResult, ways: Sequence[Way]) -> str:
    faster = [
        (ratio.ratio or 0.0, ratio, way)
        for way, ratio in zip(ways[1:], decisive.ratios, strict=False)
        if ratio is not None and ratio.verdict is Verdict.HIGHER
    ]
    if not faster:
        return f"nothing is measurably faster than {ways[0].label}."
    _, ratio, way = max(faster, key=lambda each: each[0])
    ends = f" {interval_text(ratio.low, ratio.high)}".rstrip()
    return f"{way.label}: {ratio.ratio:.2f} times the throughput of {ways[0].label}{ends}."


def ratio_text(ratio: RatioInterval | None) -> str:
    """``1.48 [1.40, 1.57]``."""
    if ratio is None or ratio.ratio is None:
        return "–"
    ends = interval_text(ratio.low, ratio.high) or "(one pair: no interval)"
    return f"{ratio.ratio:.3f} {ends}"
