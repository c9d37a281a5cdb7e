"""Whether there is a screen for the window: without one, Qt ends the process without a word."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable

from core.cli.terminal import qt_libraries
from core.measure.timeouts import answer_within
from core.model.errors import InputError

PATIENCE_S = 3.0
"""A screen that says nothing for so long does not answer: there, Qt would wait for ever."""

_WITHOUT = "`python main.py run WORKLOAD` measures without a window."


def check_display() -> None:
    """Make sure that Qt can open a window.

    Where one of two screens cannot be used, Qt is told to take the other: it would wait for ever
    for one that does not answer.

    Raises:
        InputError: There is no screen, it does not answer, or Qt lacks what it needs for it.
    """
    if not sys.platform.startswith("linux"):
        return
    wanted = _wanted()
    if not wanted:
        return
    lacking = qt_libraries.missing(qt_libraries.EVERY_WINDOW)
    if lacking:
        raise _lacks("Qt", lacking)
    named = [name for name in ("WAYLAND_DISPLAY", "DISPLAY") if os.environ.get(name)]
    if not named:
        raise InputError(
            "There is no screen to open the window on (neither DISPLAY nor WAYLAND_DISPLAY is set)",
            remedy=_WITHOUT,
        )
    why_not = {name: _SCREENS[name]() for name in wanted}
    usable = next((name for name, why in why_not.items() if why is None), None)
    reasons = [why for why in why_not.values() if why is not None and why is not _NOT_NAMED]
    if usable is None:
        raise reasons[0] if reasons else _NOT_NAMED
    if reasons:
        os.environ["QT_QPA_PLATFORM"] = usable


def _wanted() -> tuple[str, ...]:
    """Which of X11 and Wayland Qt will try; none where it needs no screen.

    Raises:
        InputError: ``QT_QPA_PLATFORM`` names what this Qt does not have.
    """
    asked = os.environ.get("QT_QPA_PLATFORM", "")
    names = [part.partition(":")[0].strip() for part in asked.split(";") if part.strip()]
    if not names:
        return ("wayland", "xcb")
    there = qt_libraries.platforms()
    known = [name for name in names if not there or name in there or name.startswith("wayland")]
    if not known:
        raise InputError(
            f"QT_QPA_PLATFORM is {asked!r}, which this Qt does not have",
            expected=f"one of {', '.join(there)}",
            remedy="Unset QT_QPA_PLATFORM, or set it to xcb or wayland.",
        )
    kinds = ["wayland" if name.startswith("wayland") else name for name in known]
    return tuple(kinds) if all(kind in _SCREENS for kind in kinds) else ()


def _x11() -> InputError | None:
    """Why no window can be opened through X11; asked as Qt asks, by its own library."""
    name = os.environ.get("DISPLAY", "")
    if not name:
        return _NOT_NAMED
    lacking = qt_libraries.missing(qt_libraries.X11)
    if lacking:
        return _lacks("Qt's X11 support", lacking)
    return _answered(f"The screen {name}", "X", "DISPLAY", _connect_x11)


def _wayland() -> InputError | None:
    name = os.environ.get("WAYLAND_DISPLAY", "")
    if not name:
        return _NOT_NAMED
    lacking = qt_libraries.missing(qt_libraries.WAYLAND)
    if lacking:
        return _lacks("Qt's Wayland support", lacking)
    # Without this folder the library complains on stderr in words of its own.
    there = os.path.isabs(name) or os.environ.get("XDG_RUNTIME_DIR")
    connect = _connect_wayland if there else lambda: False
    return _answered(f"The screen {name}", "Wayland", "WAYLAND_DISPLAY", connect)


_SCREENS = {"wayland": _wayland, "xcb": _x11}
_NOT_NAMED = InputError(
    "QT_QPA_PLATFORM asks for a screen that is not named",
    expected="DISPLAY for xcb, WAYLAND_DISPLAY for wayland",
    remedy=f"Unset QT_QPA_PLATFORM. {_WITHOUT}",
)


_MORE = {
    "X": " and that lets you in (XAUTHORITY)",
    "Wayland": ", in the folder XDG_RUNTIME_DIR",
}


def _answered(
    what: str, kind: str, variable: str, connect: Callable[[], bool]
) -> InputError | None:
    reached = answer_within(PATIENCE_S, connect, None)
    if reached:
        return None
    more = f" ({variable}): it takes the call and says nothing" if reached is None else ""
    return InputError(
        f"{what} {'does not answer' if reached is None else 'cannot be reached'}{more}",
        expected=f"a running {kind} server that {variable} names{_MORE[kind]}",
        remedy=_WITHOUT,
    )


def _connect_x11() -> bool:
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = (ctypes.c_char_p, ctypes.c_void_p)
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = (ctypes.c_void_p,)
    connection = xcb.xcb_connect(None, None)
    try:
        return not xcb.xcb_connection_has_error(connection)
    finally:
        xcb.xcb_disconnect(connection)


def _connect_wayland() -> bool:
    client = ctypes.CDLL("libwayland-client.so.0")
    client.wl_display_connect.restype = ctypes.c_void_p
    client.wl_display_connect.argtypes = (ctypes.c_char_p,)
    client.wl_display_roundtrip.argtypes = client.wl_display_disconnect.argtypes = (
        ctypes.c_void_p,
    )
    display = client.wl_display_connect(None)
    if not display:
        return False
    answered = client.wl_display_roundtrip(display) >= 0
    client.wl_display_disconnect(display)
    return bool(answered)


def _lacks(what: str, names: tuple[str, ...]) -> InputError:
    many = "libraries" if len(names) > 1 else "library"
    return InputError(
        f"{what} lacks the system {many} {', '.join(names)}",
        remedy=f"{qt_libraries.install_line(names)} {_WITHOUT}",
    )
