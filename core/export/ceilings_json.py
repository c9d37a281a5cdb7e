"""Ceilings as a JSON document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.export.run_json import run_document
from core.model.measured.ceilings import Ceilings
from core.model.run import Run

CEILINGS_SCHEMA = "pipeline-explorer/ceilings/1"


def ceilings_document(parts: Sequence[Run], ceilings: Ceilings) -> dict[str, Any]:
    """Both parts as documents of runs, and what follows from them.

    Args:
        parts: The measurements of the pipeline alone and of the model alone.
        ceilings: What came of them.
    """
    first = parts[0]
    return {
        "schema": CEILINGS_SCHEMA,
        "workload": first.plan.workload,
        "settings": dict(first.plan.settings.values_by_key),
        "device": first.plan.device,
        "engine": first.plan.engine,
        "interpreter": first.plan.interpreter or None,
        "model_alone_examples_per_s": ceilings.model_examples_per_s,
        "pipeline_alone_examples_per_s": ceilings.pipeline_examples_per_s,
        "lower_examples_per_s": ceilings.lower_examples_per_s,
        "wanted_cores": ceilings.wanted_cores,
        "cores": ceilings.cores,
        "contended_examples_per_s": ceilings.contended_examples_per_s,
        "units": {
            "model_alone_examples_per_s": "examples/s",
            "pipeline_alone_examples_per_s": "examples/s",
            "lower_examples_per_s": "examples/s",
            "contended_examples_per_s": "examples/s",
            "wanted_cores": "cores",
            "cores": "cores",
        },
        "source": ceilings.source(),
        "emulated": list(ceilings.emulated),
        "text": list(ceilings.sentences()),
        "parts": {run.plan.part.value: run_document(run) for run in parts},
    }
