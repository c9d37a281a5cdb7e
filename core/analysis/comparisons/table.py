"""A comparison as a table: in what the configurations differ, and every metric of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.analysis.comparisons.comparison import Comparison, MetricResult, why_no_ratio
from core.analysis.comparisons.configurations import differing_keys
from core.analysis.comparisons.knob_values import knob_name
from core.model.experiment import Experiment
from core.model.quantity import interval_text, significant
from core.statistics import RatioInterval
from core.text.plural import plural


@dataclass(frozen=True)
class ComparisonCell:
    """What stands in a cell.

    Attributes:
        text: The text: ``907 · 1.48 [1.40, 1.57] faster``.
        tip: What it says when asked: the figure with unit and source, the ratio with its pairs.
        known: Whether it was measured.
    """

    text: str
    tip: str
    known: bool = True


@dataclass(frozen=True)
class ComparisonRow:
    """One setting or one metric of all configurations.

    Attributes:
        head: What it is, with the unit in brackets.
        help: What that means.
        cells: One for each configuration, the baseline first.
        source: Where its figures come from, with what was emulated; empty for a setting.
        metric_key: Key of the metric; empty for a setting.
    """

    head: str
    help: str
    cells: tuple[ComparisonCell, ...]
    source: str = ""
    metric_key: str = ""


def setting_rows(experiment: Experiment) -> tuple[ComparisonRow, ...]:
    """The knobs in which the configurations differ, in the order of the chain."""
    sides = experiment.configurations
    if experiment.known:
        knobs = {key: knob for side in sides for key, knob in side.chain.knobs.items()}
        texts = [
            (
                knob_name(key, knobs[key]),
                key,
                tuple(settings.format(key) if key in settings else "–" for settings in sides),
            )
            for key in differing_keys(sides)
        ]
    else:
        # The workload or a knob is gone: what was asked for is still known.
        plain = [settings.values_by_key for settings in sides]
        gone = [key for key in plain[0] if len({values.get(key) for values in plain}) > 1]
        texts = [(key, key, tuple(str(values.get(key, "–")) for values in plain)) for key in gone]
    return tuple(
        ComparisonRow(name, key, tuple(ComparisonCell(text, f"{key} = {text}") for text in values))
        for name, key, values in texts
    )


def differences_in_a_line(experiment: Experiment, names: Sequence[str]) -> str:
    """``prefetch: A off, B 2 batches``, all knobs in which they differ.

    Args:
        experiment: The comparison.
        names: What its configurations are called.
    """
    parts = []
    for row in setting_rows(experiment):
        values = (f"{name} {cell.text}" for name, cell in zip(names, row.cells, strict=True))
        parts.append(f"{row.head}: {', '.join(values)}")
    return " · ".join(parts) or "All settings are the same."


def metric_rows(comparison: Comparison) -> tuple[ComparisonRow, ...]:
    """Every metric: means, and for all but the baseline the ratio with interval and verdict."""
    return tuple(_metric_row(result, comparison) for result in comparison.results)


def column_heads(comparison: Comparison) -> tuple[str, ...]:
    """What stands above the cells of ``metric_rows``, in two lines."""
    baseline, *others = (configuration.name for configuration in comparison.configurations)
    percent = 100.0 * (1.0 - comparison.schedule.error_rate)
    ratio = f"mean · ratio to {baseline} [{percent:.4g} % interval]"
    return (f"{baseline} (baseline)\nmean", *(f"{name}\n{ratio}" for name in others))


def _metric_row(result: MetricResult, comparison: Comparison) -> ComparisonRow:
    metric = result.metric
    unit = f" ({metric.unit})" if metric.unit else ""
    cells = []
    for which, mean in enumerate(result.means):
        text, tip = mean.number(), mean.text()
        if mean.value is not None:
            count = sum(
                run is not None and comparison.pool.counts(run) and metric.of(run).value is not None
                for run in comparison.configurations[which].repeats
            )
            tip = f"{tip}, mean of {plural(count, 'repeat')}, {mean.provenance()}"
        if which and mean.value is not None and result.means[0].value is not None:
            ratio, verdict = result.ratios[which - 1], result.verdict(which - 1)
            text = f"{text} · {_ratio(ratio)}{verdict}"
            baseline = comparison.configurations[0].name
            tip = f"{tip}\n{metric.caution or _ratio_tip(ratio, baseline)}"
        cells.append(ComparisonCell(text, tip, mean.value is not None))
    provenance = dict.fromkeys(
        quantity.provenance() for quantity in result.means if quantity.value is not None
    )
    return ComparisonRow(
        metric.label + unit,
        metric.help,
        tuple(cells),
        " / ".join(provenance),
        metric_key=metric.key,
    )


def _ratio(ratio: RatioInterval | None) -> str:
    if ratio is None or ratio.ratio is None:
        return ""
    return f"{significant(ratio.ratio)} {interval_text(ratio.low, ratio.high)}".rstrip() + " "


def _ratio_tip(ratio: RatioInterval | None, baseline: str) -> str:
    if ratio is None or ratio.ratio is None:
        return f"No ratio to {baseline}: {why_no_ratio(ratio)}."
    pairs = f"{plural(ratio.pairs, 'pair')} in turn"
    return f"Geometric mean of the ratios to {baseline} over {pairs}."
