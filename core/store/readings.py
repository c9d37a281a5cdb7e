"""Readings of the executed pipeline as one compressed column, and back."""

from __future__ import annotations

import json

from core.model import checked
from core.model.executed import PipelineReading
from core.model.plain_json import parsed
from core.records.values import reading_fields, reading_from
from core.store.packed import packed, unpacked

_MOST_READINGS = 10_000


def readings_to_blob(readings: tuple[PipelineReading, ...]) -> bytes | None:
    """JSON, compressed."""
    if not readings:
        return None
    plain = [reading_fields(one) for one in readings]
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
        return tuple(reading_from(*one) for one in checked.items(parsed(text), _MOST_READINGS))
    except (TypeError, ValueError) as error:
        raise ValueError(f"the readings of the pipeline are damaged ({error})") from error
