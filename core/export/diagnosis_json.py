"""A diagnosis as a JSON document."""

from __future__ import annotations

from typing import Any

from core.analysis.findings.diagnosed import wrong_with
from core.analysis.throughput_memory import front
from core.export.findings_json import findings_document
from core.model.diagnosis import Answer, ChangedKnob, CutRate, NarrowPlace, Suggestion, Trial
from core.model.run import Run

DIAGNOSIS_SCHEMA = "pipeline-explorer/diagnosis/1"


def diagnosis_document(run: Run, answer: Answer) -> dict[str, Any]:
    """What limits, which changes help and by how much.

    Args:
        run: The diagnosis.
        answer: What came of it.
    """
    return {
        "schema": DIAGNOSIS_SCHEMA,
        "workload": run.plan.workload,
        "settings": dict(run.plan.settings.values_by_key),
        "device": run.plan.device,
        "engine": run.plan.engine,
        "interpreter": run.plan.interpreter or None,
        "environment": dict(run.environment),
        "state": str(run.state),
        "finished": answer.finished,
        "headline": list(answer.headline),
        "limit": None if answer.limit is None else str(answer.limit),
        "narrow_stage": _narrow(answer),
        "examples_per_s": answer.examples_per_s,
        "input_wait_percent": answer.input_wait_percent,
        "host_percent": answer.host_percent,
        "turnaround_percent": answer.turnaround_percent,
        "model_alone_examples_per_s": answer.model_examples_per_s,
        "pipeline_alone_examples_per_s": answer.pipeline_examples_per_s,
        "break_even_step_s": answer.break_even_step_s,
        "cut_rates": [_cut_rate(rate) for rate in answer.cut_rates],
        "changes": [_change(change) for change in answer.changes],
        "recommended_settings": dict(answer.recommended),
        "gain": answer.gain,
        "gain_interval": _interval(answer.gain_low, answer.gain_high),
        "gain_pairs": answer.gain_pairs,
        "front": [_trial(trial) for trial in front(answer)],
        "not_helpful": [_trial(trial) for trial in answer.not_helpful],
        "only_you_can": [_suggestion(suggestion) for suggestion in answer.only_you_can],
        "not_allowed": [_suggestion(suggestion) for suggestion in answer.not_allowed],
        "wrong": findings_document(wrong_with(run))["findings"],
        "doubts": list(answer.doubts),
        "evidence": [{"at_s": step.at_s, "text": step.text} for step in answer.evidence],
        "emulated": list(answer.emulated),
        "wall_s": answer.wall_s,
        "budget_s": answer.budget_s,
        "units": {
            "examples_per_s": "examples/s",
            "elements_per_s": "elements/s",
            "cores": "cores",
            "gain": "ratio of throughput",
            "memory_bytes": "bytes",
            "total_memory_bytes": "bytes, with all changes that were kept before",
            "total_ratio": "ratio of throughput to the pipeline as it is, a product of ratios",
        },
        "source": "short trainings timed in the loop; cut rates: the pipeline cut off behind a "
        "stage and drained without a model",
    }


def _narrow(answer: Answer) -> dict[str, Any] | None:
    """The stage that limits, or the argument of ``fit`` that does."""
    rate = next((rate for rate in answer.cut_rates if rate.stage == answer.narrow_stage), None)
    place = answer.narrow_place
    if rate is not None:
        place = NarrowPlace(rate.stage, rate.file, rate.line)
    if place is None:
        return None
    return {"id": place.id, "file": place.file or None, "line": place.line or None}


def _cut_rate(rate: CutRate) -> dict[str, Any]:
    return {
        "id": rate.stage,
        "title": rate.title,
        "file": rate.file or None,
        "line": rate.line or None,
        "inside": rate.inside or None,
        "elements_per_s": rate.elements_per_s,
        "examples_per_s": rate.examples_per_s,
        "filling_elements_per_s": rate.filling_elements_per_s,
        "one_call_elements_per_s": rate.one_call_elements_per_s,
        "cores": rate.cores,
        "first_s": rate.first_s,
        "element_bytes": rate.element_bytes,
        "stage_s": rate.stage_s,
        "note": rate.note,
    }


def _change(change: ChangedKnob) -> dict[str, Any]:
    return {
        "id": change.knob,
        "from": change.before,
        "to": change.after,
        "file": change.file or None,
        "line": change.line or None,
        "contribution": change.contribution,
        "interval": _interval(change.low, change.high),
        "memory_bytes": change.memory_bytes,
        "changes_training": change.changes_training or None,
    }


def _trial(trial: Trial) -> dict[str, Any]:
    return {
        "title": trial.title,
        "changes": dict(trial.changes),
        "ratio": trial.ratio,
        "interval": _interval(trial.low, trial.high),
        "pairs": trial.pairs,
        "note": trial.note,
        "memory_bytes": trial.memory_bytes,
        "total_ratio": trial.total_ratio,
        "total_memory_bytes": trial.total_bytes,
    }


def _suggestion(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "title": suggestion.title,
        "why": suggestion.why,
        "id": suggestion.stage or None,
        "file": suggestion.file or None,
        "line": suggestion.line or None,
        "expected_gain": suggestion.gain,
    }


def _interval(low: float | None, high: float | None) -> list[float] | None:
    return None if low is None or high is None else [low, high]
