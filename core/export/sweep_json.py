"""A sweep as a JSON document."""

from __future__ import annotations

from typing import Any

from core.analysis.sweeps.sweep import PointResult, SweepResult
from core.export.run_json import run_document

SWEEP_SCHEMA = "pipeline-explorer/sweep/1"


def sweep_document(sweep: SweepResult) -> dict[str, Any]:
    """Every configuration, the fastest first, with its interval and its runs."""
    return {
        "schema": SWEEP_SCHEMA,
        "axes": {axis.key: list(axis.values) for axis in sweep.axes},
        "influence_on_throughput": {
            influence.key: {"share": influence.share, "told_from_noise": influence.told_from_noise}
            for influence in sweep.influence
        },
        "text": sweep.sentence,
        "notes": list(sweep.notes),
        "units": {
            "throughput": "examples/s",
            "idle": "%",
            "share": "of the differences in log throughput, 0 to 1",
        },
        "points": [_point(point, [axis.key for axis in sweep.axes]) for point in sweep.points],
    }


def _point(point: PointResult, keys: list[str]) -> dict[str, Any]:
    return {
        "values": {key: point.point.settings[key] for key in keys},
        "settings": dict(point.point.settings),
        "throughput": point.throughput.value,
        "throughput_low": point.low,
        "throughput_high": point.high,
        "idle": point.idle.value,
        "source": point.throughput.provenance(),
        "emulated": list(point.throughput.emulated),
        "doubts": list(point.doubts),
        "runs": [run_document(run) for run in point.point.runs],
    }
