"""Opens a trace, whatever it is: a file of the profiler, compressed or not, or a folder of it."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from core.machine_memory import available_bytes
from core.model.errors import InputError
from core.model.sizes import size_words
from core.timeline.capture import Capture
from core.timeline.read_chrome import read_chrome
from core.timeline.read_xplane import read_xplane
from core.timeline.trace_names import ENDINGS

EXPECTED = "a file *.xplane.pb or *.trace.json.gz, or the folder that a profiler wrote"
MOST_BYTES = {"xplane": 512 * 10**6, "json": 256 * 10**6}
"""Of what is read, uncompressed: about ten million events."""
_TIMES = {"xplane": 4.0, "json": 10.0}
"""How often the file's size it takes in memory, while it is read."""
_CHUNK = 1 << 20
_DEEPEST = 4


def open_trace(path: Path) -> Capture:
    """Read a trace.

    Args:
        path: A file, or the folder of a profile; of several traces in it, the latest.

    Raises:
        InputError: There is no trace, it is damaged, or too large.
    """
    file = trace_file(path)
    kind = "json" if ".json" in file.name.lower() else "xplane"
    try:
        data = _content(file, kind)
        return read_xplane(data) if kind == "xplane" else read_chrome(data)
    except InputError as error:
        raise InputError(
            f"{file}: {error.what}", expected=error.expected, remedy=error.remedy
        ) from error
    except (OSError, EOFError, zlib.error) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise InputError(
            f"{file} cannot be read ({why})",
            expected=EXPECTED,
            remedy="Is it whole? Copy it anew, or take the trace anew.",
        ) from error
    except MemoryError as error:
        raise InputError(
            f"{file} does not fit into memory", expected="a trace of fewer steps"
        ) from error


def trace_file(path: Path) -> Path:
    """The file of a trace: itself, or the latest below a folder.

    Raises:
        InputError: There is none.
    """
    if path.is_file():
        return path
    if not path.is_dir():
        raise InputError(f"There is no file or folder {path}", expected=EXPECTED)
    levels = ("/".join(["*"] * depth) for depth in range(1, _DEEPEST + 1))
    files = [file for level in levels for file in path.glob(level) if file.is_file()]
    for ending in ENDINGS:
        known = [file for file in files if file.name.lower().endswith(ending)]
        if known:
            return max(known, key=lambda file: (file.stat().st_mtime_ns, str(file)))
    raise InputError(f"There is no trace in the folder {path}", expected=EXPECTED)


def _content(file: Path, kind: str) -> bytes:
    """What is in a file, uncompressed.

    Raises:
        InputError: It is too large.
        OSError: It cannot be read.
    """
    size_bytes = file.stat().st_size
    _check_size(size_bytes, kind)
    with file.open("rb") as opened:
        packed = opened.read(2) == b"\x1f\x8b"
        opened.seek(0)
        if not packed:
            return opened.read(MOST_BYTES[kind] + 1)
        parts, total = [], 0
        with gzip.open(opened) as unpacked:
            # By and by: a small file may hold a huge one.
            while part := unpacked.read(_CHUNK):
                total += len(part)
                _check_size(total, kind)
                parts.append(part)
        return b"".join(parts)


def _check_size(size_bytes: int, kind: str) -> None:
    if size_bytes > MOST_BYTES[kind]:
        raise InputError(
            f"It is too large: {size_words(size_bytes)} or more uncompressed",
            expected=f"at most {size_words(MOST_BYTES[kind])}",
            remedy="Trace fewer steps.",
        )
    room = available_bytes()
    if size_bytes * _TIMES[kind] > room:
        raise InputError(
            f"Reading it takes about {size_words(size_bytes * _TIMES[kind])} of memory, and "
            f"{size_words(room)} are free",
            remedy="Close other programs, or trace fewer steps.",
        )
