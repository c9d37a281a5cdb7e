"""Which measurements of the model alone and the pipeline alone belong to which runs."""

from __future__ import annotations

import json
from collections.abc import Iterable

from core.analysis.doubts.catalogue import doubts
from core.metrics.catalogue import metric
from core.model.measured.ceilings import Ceilings
from core.model.plan import Part, RunPlan
from core.model.quantity import emulated_in_all
from core.model.run import Run, RunState
from core.pipeline.stages.fit import ONLY_HOW_LONG
from core.pipeline.stages.process import without_defaults

_THROUGHPUT = metric("throughput_examples_per_s")
_CPU = metric("cpu_in_use_cores")
_SAID_OF_RUNS = ("python_function", "epoch_turnaround")


def ceiling_key(plan: RunPlan) -> str:
    """The same for all plans whose ceilings are the same: length and seed do not matter."""
    values = without_defaults(plan.settings).items()
    said = [(key, value) for key, value in values if key not in ONLY_HOW_LONG]
    return json.dumps([plan.workload, plan.engine, plan.interpreter, sorted(said)])


def ceilings_by_key(runs: Iterable[Run]) -> dict[str, Ceilings]:
    """Ceilings for each key of which both parts were measured; the latest of each part counts.

    Args:
        runs: In order of time; whole runs are passed over.
    """
    parts: dict[tuple[str, Part], Run] = {}
    for run in runs:
        if run.plan.part is Part.WHOLE or run.state is not RunState.DONE:
            continue
        if _THROUGHPUT.of(run).value is not None:
            parts[ceiling_key(run.plan), run.plan.part] = run
    ceilings = {}
    for (key, part), model in parts.items():
        pipeline = parts.get((key, Part.PIPELINE))
        if part is Part.MODEL and pipeline is not None:
            both = _together(model, pipeline)
            if both is not None:
                ceilings[key] = both
    return ceilings


def _together(model: Run, pipeline: Run) -> Ceilings | None:
    speeds = [_THROUGHPUT.of(run).value for run in (model, pipeline)]
    if speeds[0] is None or speeds[1] is None or model.environment != pipeline.environment:
        return None
    about = model.resources.about
    return Ceilings(
        speeds[0],
        speeds[1],
        _CPU.of(model).value,
        _CPU.of(pipeline).value,
        about.cores if about else None,
        model.environment,
        tuple(
            f"While the {run.plan.part} was measured: {doubt.text}"
            for run in (pipeline, model)
            for doubt in doubts(run)
            if doubt.key not in _SAID_OF_RUNS
        ),
        emulated_in_all((model.emulations, pipeline.emulations)),
    )
