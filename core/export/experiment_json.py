"""A kept comparison or sweep as a JSON document: what was asked for and what came of it."""

from __future__ import annotations

from typing import Any

from core.analysis.comparisons.comparison import Comparison
from core.analysis.comparisons.ways_table import way_rows, way_sentences, ways_of
from core.analysis.sweeps.sweep import SweepResult
from core.export.comparison_json import comparison_document
from core.export.sweep_json import sweep_document
from core.model.experiment import Experiment
from core.model.turn import configuration_name


def experiment_document(
    experiment: Experiment, outcome: Comparison | SweepResult
) -> dict[str, Any]:
    """The document of its result, with the experiment itself in ``experiment``."""
    result = (
        comparison_document(outcome) if isinstance(outcome, Comparison) else sweep_document(outcome)
    )
    return {
        "schema": result["schema"],
        "experiment": {
            "id": experiment.id,
            "name": experiment.name,
            "kind": experiment.kind.value,
            "workload": experiment.workload,
            "workloads": list(experiment.workloads),
            "engine": experiment.engine,
            "interpreter": experiment.interpreter or None,
            "created": experiment.created,
            "repeats": experiment.repeats,
            "design": experiment.design,
            "stops_early": experiment.early,
            "settled_after": experiment.settled_after,
            "configurations": {
                configuration_name(experiment.kind, which): dict(settings.values_by_key)
                for which, settings in enumerate(experiment.configurations)
            },
        },
        **result,
        **(_ways(experiment, outcome) if isinstance(outcome, Comparison) else {}),
    }


def _ways(experiment: Experiment, comparison: Comparison) -> dict[str, Any]:
    """What a comparison of the ways to use more cores says beside its metrics."""
    rows = way_rows(comparison, ways_of(experiment))
    if not rows:
        return {}
    names = [configuration.name for configuration in comparison.configurations]
    return {
        "ways": {
            name: {
                "way": row.label,
                "order_kept": row.order,
                "each_example_once": row.once,
                "helps_python": row.python,
            }
            for name, row in zip(names, rows, strict=True)
        },
        "conclusions": list(way_sentences(experiment, comparison)),
    }
