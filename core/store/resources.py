"""Readings of processor, memory, disk and GPUs as one compressed column, and back."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np

from core.model.plain_json import parsed_object
from core.model.resources import Resources
from core.records.event_codec import check_readings
from core.records.values import about_from
from core.store.packed import packed, unpacked


def resources_to_blob(resources: Resources) -> bytes | None:
    """A line of JSON on what was read, then little-endian float64 rows; all compressed."""
    if resources.about is None:
        return None
    head = json.dumps(asdict(resources.about), ensure_ascii=False).encode()
    return packed(head + b"\n" + resources.rows.astype("<f8").tobytes())


def resources_from_blob(blob: bytes | None) -> Resources:
    """The readings of a row; none where the column is empty.

    Raises:
        ValueError: It does not hold readings.
    """
    if blob is None:
        return Resources()
    try:
        plain = unpacked(blob)
        head, _, numbers = plain.partition(b"\n")
        about = about_from(parsed_object(head))
        rows = np.frombuffer(numbers, "<f8").astype(np.float64, copy=False)
        found = Resources(about, rows.reshape(-1, Resources.width(about)))
        check_readings(found.rows)
        return found
    except (TypeError, KeyError, ValueError) as error:
        raise ValueError(f"the readings of resources are damaged ({error})") from error
