"""A comparison of configurations as a JSON document."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from core.analysis.comparisons.comparison import Comparison
from core.export.run_json import run_document
from core.model.quantity import emulated_in_all

COMPARISON_SCHEMA = "pipeline-explorer/comparison/1"


def comparison_document(comparison: Comparison) -> dict[str, Any]:
    """Verdicts, means, ratios with intervals, and every run that they come from."""
    names = [configuration.name for configuration in comparison.configurations]
    return {
        "schema": COMPARISON_SCHEMA,
        "baseline": names[0],
        "repeats": len(comparison.configurations[0].repeats),
        "repeats_at_most": comparison.schedule.repeats,
        "error_rate_of_each_interval": comparison.schedule.error_rate,
        "verdicts": {
            name: comparison.decisive.verdict(index) for index, name in enumerate(names[1:])
        },
        "metrics": {
            result.metric.key: {
                "unit": result.metric.unit,
                "source": result.metric.source.value,
                "emulated": list(emulated_in_all(mean.emulated for mean in result.means)),
                "not_measured": {
                    name: mean.reason
                    for name, mean in zip(names, result.means, strict=True)
                    if mean.value is None
                },
                "means": {name: mean.value for name, mean in zip(names, result.means, strict=True)},
                "to_baseline": {
                    name: None if ratio is None else _ratio(ratio, result.verdict(index))
                    for index, (name, ratio) in enumerate(
                        zip(names[1:], result.ratios, strict=True)
                    )
                },
            }
            for result in comparison.results
        },
        "notes": list(comparison.notes),
        "runs": {
            configuration.name: [
                run_document(run) for run in configuration.repeats if run is not None
            ]
            for configuration in comparison.configurations
        },
    }


def _ratio(ratio: Any, verdict: str) -> dict[str, Any]:
    return {**asdict(ratio), "verdict": verdict}
