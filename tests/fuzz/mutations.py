"""What is given to readers: noise, and what is valid but for a few changes."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from core.records.frames import MARKER, frame

Path = tuple[Any, ...]

ABSURD = (
    None, True, False, "", "x", "\x00", "\ud800", "../../x", "<b>", "nan", [], {}, [[]], [None],
    0, -1, 1, 2**31, 2**53, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 10**30, 10**400, 0.5, -0.0,
    1e18, 1e308, -1e308, float("nan"), float("inf"), float("-inf"), "9" * 5000, "x" * 3000,
)  # fmt: skip

PIECES = (MARKER, MARKER * 40, b"\xff" * 16, b"\0" * 64)
NUMBERS = (
    b"\xff" * 8, b"\0" * 8, b"\0" * 6 + b"\xf0\x7f", b"\xff" * 7 + b"\x7f", b"\0" * 7 + b"\x80",
)  # fmt: skip
"""NaN and -1, 0, infinity, the largest, the smallest."""

json_values = st.recursive(
    st.sampled_from(ABSURD) | st.text(max_size=20) | st.integers() | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=6,
)


@st.composite
def changed_json(draw: st.DrawFn, valid: Any, changes: int = 3) -> Any:
    """A JSON value with up to so many parts replaced, left out, added or doubled."""
    found = copy.deepcopy(valid)
    for _ in range(draw(st.integers(1, changes))):
        paths = list(_paths(found))
        path = draw(st.sampled_from(paths))
        if not path:
            if draw(st.booleans()):
                return copy.deepcopy(draw(json_values))
            continue
        holder = found
        for key in path[:-1]:
            holder = holder[key]
        match draw(st.integers(0, 3)):
            case 0:
                del holder[path[-1]]
            case 1 if isinstance(holder, list):
                holder.insert(path[-1], copy.deepcopy(holder[path[-1]]))
            case 2 if isinstance(holder, dict):
                holder[draw(st.text(max_size=12))] = copy.deepcopy(draw(json_values))
            case _:
                holder[path[-1]] = copy.deepcopy(draw(json_values))
    return found


def as_json(value: Any) -> bytes:
    """As text, whatever is in it."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()


@st.composite
def changed_bytes(draw: st.DrawFn, valid: bytes, changes: int = 4) -> bytes:
    """Bytes with some of them flipped, taken out, doubled, moved or replaced."""
    found = bytearray(valid)
    for _ in range(draw(st.integers(1, changes))):
        at = draw(st.integers(0, len(found)))
        size = draw(st.integers(0, 64) | st.integers(0, len(found)))
        piece = bytes(found[at : at + size])
        match draw(st.integers(0, 5)):
            case 0:
                del found[at : at + size]
            case 1:
                found[at:at] = piece
            case 2:
                found[at : at + size] = draw(st.binary(max_size=64))
            case 3:
                found[at:at] = draw(st.sampled_from(PIECES))
            case 4 if at < len(found):
                found[at] ^= 1 << draw(st.integers(0, 7))
            case _:
                other = draw(st.integers(0, len(found)))
                found[other:other] = piece
    return bytes(found)


@st.composite
def changed_payload(draw: st.DrawFn, valid: bytes) -> bytes:
    """A record whose head or numbers are others."""
    line, _, rest = valid.partition(b"\n")
    if draw(st.booleans()):
        line = as_json(draw(changed_json(json.loads(line))))
    if draw(st.integers(0, 3)) == 0:
        rest = draw(changed_bytes(rest, 2))
    elif rest and draw(st.booleans()):
        at = 8 * draw(st.integers(0, max(0, len(rest) // 8 - 1)))
        rest = rest[:at] + draw(st.sampled_from(NUMBERS)) + rest[at + 8 :]
    return line + b"\n" + rest


@st.composite
def changed_log(draw: st.DrawFn, payloads: tuple[bytes, ...]) -> bytes:
    """A log with sound checksums whose records are others, out of order, doubled or missing."""
    found = list(payloads)
    for _ in range(draw(st.integers(1, 3))):
        if not found:
            break
        at = draw(st.integers(0, len(found) - 1))
        match draw(st.integers(0, 4)):
            case 0:
                del found[at]
            case 1:
                found.insert(draw(st.integers(0, len(found))), found[at])
            case _:
                found[at] = draw(changed_payload(found[at]))
    log = b"".join(frame(one, sequence) for sequence, one in enumerate(found))
    return draw(changed_bytes(log, 2)) if draw(st.integers(0, 4)) == 0 else log


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _paths(inner, (*path, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value[:200]):
            yield from _paths(inner, (*path, at))
