"""Where Python itself and installed packages lie."""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from functools import cache
from pathlib import Path


def importable() -> str:
    """Folder or archive in which another Python process finds this package by its name.

    A process that trains was sent it (``core.engines.begin``), and has no folder with it.
    """
    sent = getattr(getattr(sys.modules[__package__], "__loader__", None), "importable", None)
    return str(sent()) if sent is not None else str(Path(__file__).parents[1])


@cache
def folders() -> tuple[str, ...]:
    """Folders of the standard library and of installed packages, each with a separator behind."""
    paths = {sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")}
    paths |= {*site.getsitepackages(), site.getusersitepackages()}
    return tuple(f"{path}{os.sep}" for path in paths if path)
