"""What Qt needs for a window."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping

from core.cli.machine.checks.check import Check, CheckState, bad, note
from core.cli.terminal import qt_libraries
from core.cli.terminal.display import check_display
from core.model.errors import InputError

_NAMES = ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY")


def screen() -> Iterator[Check]:
    """The screen, and the system's libraries."""
    set_here = ", ".join(f"{name}={os.environ[name]}" for name in _NAMES if os.environ.get(name))
    yield _screen(set_here)
    if not sys.platform.startswith("linux"):
        return
    yield _libraries("qt_libraries", "Qt's libraries", qt_libraries.EVERY_WINDOW, CheckState.BAD)
    for key, label, libraries in (
        ("qt_x11", "Qt's libraries for X11", qt_libraries.X11),
        ("qt_wayland", "Qt's libraries for Wayland", qt_libraries.WAYLAND),
    ):
        yield _libraries(key, label, libraries, CheckState.NOTE)


def _screen(set_here: str) -> Check:
    key, label = "screen", "screen"
    before = os.environ.get("QT_QPA_PLATFORM")
    try:
        check_display()
    except InputError as error:
        if not set_here:
            # A server has none, and that is well: nothing is amiss.
            return note(key, label, "none: no window, but `run` works")
        return bad(key, label, f"{set_here}: {error.what}", error.remedy)
    finally:
        if before is None:
            os.environ.pop("QT_QPA_PLATFORM", None)
    return Check(key, label, set_here or "the system's own")


def _libraries(key: str, label: str, libraries: Mapping[str, str], state: CheckState) -> Check:
    lacking = qt_libraries.missing(libraries)
    if lacking:
        names = ", ".join(lacking)
        return Check(key, label, f"missing: {names}", state, qt_libraries.install_line(lacking))
    return Check(key, label, f"all {len(libraries)} there")
