"""One run as a JSON document: every figure with its unit and source, or why there is none."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from core.analysis.comparisons.members import ExperimentMember
from core.analysis.doubts.catalogue import doubts
from core.metrics.accounting import WARM_UP_RULE, averaged_steps, steady_start
from core.metrics.catalogue import METRICS
from core.model.quantity import Quantity, Source, not_measured, significant
from core.model.run import Run

RUN_SCHEMA = "pipeline-explorer/run/1"
RUNS_SCHEMA = "pipeline-explorer/runs/1"


def run_document(run: Run, member: ExperimentMember | None = None) -> dict[str, Any]:
    """The run as plain values, in the order in which a person reads them.

    The percentages are those of the steady part; ``input_wait_percent``, ``host_percent`` and
    ``epoch_turnaround_percent`` add up to ``device_idle_percent``. What was not measured is
    None, and ``not_measured`` says why.

    Args:
        run: Which one.
        member: Its part in an experiment, where other runs were looked at; None for what its own
            plan says of it.
    """
    figures = _figures(run)
    start = steady_start(run)
    return {
        "schema": RUN_SCHEMA,
        "id": run.id,
        "number": run.number,
        "name": run.label.name or run.name,
        "note": run.label.note,
        "tags": list(run.label.tags),
        "created": run.created,
        "experiment": _experiment(run, member),
        "workload": run.plan.workload,
        "settings": dict(run.plan.settings.values_by_key),
        "device": run.plan.device,
        "engine": run.plan.engine,
        "interpreter": run.plan.interpreter or None,
        "emulated": list(run.emulations),
        "environment": dict(run.environment),
        "state": run.state.value,
        "failure": _failure(run),
        "clock_jumps": [
            {"step": clock_jump.step, "by_s": clock_jump.by_s} for clock_jump in run.clock_jumps
        ],
        "doubts": [{"key": doubt.key, "text": doubt.text} for doubt in doubts(run)],
        **{key: _finite(figure.value) for key, figure in figures.items()},
        "loss_per_epoch": [_finite(loss) for loss in run.epoch_losses],
        "example": run.prepared.example if run.prepared else "",
        "strategy": run.prepared.strategy if run.prepared else "",
        "examples_per_epoch": examples_per_epoch(run),
        "data_fingerprint": _fingerprint(run),
        "warm_up": {"steps": start, "rule": WARM_UP_RULE},
        "steady_steps": averaged_steps(run),
        "traced": None if run.tracing is None else asdict(run.tracing),
        "phases": [{"phase": str(phase.phase), "at_s": phase.at_s} for phase in run.phases],
        "units": {key: figure.unit for key, figure in figures.items()}
        | {"loss_per_epoch": "", "examples_per_epoch": "examples", "at_s": "s"},
        "sources": {key: figure.provenance() for key, figure in figures.items()}
        | {
            "loss_per_epoch": _provenance(run, Source.KERAS),
            "examples_per_epoch": _provenance(run, Source.COUNTED),
        },
        "not_measured": {
            key: reason for key, figure in figures.items() if (reason := _why_missing(figure))
        }
        | _lost_losses(run),
    }


def runs_document(
    runs: Iterable[Run], members: Mapping[str, ExperimentMember] | None = None
) -> dict[str, Any]:
    """Several runs as one document.

    Args:
        runs: Which ones.
        members: Their parts in experiments, by their ids.
    """
    known = members or {}
    return {"schema": RUNS_SCHEMA, "runs": [run_document(run, known.get(run.id)) for run in runs]}


def to_json(document: object) -> str:
    """Strict JSON, indented, ASCII only; numbers that JSON has no word for become null."""
    return json.dumps(_strict(document), indent=2, allow_nan=False) + "\n"


def examples_per_epoch(run: Run) -> list[int]:
    """How many examples each epoch that was begun delivered."""
    counted = np.append(0, np.cumsum(run.samples.examples))
    edges = np.append(run.samples.epoch_starts, run.samples.steps)
    return [int(count) for count in np.diff(counted[edges])]


def _figures(run: Run) -> dict[str, Quantity]:
    """Counts and metrics by key."""
    samples = run.samples
    if samples.steps:
        counts = {
            "steps": Quantity(samples.steps, "steps", Source.COUNTED, emulated=run.emulations),
            "examples": Quantity(
                int(samples.examples.sum()), "examples", Source.COUNTED, emulated=run.emulations
            ),
        }
    else:
        reason = "no step was trained"
        counts = {
            "steps": Quantity(0, "steps", Source.COUNTED),
            "examples": not_measured("examples", Source.COUNTED, reason),
        }
    return counts | {metric.key: metric.of(run) for metric in METRICS}


def _experiment(run: Run, member: ExperimentMember | None) -> dict[str, Any] | None:
    """Which comparison or sweep it belongs to, as what, and whether it counts there."""
    turn = run.plan.turn
    if turn is None:
        return None
    document = {
        "id": turn.group,
        "kind": turn.kind,
        "configuration": turn.letter,
        "repeat": turn.repeat + 1,
    }
    if member is None:
        return document
    return {
        **document,
        "name": member.title,
        "counted": member.counted,
        "why_not_counted": member.why_not,
    }


def _why_missing(figure: Quantity) -> str:
    if figure.value is None:
        return figure.reason or "not measured"
    return "" if math.isfinite(figure.value) else f"came out as {significant(figure.value)}"


def _lost_losses(run: Run) -> dict[str, str]:
    """Which epochs' losses are null, since JSON has no word for what they came out as."""
    lost = [
        f"epoch {number} came out as {significant(loss)}"
        for number, loss in enumerate(run.epoch_losses, start=1)
        if loss is not None and not math.isfinite(loss)
    ]
    if not lost:
        return {}
    more = f", and {len(lost) - 3} more" if len(lost) > 3 else ""
    return {"loss_per_epoch": f"{', '.join(lost[:3])}{more}"}


def _provenance(run: Run, source: Source) -> str:
    return Quantity(None, "", source, emulated=run.emulations).provenance()


def _fingerprint(run: Run) -> dict[str, Any] | None:
    """Order-free, of what the source delivers, and over how many examples it is."""
    fingerprint = run.fingerprint
    if fingerprint is None or not fingerprint.sums:
        return None
    return {
        "sum": fingerprint.sums[-1][1],
        "covers": fingerprint.covers,
        "sums": [list(s) for s in fingerprint.sums],
        **({"served": fingerprint.served} if fingerprint.served else {}),
    }


def _failure(run: Run) -> dict[str, str] | None:
    if run.failure is None:
        return None
    failure = run.failure
    return {
        "what": failure.what,
        "expected": failure.expected,
        "remedy": failure.remedy,
        "details": failure.details,
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _strict(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {str(key): _strict(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_strict(item) for item in value]
    return value
