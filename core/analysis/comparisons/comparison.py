"""Configurations compared properly: repeats, ratios with intervals, verdicts in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.analysis.comparisons.configurations import Configuration as Configuration
from core.analysis.comparisons.notes import DECIDES as DECIDES
from core.analysis.comparisons.notes import far, progress_notes, repeat_notes, unlike_notes
from core.analysis.numbers.means import mean
from core.analysis.numbers.pooling import Pool, pooled
from core.metrics.catalogue import METRICS
from core.metrics.metric import Metric
from core.model.experiment import Experiment
from core.model.quantity import Quantity, emulated_in_all, interval_text, not_measured, significant
from core.model.run import Run
from core.model.turn import Place, configuration_name
from core.statistics import RatioInterval, Schedule, Verdict, ratio_interval


@dataclass(frozen=True)
class MetricResult:
    """One metric of all configurations.

    Attributes:
        metric: Which one.
        means: Mean over the repeats that have it, for each configuration; the baseline first.
        ratios: Of each other configuration to the baseline; None where there is no ratio.
        interim: More repeats are to come, so nothing is claimed for good.
    """

    metric: Metric
    means: tuple[Quantity, ...]
    ratios: tuple[RatioInterval | None, ...]
    interim: bool = False

    @property
    def settled(self) -> bool:
        """Whether every other configuration has a verdict."""
        return all(
            interval is not None and interval.verdict is not Verdict.OPEN
            for interval in self.ratios
        )

    def provenance(self, names: Sequence[str]) -> str:
        """Where the figures come from and what was emulated; of each where that is not the same.

        Args:
            names: What the configurations are called.
        """
        by_name = {
            name: mean.provenance()
            for name, mean in zip(names, self.means, strict=True)
            if mean.value is not None
        }
        if len(set(by_name.values())) < 2:
            return next(iter(by_name.values()), "")
        return "; ".join(f"{name}: {words}" for name, words in by_name.items())

    def verdict(self, index: int) -> str:
        """What is found of the ``index``-th configuration beside the baseline, in a word or two."""
        interval = self.ratios[index]
        if interval is None:
            # Nothing has a ratio to 0.
            return "–"
        words = ("faster", "slower") if self.metric.unit == "examples/s" else ("more", "less")
        word = {Verdict.HIGHER: words[0], Verdict.LOWER: words[1]}.get(
            interval.verdict, str(interval.verdict)
        )
        return f"{word} so far" if self.interim else word


@dataclass(frozen=True)
class Comparison:
    """What came of comparing configurations with the first of them.

    Attributes:
        configurations: The baseline first.
        schedule: How often it was looked at and how sure the intervals are.
        results: One for each metric.
        notes: What is to be known beside the numbers, the most important first.
        pool: Which runs count.
        far: Ids of the runs whose throughput lies far from that of the other repeats; they count.
        interim: More repeats are to come.
    """

    configurations: tuple[Configuration, ...]
    schedule: Schedule
    results: tuple[MetricResult, ...]
    notes: tuple[str, ...]
    pool: Pool
    far: frozenset[str] = frozenset()
    interim: bool = False

    @property
    def decisive(self) -> MetricResult:
        """That of the metric that it is about."""
        return next(result for result in self.results if result.metric.key == DECIDES.key)


def compare(
    configurations: Sequence[Configuration], schedule: Schedule, *, interim: bool = False
) -> Comparison:
    """Compare configurations with the first of them, over the repeats that there are so far.

    Args:
        configurations: The baseline first.
        schedule: How many repeats were planned, and when they are looked at.
        interim: More repeats are to come.
    """
    pool = _pool(configurations)
    results = tuple(_result(metric, configurations, schedule, pool, interim) for metric in METRICS)
    distant, far_notes = far(configurations, pool)
    notes = (
        *progress_notes(configurations, schedule, interim),
        schedule.explanation(),
        *pool.notes(),
        *unlike_notes(configurations),
        *far_notes,
        *repeat_notes(configurations, pool),
    )
    return Comparison(tuple(configurations), schedule, results, notes, pool, distant, interim)


def comparison_of(experiment: Experiment, runs: Mapping[Place, Run]) -> Comparison:
    """What came of a comparison so far.

    Args:
        experiment: A comparison.
        runs: Its runs by their place.
    """
    rounds = experiment.settled_after or experiment.repeats
    configurations = tuple(
        Configuration(
            configuration_name(experiment.kind, which),
            tuple(_over(runs.get((repeat, which))) for repeat in range(rounds)),
        )
        for which in range(len(experiment.configurations))
    )
    # A repeat that was cut short is still to be made; one that failed is not tried over and over.
    whole = all(
        run is not None and not run.state.cut_short
        for configuration in configurations
        for run in configuration.repeats
    )
    schedule = Schedule(experiment.repeats, len(configurations) - 1, early=experiment.early)
    return compare(configurations, schedule, interim=not whole)


def settles(experiment: Experiment, runs: Mapping[Place, Run], repeat: int) -> bool:
    """Whether a comparison that may stop early is settled with a repeat, counted from 0."""
    if not experiment.early or experiment.settled_after is not None:
        return False
    schedule = Schedule(experiment.repeats, len(experiment.configurations) - 1, early=True)
    if repeat + 1 not in schedule.looks or repeat + 1 == experiment.repeats:
        return False
    configurations = tuple(
        Configuration(
            str(which), tuple(_over(runs.get((earlier, which))) for earlier in range(repeat + 1))
        )
        for which in range(len(experiment.configurations))
    )
    if any(run is None for configuration in configurations for run in configuration.repeats):
        return False
    pool = _pool(configurations)
    return _result(DECIDES, configurations, schedule, pool, interim=False).settled


def in_words(comparison: Comparison) -> tuple[str, ...]:
    """The verdict of each configuration, a sentence each."""
    baseline = comparison.configurations[0].name
    sentences = []
    for index, (configuration, ratio) in enumerate(
        zip(comparison.configurations[1:], comparison.decisive.ratios, strict=True)
    ):
        verdict = comparison.decisive.verdict(index)
        reference = f"{baseline}{_devices(comparison, configuration)}"
        words = f"{configuration.name} is {verdict} than {reference}"
        if ratio is None or ratio.verdict not in (Verdict.HIGHER, Verdict.LOWER):
            words = f"{configuration.name} against {reference}: {verdict}"
        if ratio is None or ratio.ratio is None or ratio.low is None or ratio.high is None:
            sentences.append(f"{words}.")
            continue
        sentences.append(
            f"{words}: throughput {significant(ratio.ratio)} times as high "
            f"{interval_text(ratio.low, ratio.high)}, {ratio.pairs} pairs in turn, "
            f"{100 * ratio.confidence:.4g} % confidence."
        )
    return tuple(sentences)


def why_no_ratio(interval: RatioInterval | None) -> str:
    """Why there is no ratio, for the end of a sentence."""
    return "a figure is 0 or no number" if interval is None else "no pair has both figures"


def _devices(comparison: Comparison, configuration: Configuration) -> str:
    """Where they ran, where that is not the same device: the verdict is one on the devices too."""
    here, there = (
        next((run.plan.device for run in each.repeats if run is not None), "")
        for each in (configuration, comparison.configurations[0])
    )
    return f" ({here} against {there})" if here != there and here and there else ""


def _pool(configurations: Sequence[Configuration]) -> Pool:
    return pooled(
        run for configuration in configurations for run in configuration.repeats if run is not None
    )


def _over(run: Run | None) -> Run | None:
    return run if run is not None and run.state.over else None


def _result(
    metric: Metric,
    configurations: Sequence[Configuration],
    schedule: Schedule,
    pool: Pool,
    interim: bool,
) -> MetricResult:
    values_of_each = [
        [
            metric.of(run).value if run is not None and pool.counts(run) else None
            for run in configuration.repeats
        ]
        for configuration in configurations
    ]
    means = tuple(
        _mean(metric, configuration, values, pool)
        for configuration, values in zip(configurations, values_of_each, strict=True)
    )
    if metric.caution:
        return MetricResult(metric, means, (None,) * (len(values_of_each) - 1), interim)
    ratios = tuple(_ratio(values, values_of_each[0], schedule) for values in values_of_each[1:])
    return MetricResult(metric, means, ratios, interim)


def _mean(
    metric: Metric, configuration: Configuration, values: Sequence[float | None], pool: Pool
) -> Quantity:
    known = [value for value in values if value is not None]
    if not known:
        runs = [run for run in configuration.repeats if run is not None]
        apart = {run.id: why for run, why in pool.apart}
        elsewhere = next((apart[run.id] for run in runs if run.id in apart), "")
        if elsewhere:
            return not_measured(metric.unit, metric.source, f"not pooled: {elsewhere}")
        reasons = [metric.of(run).reason for run in runs]
        return not_measured(
            metric.unit, metric.source, next(filter(None, reasons), "no run was done")
        )
    emulated = emulated_in_all(run.emulations for run in configuration.repeats if run is not None)
    return Quantity(mean(metric, known), metric.unit, metric.source, emulated=emulated)


def _ratio(
    values: Sequence[float | None], baseline: Sequence[float | None], schedule: Schedule
) -> RatioInterval | None:
    pairs = [
        (value, base)
        for value, base in zip(values, baseline, strict=False)
        if value is not None and base is not None
    ]
    # A loss that is NaN has no ratio, and neither has what is 0.
    if not all(0 < value < math.inf for pair in pairs for value in pair):
        return None
    return ratio_interval(
        [value for value, _ in pairs], [base for _, base in pairs], schedule.error_rate
    )
