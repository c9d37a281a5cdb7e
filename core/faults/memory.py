"""Memory that is not there, and disks that are full: how much was asked for, by what."""

from __future__ import annotations

import math
import re

import numpy as np

from core.faults.raised import Raised
from core.faults.reading import at
from core.faults.rule import Rule, Told
from core.faults.scene import Scene
from core.faults.words import path
from core.machine_memory import available_bytes
from core.model.quantity import bytes_text

_TENSOR = re.compile(r"allocating tensor with shape ?\[(?P<shape>[\d, ]*)\] and type (?P<type>\w+)")
_ARRAY = re.compile(
    r"Unable to allocate (?P<size>[\d.]+ \w+) for an array with shape (?P<shape>\([\d, ]*\))"
    r" and data type (?P<type>\w+)"
)
_NOT_MAPPED = re.compile(
    r"(?P<file>/[^:\n]+): (?:failed to map segment from shared object"
    r"|cannot (?:allocate memory|create shared object descriptor))"
)
"""What the loader of shared libraries says where memory cannot be mapped."""
_BYTES = {
    "double": 8, "float": 4, "half": 2, "bfloat16": 2, "int64": 8, "uint64": 8, "int32": 4,
    "uint32": 4, "int16": 2, "uint16": 2, "int8": 1, "uint8": 1, "bool": 1, "complex64": 8,
    "complex128": 16,
}  # fmt: skip
"""Of each type as TensorFlow's allocator names it."""
_EXPECTED = "buffers, caches and batches that fit into memory together"
_REMEDY = (
    "Make the batch, the shuffle or prefetch buffer smaller, run fewer parallel calls, or cache on "
    "disk."
)


def _out_of_memory(raised: Raised, scene: Scene) -> Told | None:
    numpys = raised.in_python in ("MemoryError", "_ArrayMemoryError")
    if not raised.is_a("MemoryError", "ResourceExhaustedError") and not numpys:
        return None
    left = f"; {bytes_text(available_bytes())} are free"
    return Told(f"Out of memory{at(raised, scene)}: {_wanted(raised)}{left}", _EXPECTED, _REMEDY)


def _bytes_of(found: re.Match[str]) -> str:
    """The same unit as everywhere: NumPy counts in powers of two."""
    try:
        each = np.dtype(found["type"]).itemsize
    except TypeError:
        return found["size"]
    return bytes_text(each * _product(found["shape"].strip("()")))


def _product(numbers: str) -> int:
    # In Python's own numbers: a product of 64 bits would run over.
    return math.prod(int(one) for one in numbers.split(",") if one.strip())


def _wanted(raised: Raised) -> str:
    found = _TENSOR.search(raised.text)
    by = f" ({raised.node})" if raised.node else ""
    if found:
        shape = [int(one) for one in found["shape"].split(",") if one.strip()]
        each = _BYTES.get(found["type"])
        of = f"a tensor of shape {shape} and type {found['type']}{by}"
        if each is None:
            return f"there is no room for {of}"
        return f"there is no room for the {bytes_text(each * _product(found['shape']))} of {of}"
    found = _ARRAY.search(raised.text)
    if found:
        return (
            f"there is no room for the {_bytes_of(found)} of an array of shape {found['shape']} "
            f"and type {found['type']}"
        )
    said = raised.said
    return f"{said}{by}" if said not in ("MemoryError", "") else f"a request was refused{by}"


def _no_room_for_code(raised: Raised, scene: Scene) -> Told | None:
    found = _NOT_MAPPED.search(raised.text) if raised.is_a("ImportError", "OSError") else None
    if found is None:
        return None
    return Told(
        f"Out of memory while {path(found['file'])} was loaded; {bytes_text(available_bytes())} "
        "are free on the machine",
        "room for the code of TensorFlow, some GB of addresses",
        "Raise the limit of this process (`ulimit -v`, or that of its container), or close other "
        "programs. Where there is none, the file lies on a disk mounted noexec.",
    )


RULES = (
    Rule("out_of_memory", _out_of_memory),
    Rule("no_room_for_code", _no_room_for_code),
)
