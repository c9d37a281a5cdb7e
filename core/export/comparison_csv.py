"""What came of a comparison as a table: one row a metric and configuration."""

from __future__ import annotations

from collections.abc import Iterator

from core.analysis.comparisons.comparison import Comparison, MetricResult
from core.export.spreadsheet import csv_text, figure

_HEAD = (
    "metric", "label", "configuration", "baseline", "mean", "unit", "ratio", "low", "high",
    "confidence", "pairs", "verdict", "source", "interpreter", "emulated", "not measured",
)  # fmt: skip


def comparison_csv(comparison: Comparison) -> str:
    """Means, ratios with their intervals and verdicts; a baseline has no ratio to itself."""
    return csv_text(
        (_HEAD, *(row for result in comparison.results for row in _rows(result, comparison)))
    )


def _rows(result: MetricResult, comparison: Comparison) -> Iterator[tuple[object, ...]]:
    names = [configuration.name for configuration in comparison.configurations]
    for index, (name, mean) in enumerate(zip(names, result.means, strict=True)):
        repeats = comparison.configurations[index].repeats
        interpreters = dict.fromkeys(run.plan.interpreter for run in repeats if run is not None)
        ratio = result.ratios[index - 1] if index else None
        compared: tuple[object, ...] = ("",) * 6
        if ratio is not None:
            compared = (
                figure(ratio.ratio), figure(ratio.low), figure(ratio.high), ratio.confidence,
                ratio.pairs, result.verdict(index - 1),
            )  # fmt: skip
        yield (
            result.metric.key,
            result.metric.label,
            name,
            names[0],
            figure(mean.value),
            mean.unit,
            *compared,
            mean.source.value,
            "; ".join(interpreters),
            "; ".join(mean.emulated),
            mean.reason if mean.value is None else "",
        )
