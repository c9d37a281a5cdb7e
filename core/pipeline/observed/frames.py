"""From Python frames to call sites, through the code that AutoGraph generates."""

from __future__ import annotations

import itertools
import site
import sys
import sysconfig
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from core.model.recorded_call import Site

_HERE = str(Path(__file__).parents[2])
"""This application's core: its frames are nobody's code."""


@cache
def _tensorflow() -> str:
    import tensorflow

    return str(Path(tensorflow.__file__).parent) + "/"


@cache
def _libraries() -> tuple[str, ...]:
    paths = {sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")}
    paths |= {*site.getsitepackages(), site.getusersitepackages()}
    return tuple(f"{path}/" for path in paths if path)


def is_tensorflow(frame: FrameType) -> bool:
    """Whether the frame runs TensorFlow's own code."""
    return frame.f_code.co_filename.startswith(_tensorflow())


def _is_autograph(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(f"{_tensorflow()}python/autograph/")


def calls_for_itself(frame: FrameType | None) -> bool:
    """Whether TensorFlow or this application made a call, and nobody's code did.

    Args:
        frame: The frame that made the call.
    """
    while frame is not None and _is_autograph(frame):
        frame = frame.f_back
    if frame is not None and frame.f_code.co_filename.startswith(_HERE):
        return True
    if frame is None or not is_tensorflow(frame):
        return False
    # A class or method given as a function is called from here: someone asked for that.
    return not frame.f_code.co_filename.endswith("/structured_function.py")


def path_of(frame: FrameType | None, until: CodeType) -> tuple[Site, ...]:
    """The call sites on the way to a frame, from the outermost inwards.

    Args:
        frame: The innermost frame.
        until: The code whose frame, further out, is where the person's code was called from.
    """
    found: list[Site] = []
    while frame is not None and frame.f_code is not until:
        name = frame.f_code.co_filename
        if not (is_tensorflow(frame) or name.startswith(_HERE)):
            seen = _site(frame)
            if seen is not None:
                found.append(seen)
        frame = frame.f_back
    return tuple(reversed(found))


def _site(frame: FrameType) -> Site | None:
    code = frame.f_code
    if code.co_filename.startswith("<"):
        return None
    generated = _origin(code.co_filename, frame.f_lineno)
    if generated is not None:
        return generated
    spot = next(itertools.islice(code.co_positions(), frame.f_lasti // 2, None), None)
    line, end_line, column, end_column = spot or (None, None, None, None)
    function = "" if code.co_name == "<module>" else code.co_qualname.replace(".<locals>", "")
    library = code.co_filename.startswith(_libraries())
    if line is None or column is None or end_line is None or end_column is None:
        return Site(code.co_filename, frame.f_lineno, function=function, library=library)
    return Site(code.co_filename, line, column, end_line, end_column, function, library)


def _origin(file: str, line: int) -> Site | None:
    """Where a line of code that AutoGraph generated comes from; None for any other code."""
    if "__autograph_generated_file" not in file:
        return None
    for source_map in _source_maps():
        for generated, origin in source_map.items():
            if generated.filename == file and generated.lineno == line:
                loc = origin.loc
                library = str(loc.filename).startswith(_libraries())
                return Site(
                    str(loc.filename), int(loc.lineno), function=str(origin.function_name or ""),
                    library=library,
                )  # fmt: skip
    return Site(file, line, library=True)


def _source_maps() -> list[Any]:
    """Of all that AutoGraph converted so far; it keeps them where no public name reaches."""
    api = sys.modules.get("tensorflow.python.autograph.impl.api")
    try:
        by_code = api._TRANSPILER._cache._cache  # type: ignore[union-attr]
        return [
            factory.source_map
            for by_options in list(by_code.values())
            for factory in list(by_options.values())
            if factory.source_map
        ]
    except AttributeError:
        return []
