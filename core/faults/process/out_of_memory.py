"""Memory that is not there: how much was asked for, and by what."""

from __future__ import annotations

import math
import re

import numpy as np

from core.faults.context import FailureContext
from core.faults.explanation import Explanation
from core.faults.raised import ErrorInfo
from core.machine_memory import available_bytes
from core.model.quantity import bytes_text

_TENSOR = re.compile(r"allocating tensor with shape ?\[(?P<shape>[\d, ]*)\] and type (?P<type>\w+)")
_ARRAY = re.compile(
    r"Unable to allocate (?P<size>[\d.]+ \w+) for an array with shape (?P<shape>\([\d, ]*\))"
    r" and data type (?P<type>\w+)"
)
_THREAD = "can't start new thread"
_BYTES = {
    "double": 8, "float": 4, "half": 2, "bfloat16": 2, "int64": 8, "uint64": 8, "int32": 4,
    "uint32": 4, "int16": 2, "uint16": 2, "int8": 1, "uint8": 1, "bool": 1, "complex64": 8,
    "complex128": 16,
}  # fmt: skip
"""Of each type as TensorFlow's allocator names it."""


def rule(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    """See ``core.faults.explanation.Rule``."""
    numpys = raised.in_python in ("MemoryError", "_ArrayMemoryError")
    # CPython says no more where the system has no room for the stack of a thread.
    threads = raised.is_a("RuntimeError") and _THREAD in raised.text
    if not raised.is_a("MemoryError", "ResourceExhaustedError") and not numpys and not threads:
        return None
    wanted = "no further thread can be started" if threads else _wanted(raised)
    return Explanation(
        f"Out of memory{context.at(raised)}: {wanted}; {bytes_text(available_bytes())} are free",
        "buffers, caches and batches that fit into memory together",
        "Make the batch, the shuffle or prefetch buffer smaller, run fewer parallel calls, or "
        "cache on disk.",
    )


def _wanted(raised: ErrorInfo) -> str:
    match = _TENSOR.search(raised.text)
    by = f" ({raised.node})" if raised.node else ""
    if match:
        shape = [int(size) for size in match["shape"].split(",") if size.strip()]
        each = _BYTES.get(match["type"])
        tensor = f"a tensor of shape {shape} and type {match['type']}{by}"
        if each is None:
            return f"there is no room for {tensor}"
        return f"there is no room for the {bytes_text(each * _product(match['shape']))} of {tensor}"
    match = _ARRAY.search(raised.text)
    if match:
        return (
            f"there is no room for the {_bytes_of(match)} of an array of shape {match['shape']} "
            f"and type {match['type']}"
        )
    said = raised.said
    return f"{said}{by}" if said not in ("MemoryError", "") else f"a request was refused{by}"


def _bytes_of(match: re.Match[str]) -> str:
    """The same unit as everywhere: NumPy counts in powers of two."""
    try:
        each = np.dtype(match["type"]).itemsize
    except TypeError:
        return match["size"]
    return bytes_text(each * _product(match["shape"].strip("()")))


def _product(numbers: str) -> int:
    # In Python's own numbers: a product of 64 bits would run over.
    return math.prod(int(size) for size in numbers.split(",") if size.strip())
