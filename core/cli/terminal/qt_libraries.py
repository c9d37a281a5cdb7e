"""System libraries that Qt needs on Linux and does not bring along, and Debian's packages of them.

They are what ``readelf -d`` names as needed by Qt 6.11's libraries and platform plugins.
"""

from __future__ import annotations

import ctypes
import importlib.util
from collections.abc import Mapping
from pathlib import Path

EVERY_WINDOW: Mapping[str, str] = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libX11.so.6": "libx11-6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libz.so.1": "zlib1g",
}
"""Also for a window on no screen (``QT_QPA_PLATFORM=offscreen``)."""

X11: Mapping[str, str] = {
    "libxcb.so.1": "libxcb1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
WAYLAND: Mapping[str, str] = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
}


def missing(libraries: Mapping[str, str]) -> tuple[str, ...]:
    """Those that cannot be loaded."""
    return tuple(name for name in libraries if not _loads(name))


def install_line(names: tuple[str, ...]) -> str:
    """What installs libraries on Debian and Ubuntu."""
    known = {**EVERY_WINDOW, **X11, **WAYLAND}
    packages = sorted({known[name] for name in names})
    return f"On Debian and Ubuntu: apt-get install {' '.join(packages)}."


def platforms() -> tuple[str, ...]:
    """Names of the platform plugins that this PySide6 has; empty where it is not installed.

    Qt itself is not loaded.
    """
    module_spec = importlib.util.find_spec("PySide6")
    if module_spec is None or not module_spec.submodule_search_locations:
        return ()
    home = Path(module_spec.submodule_search_locations[0])
    folders = (home / "Qt" / "plugins" / "platforms", home / "plugins" / "platforms")
    files = (file for folder in folders for file in folder.glob("*q*.*"))
    return tuple(sorted({_plugin(file.name) for file in files}))


def _plugin(file_name: str) -> str:
    """``libqxcb.so``, ``qwindows.dll`` and ``libqcocoa.dylib`` without what is around the name."""
    return file_name.partition(".")[0].removeprefix("lib").removeprefix("q")


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
