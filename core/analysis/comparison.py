"""Configurations compared properly: repeats, ratios with intervals, verdicts in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.analysis.doubts import doubts
from core.analysis.same_training import training_notes
from core.analysis.statistics import RatioInterval, Schedule, Verdict, ratio_interval
from core.metrics.catalogue import METRICS, metric
from core.metrics.metric import Metric
from core.model.plan import LETTERS
from core.model.quantity import Quantity, not_measured, significant
from core.model.run import Run, RunState

DECIDES = metric("throughput_examples_per_s")
"""The metric that a comparison is about."""


@dataclass(frozen=True)
class Configuration:
    """One of the configurations: what it is called, and its repeats in order; None: not there."""

    name: str
    repeats: tuple[Run | None, ...]


@dataclass(frozen=True)
class MetricResult:
    """One metric of all configurations.

    Attributes:
        metric: Which one.
        means: Mean over the repeats that have it, for each configuration; the baseline first.
        ratios: Of each other configuration to the baseline; None where there is no ratio.
    """

    metric: Metric
    means: tuple[Quantity, ...]
    ratios: tuple[RatioInterval | None, ...]

    def verdict(self, index: int) -> str:
        """What is found of the ``index``-th configuration beside the baseline, in a word or two."""
        found = self.ratios[index]
        if found is None:
            # Nothing has a ratio to 0.
            return "–"
        words = ("faster", "slower") if self.metric.unit == "examples/s" else ("more", "less")
        return {Verdict.HIGHER: words[0], Verdict.LOWER: words[1]}.get(
            found.verdict, str(found.verdict)
        )


@dataclass(frozen=True)
class Comparison:
    """What came of comparing configurations with the first of them.

    Attributes:
        configurations: The baseline first.
        schedule: How often it was looked at and how sure the intervals are.
        results: One for each metric.
        notes: What is to be known beside the numbers, the most important first.
    """

    configurations: tuple[Configuration, ...]
    schedule: Schedule
    results: tuple[MetricResult, ...]
    notes: tuple[str, ...]

    @property
    def decisive(self) -> MetricResult:
        """That of the metric that it is about."""
        return next(one for one in self.results if one.metric.key == DECIDES.key)

    @property
    def settled(self) -> bool:
        """Whether every other configuration has a verdict."""
        return all(
            found is not None and found.verdict is not Verdict.OPEN
            for found in self.decisive.ratios
        )


def compare(configurations: Sequence[Configuration], schedule: Schedule) -> Comparison:
    """Compare configurations with the first of them, over the repeats that there are so far."""
    results = tuple(_result(one, configurations, schedule) for one in METRICS)
    return Comparison(tuple(configurations), schedule, results, _notes(configurations, schedule))


def comparison_around(run: Run, runs: Sequence[Run]) -> Comparison | None:
    """The comparison that a run belongs to, over those of its runs that are over.

    Args:
        run: Any run.
        runs: All runs that there are.

    Returns:
        None where it belongs to none, or where there is only one configuration so far.
    """
    turn = run.plan.turn
    if turn is None:
        return None
    found: dict[int, dict[int, Run]] = {}
    for one in runs:
        other = one.plan.turn
        if other is not None and other.group == turn.group and one.state.over:
            found.setdefault(other.which, {})[other.repeat] = one
    if len(found) < 2 or 0 not in found:
        return None
    repeats = 1 + max(max(of) for of in found.values())
    configurations = [
        Configuration(LETTERS[which], tuple(of.get(repeat) for repeat in range(repeats)))
        for which, of in sorted(found.items())
    ]
    return compare(configurations, Schedule(repeats, len(found) - 1))


def in_words(found: Comparison) -> tuple[str, ...]:
    """The verdict of each configuration, a sentence each."""
    baseline = found.configurations[0].name
    said = []
    for index, (one, ratio) in enumerate(
        zip(found.configurations[1:], found.decisive.ratios, strict=True)
    ):
        verdict = found.decisive.verdict(index)
        words = f"{one.name} is {verdict} than {baseline}"
        if ratio is None or ratio.verdict not in (Verdict.HIGHER, Verdict.LOWER):
            words = f"{one.name} against {baseline}: {verdict}"
        if ratio is None or ratio.ratio is None or ratio.low is None or ratio.high is None:
            said.append(f"{words}.")
            continue
        said.append(
            f"{words}: throughput {significant(ratio.ratio)} times as high "
            f"[{significant(ratio.low)}, {significant(ratio.high)}], {ratio.pairs} pairs in turn, "
            f"{100 * ratio.confidence:.4g} % confidence."
        )
    return tuple(said)


def _result(
    of: Metric, configurations: Sequence[Configuration], schedule: Schedule
) -> MetricResult:
    found = [[_value(of, run) for run in configuration.repeats] for configuration in configurations]
    means = tuple(
        _mean(of, configuration, values)
        for configuration, values in zip(configurations, found, strict=True)
    )
    ratios = tuple(_ratio(values, found[0], schedule) for values in found[1:])
    return MetricResult(of, means, ratios)


def _value(of: Metric, run: Run | None) -> float | None:
    return None if run is None or run.state is not RunState.DONE else of.of(run).value


def _mean(of: Metric, configuration: Configuration, values: Sequence[float | None]) -> Quantity:
    known = [value for value in values if value is not None]
    if not known:
        reasons = [of.of(run).reason for run in configuration.repeats if run is not None]
        return not_measured(of.unit, of.source, next(filter(None, reasons), "no run was done"))
    emulated = next((run.emulations for run in configuration.repeats if run is not None), ())
    return Quantity(sum(known) / len(known), of.unit, of.source, emulated=emulated)


def _ratio(
    values: Sequence[float | None], baseline: Sequence[float | None], schedule: Schedule
) -> RatioInterval | None:
    pairs = [
        (value, base)
        for value, base in zip(values, baseline, strict=False)
        if value is not None and base is not None
    ]
    if any(value <= 0 or base <= 0 for value, base in pairs):
        return None
    return ratio_interval(
        [one for one, _ in pairs], [base for _, base in pairs], schedule.error_rate
    )


def _notes(configurations: Sequence[Configuration], schedule: Schedule) -> tuple[str, ...]:
    notes = [schedule.explanation()]
    runs = [next(filter(None, one.repeats), None) for one in configurations]
    if runs[0] is not None:
        notes += training_notes([run for run in runs[1:] if run is not None], runs[0])
        notes += [
            f"{one.name} ran in another environment than {configurations[0].name}: their figures "
            "do not compare."
            for one, run in zip(configurations[1:], runs[1:], strict=True)
            if run is not None and run.environment != runs[0].environment
        ]
    for one in configurations:
        failed = [run for run in one.repeats if run is not None and run.state is not RunState.DONE]
        if failed:
            notes.append(
                f"{len(failed)} repeat(s) of {one.name} did not get done and count for nothing."
            )
        texts = dict.fromkeys(
            (doubt.key, doubt.text)
            for run in one.repeats
            if run is not None and run not in failed
            for doubt in doubts(run)
        )
        keys = dict.fromkeys(key for key, _ in texts)
        for key in keys:
            alike = [text for found, text in texts if found == key]
            count = sum(
                any(doubt.key == key for doubt in doubts(run)) for run in one.repeats if run
            )
            notes.append(f"{one.name}, {count} of {len(one.repeats)} repeats: {alike[0]}")
    return tuple(notes)
