"""A sweep as a JSON document."""

from __future__ import annotations

from typing import Any

from core.analysis.sweeps.sweep import PointResult, SweepResult
from core.export.run_json import run_document

SWEEP_SCHEMA = "pipeline-explorer/sweep/1"


def sweep_document(found: SweepResult) -> dict[str, Any]:
    """Every configuration, the fastest first, with its interval and its runs."""
    return {
        "schema": SWEEP_SCHEMA,
        "axes": {axis.key: list(axis.values) for axis in found.axes},
        "influence_on_throughput": {
            influence.key: {"share": influence.share, "told_from_noise": influence.told_from_noise}
            for influence in found.influence
        },
        "text": found.sentence,
        "notes": list(found.notes),
        "units": {
            "throughput": "examples/s",
            "idle": "%",
            "share": "of the differences in log throughput, 0 to 1",
        },
        "points": [_point(point, [axis.key for axis in found.axes]) for point in found.points],
    }


def _point(one: PointResult, keys: list[str]) -> dict[str, Any]:
    return {
        "values": {key: one.point.settings[key] for key in keys},
        "settings": dict(one.point.settings),
        "throughput": one.throughput.value,
        "throughput_low": one.low,
        "throughput_high": one.high,
        "idle": one.idle.value,
        "source": one.throughput.provenance(),
        "emulated": list(one.throughput.emulated),
        "doubts": list(one.doubts),
        "runs": [run_document(run) for run in one.point.runs],
    }
