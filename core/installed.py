"""Where Python itself and installed packages lie."""

from __future__ import annotations

import os
import site
import sysconfig
from functools import cache


@cache
def folders() -> tuple[str, ...]:
    """Folders of the standard library and of installed packages, each with a separator behind."""
    paths = {sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")}
    paths |= {*site.getsitepackages(), site.getusersitepackages()}
    return tuple(f"{path}{os.sep}" for path in paths if path)
