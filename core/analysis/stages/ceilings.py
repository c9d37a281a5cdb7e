"""Which measurements of the model alone and the pipeline alone belong to which runs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

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
    decisive = [(key, value) for key, value in values if key not in ONLY_HOW_LONG]
    return json.dumps([plan.workload, plan.engine, plan.interpreter, sorted(decisive)])


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


def join_ceilings(runs: dict[str, Run]) -> dict[str, Ceilings]:
    """Give each run the ceilings of its settings; only runs for which they changed are new.

    Args:
        runs: All runs by id, those of a part alone among them.

    Returns:
        What was measured, by ``ceiling_key``.
    """
    by_key = ceilings_by_key(sorted(runs.values(), key=lambda run: run.created))
    for run in tuple(runs.values()):
        if run.plan.part is Part.WHOLE and (by_key or run.ceilings):
            ceilings = by_key.get(ceiling_key(run.plan))
            if ceilings is not None and not ceilings.hold_for(run.environment):
                ceilings = None
            if ceilings != run.ceilings:
                runs[run.id] = replace(run, ceilings=ceilings)
    return by_key
