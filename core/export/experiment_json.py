"""A kept comparison or sweep as a JSON document: what was asked for and what came of it."""

from __future__ import annotations

from typing import Any

from core.analysis.comparisons.comparison import Comparison
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
            "engine": experiment.engine,
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
    }
