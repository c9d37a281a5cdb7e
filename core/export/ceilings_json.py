"""Ceilings as a JSON document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.export.run_json import run_document
from core.model.ceilings import Ceilings
from core.model.run import Run

CEILINGS_SCHEMA = "pipeline-explorer/ceilings/1"


def ceilings_document(parts: Sequence[Run], found: Ceilings) -> dict[str, Any]:
    """Both parts as documents of runs, and what follows from them.

    Args:
        parts: The measurements of the pipeline alone and of the model alone.
        found: What came of them.
    """
    first = parts[0]
    return {
        "schema": CEILINGS_SCHEMA,
        "workload": first.plan.workload,
        "settings": dict(first.plan.settings.values_by_key),
        "device": first.plan.device,
        "engine": first.plan.engine,
        "model_alone_examples_per_s": found.model_examples_per_s,
        "pipeline_alone_examples_per_s": found.pipeline_examples_per_s,
        "lower_examples_per_s": found.lower_examples_per_s,
        "wanted_cores": found.wanted_cores,
        "cores": found.cores,
        "contended_examples_per_s": found.contended_examples_per_s,
        "units": {
            "model_alone_examples_per_s": "examples/s",
            "pipeline_alone_examples_per_s": "examples/s",
            "lower_examples_per_s": "examples/s",
            "contended_examples_per_s": "examples/s",
            "wanted_cores": "cores",
            "cores": "cores",
        },
        "source": found.source(),
        "emulated": list(found.emulated),
        "text": list(found.sentences()),
        "parts": {run.plan.part.value: run_document(run) for run in parts},
    }
