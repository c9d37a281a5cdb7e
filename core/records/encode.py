"""Dataclasses as payloads of records. The process that trains needs no more than this to send.

A payload is a line of JSON, then the numbers of all arrays, little-endian, 8 bytes each, in the
order of the fields. The JSON has the name of the class under ``is``; an array stands there as its
kind (``f`` for float64, ``i`` for int64) and its shape. JSON has no NaN and no infinity: they are
written as ``"nan"``, ``"inf"`` and ``"-inf"``. ``core.records.decode`` is the other direction.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.model.settings import Settings

KIND = "is"
"""The key of a record's class."""
_RECEIVED = "_received"
Record = TypeVar("Record")


def received(record: Record, payload: bytes) -> Record:
    """A record that came in a payload: ``encode`` gives the same bytes again."""
    vars(record)[_RECEIVED] = payload
    return record


def encode(record: object) -> bytes:
    """The payload of a dataclass instance."""
    as_received: bytes | None = vars(record).get(_RECEIVED)
    if as_received is not None:
        return as_received
    arrays: list[NDArray[Any]] = []
    head = {KIND: type(record).__name__, **_fields(record, arrays)}
    line = json.dumps(head, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # A path may hold bytes that are no characters; what cannot be written must not end a run.
    encoded = line.encode(errors="replace")
    blobs = (array.astype(f"<{_kind(array)}8").tobytes() for array in arrays)
    return b"\n".join((encoded, b"".join(blobs)))


def starts_as(payload: bytes, kind: type[object]) -> bool:
    """Whether a payload says that it holds an instance of a class."""
    return payload.startswith(f'{{"{KIND}":"{kind.__name__}"'.encode())


def _fields(value: Any, arrays: list[NDArray[Any]]) -> dict[str, Any]:
    return {field.name: _plain(getattr(value, field.name), arrays) for field in fields(value)}


def _plain(value: Any, arrays: list[NDArray[Any]]) -> Any:
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(float(value))
    if isinstance(value, (tuple, list)):
        return [_plain(item, arrays) for item in value]
    if isinstance(value, Settings):
        return _plain(value.values_by_key, arrays)
    if isinstance(value, Mapping):
        return {key: _plain(item, arrays) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        arrays.append(value)
        return [_kind(value), list(value.shape)]
    if isinstance(value, np.generic):
        return _plain(value.item(), arrays)
    if is_dataclass(value):
        return _fields(value, arrays)
    raise TypeError(f"a record cannot hold a {type(value).__name__}")


def _kind(array: NDArray[Any]) -> str:
    return "f" if array.dtype.kind == "f" else "i"
