"""A record's payload: a line of JSON, then plain little-endian numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.model.plain_json import parsed_object

_LONGEST = 2**31


def pack(head: Mapping[str, Any], *arrays: NDArray[Any]) -> bytes:
    """A payload of a head and arrays; float arrays as float64, others as int64."""
    kinds = ["f" if array.dtype.kind == "f" else "i" for array in arrays]
    sizes = [[kind, list(array.shape)] for kind, array in zip(kinds, arrays, strict=True)]
    fields = dict(head) if not arrays else {**head, "arrays": sizes}
    # A loss may be NaN, which Python's JSON writes and reads although the standard has none.
    line = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    # A path may hold bytes that are no characters; what cannot be written must not end a run.
    encoded = line.encode(errors="replace")
    blobs = (a.astype(f"<{k}8").tobytes() for k, a in zip(kinds, arrays, strict=True))
    return b"\n".join((encoded, b"".join(blobs)))


def unpack(payload: bytes) -> tuple[dict[str, Any], list[NDArray[Any]]]:
    """Head and arrays; the arrays are read-only.

    Raises:
        ValueError: It is no such payload. Nothing is allocated for sizes that it only claims.
    """
    line, _, rest = payload.partition(b"\n")
    head = parsed_object(line)
    arrays: list[NDArray[Any]] = []
    at = 0
    for kind, shape in _sizes(head.pop("arrays", [])):
        count = 1
        for length in shape:
            count *= length
        if kind not in ("f", "i") or count * 8 > len(rest) - at:
            raise ValueError("its arrays are not what its head says")
        flat = np.frombuffer(rest, f"<{kind}8", count, at)
        arrays.append(flat.reshape(shape))
        at += count * 8
    if at != len(rest):
        raise ValueError("there is more behind its arrays")
    return head, arrays


def _sizes(found: object) -> list[tuple[str, list[int]]]:
    if not isinstance(found, list) or len(found) > 16:
        raise ValueError("its head does not say which arrays follow")
    sizes = []
    for one in found:
        if not isinstance(one, list) or len(one) != 2 or not isinstance(one[1], list):
            raise ValueError("its head does not say which arrays follow")
        kind, shape = one
        if len(shape) > 4 or any(type(n) is not int or not 0 <= n <= _LONGEST for n in shape):
            raise ValueError("an array has an impossible shape")
        sizes.append((str(kind), shape))
    return sizes
