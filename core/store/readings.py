"""Readings of the executed pipeline as one compressed column, and back."""

from __future__ import annotations

import json
from dataclasses import astuple
from typing import Any

from core.model.executed import NodeReading, PipelineReading
from core.store.packed import packed, unpacked


def readings_to_blob(readings: tuple[PipelineReading, ...]) -> bytes | None:
    """JSON, compressed."""
    if not readings:
        return None
    plain = [
        [
            one.at_s,
            [astuple(node) for node in one.nodes],
            one.gaps,
            one.mean_gap_s,
            one.ram_budget_bytes,
        ]
        for one in readings
    ]
    return packed(json.dumps(plain, separators=(",", ":")).encode())


def readings_from_blob(blob: bytes | None) -> tuple[PipelineReading, ...]:
    """The readings of a row; none where the column is empty.

    Raises:
        ValueError: It does not hold readings.
    """
    if blob is None:
        return ()
    try:
        text = unpacked(blob)
        return tuple(_reading(*one) for one in json.loads(text))
    except (TypeError, ValueError) as error:
        raise ValueError(f"the readings of the pipeline are damaged ({error})") from error


def _reading(
    at_s: float,
    nodes: list[list[Any]],
    gaps: int = 0,
    mean_gap_s: float | None = None,
    ram_budget_bytes: float | None = None,
) -> PipelineReading:
    """One reading; those that an older version wrote end after the nodes."""
    return PipelineReading(
        float(at_s),
        tuple(NodeReading(*node) for node in nodes),
        int(gaps),
        None if mean_gap_s is None else float(mean_gap_s),
        None if ram_budget_bytes is None else float(ram_budget_bytes),
    )
