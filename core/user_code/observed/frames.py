"""From Python frames to call sites, through the code that AutoGraph generates."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import CodeType, FrameType

from core import installed
from core.model.recorded_call import Site
from core.python_versions import qualified_name
from core.user_code.observed.generated import is_generated, origin
from core.user_code.observed.positions import position

_HERE = f"{Path(__file__).parents[2]}{os.sep}"
"""This application's core: its frames are nobody's code."""


@cache
def _tensorflow() -> str:
    # Found, not imported: recorded pipelines are read without it.
    spec = importlib.util.find_spec("tensorflow")
    return f"{Path(str(spec.origin if spec else None)).parent}{os.sep}"


def is_library(file: str) -> bool:
    """Whether a file belongs to an installed package or to Python itself."""
    # What Cython compiled names its source: h5py/h5f.pyx.
    return file.startswith((_tensorflow(), *installed.folders())) or file.endswith((".pyx", ".pxd"))


def is_tensorflow(frame: FrameType) -> bool:
    """Whether the frame runs TensorFlow's own code."""
    return frame.f_code.co_filename.startswith(_tensorflow())


def is_ours(frame: FrameType) -> bool:
    """Whether the frame runs this application's code."""
    return frame.f_code.co_filename.startswith(_HERE)


def _is_autograph(frame: FrameType) -> bool:
    autograph = os.path.join(_tensorflow(), "python", "autograph", "")
    return frame.f_code.co_filename.startswith(autograph)


def _is_wrapper(frame: FrameType) -> bool:
    """Whether it is AutoGraph, or a decorator that warns of what is deprecated."""
    wrappers = os.path.join(_tensorflow(), "python", "util", "")
    return _is_autograph(frame) or frame.f_code.co_filename.startswith(wrappers)


def calls_for_itself(frame: FrameType | None) -> bool:
    """Whether TensorFlow or this application made a call, and nobody's code did.

    Args:
        frame: The frame that made the call.
    """
    while frame is not None and _is_autograph(frame):
        frame = frame.f_back
    if frame is not None and is_ours(frame):
        return True
    if frame is None or not is_tensorflow(frame):
        return False
    # A class or method given as a function is called from here: someone asked for that.
    code = frame.f_code
    return not (code.co_filename.endswith("structured_function.py") or code.co_name == "apply")


def path_of(frame: FrameType | None, until: CodeType) -> tuple[Site, ...]:
    """The call sites on the way to a frame, from the outermost inwards.

    Args:
        frame: The innermost frame.
        until: The code whose frame, further out, is where the person's code was called from.

    Returns:
        The way; empty where the frame was not called from there.
    """
    sites: list[Site] = []
    while frame is not None and frame.f_code is not until:
        if not (is_tensorflow(frame) or is_ours(frame)):
            seen = _site(frame)
            if seen is not None:
                sites.append(seen)
        frame = frame.f_back
    return () if frame is None else tuple(reversed(sites))


def made_by_tensorflow(frame: FrameType | None) -> str:
    """Name of the function of TensorFlow that someone's code called, on the way to a frame."""
    name = ""
    while frame is not None and (is_tensorflow(frame) or is_ours(frame)):
        if is_tensorflow(frame) and not _is_wrapper(frame):
            name = frame.f_code.co_name
            if name == "__init__":
                name = type(frame.f_locals.get("self")).__name__
        frame = frame.f_back
    for version in ("_v2", "_v1", "V2", "V1"):
        name = name.removesuffix(version)
    return name


def applied_to(frame: FrameType | None) -> object:
    """The dataset whose ``apply`` someone's code called, on the way to a frame; None for none."""
    applied = None
    while frame is not None and (is_tensorflow(frame) or is_ours(frame)):
        if is_tensorflow(frame) and frame.f_code.co_name == "apply":
            applied = frame.f_locals.get("self")
        frame = frame.f_back
    return applied


def _site(frame: FrameType) -> Site | None:
    code = frame.f_code
    if code.co_filename.startswith("<"):
        return None
    if is_generated(code.co_filename):
        site = origin(frame)
        return site and replace(site, library=is_library(site.file))
    spot = position(frame)
    function = "" if code.co_name == "<module>" else qualified_name(code).replace(".<locals>", "")
    library = is_library(code.co_filename)
    if spot is None:
        return Site(code.co_filename, frame.f_lineno, function=function, library=library)
    line, end_line, column, end_column = spot
    return Site(code.co_filename, line, column, end_line, end_column, function, library)
