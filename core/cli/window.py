"""Opening the window, once it is sure that there is a screen for it."""

from __future__ import annotations

import argparse
import ctypes
import os
import socket
import sys
from typing import Any, Protocol

from core.cli.parser import check_backend, folders
from core.folders import Folders
from core.model.errors import ExplorerError, InputError
from core.session.trust import Trust
from core.workloads.own_open import own_file

_WITHOUT = "`python main.py run WORKLOAD` measures without a window."


class OpenWindow(Protocol):
    """Opens the window."""

    def __call__(self, folders: Folders, own: str = "") -> int:
        """Open it, with someone's own code in it, and return its exit code."""


def show_window(
    arguments: argparse.Namespace, open_window: OpenWindow | None, own: str = ""
) -> int:
    """Open the window and return its exit code.

    Args:
        arguments: With ``data_dir`` where it was named.
        open_window: Opens it.
        own: ``FILE.py:FUNCTION`` or ``FILE.py`` to open in it; naming it is the consent to run it.

    Raises:
        InputError: There is no screen or no such file, or Keras is set to another backend.
        ExplorerError: Qt cannot be loaded.
    """
    agreed = own_file(own) if own else None
    check_display()
    check_backend()
    if open_window is None:
        raise InputError("A command is missing", remedy="`python main.py --help` shows them.")
    try:
        where = folders(arguments)
        if agreed is not None:
            Trust(where.agreed).agree(agreed[1], agreed[0])
        return open_window(where, own) if own else open_window(where)
    except ImportError as error:
        raise ExplorerError(
            f"The window cannot be loaded ({error})",
            expected="PySide6-Essentials, pyqtgraph and the system libraries that Qt needs",
            remedy="`python main.py doctor` shows what is there; `python main.py run` needs none "
            "of it.",
        ) from error


def check_display() -> None:
    """Make sure that there is a screen: without one, Qt ends the process without a word.

    Raises:
        InputError: There is none.
    """
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise InputError(
            "There is no screen to open the window on (neither DISPLAY nor WAYLAND_DISPLAY is set)",
            remedy=_WITHOUT,
        )
    if not (_reachable_x11() or _reachable_wayland()):
        raise InputError(
            f"The screen {os.environ.get('DISPLAY') or os.environ['WAYLAND_DISPLAY']} cannot be "
            "reached",
            expected="a running X or Wayland server that DISPLAY or WAYLAND_DISPLAY names",
            remedy=_WITHOUT,
        )
    if not os.environ.get("WAYLAND_DISPLAY") and not _loads("libxcb-cursor.so.0"):
        raise InputError(
            "Qt's X11 support lacks the system library libxcb-cursor",
            remedy="On Debian and Ubuntu: apt-get install libxcb-cursor0. " + _WITHOUT,
        )


def _reachable_x11() -> bool:
    """Whether an X server answers where DISPLAY says: Qt aborts the process where none does."""
    host, colon, number = os.environ.get("DISPLAY", "").rpartition(":")
    screen = number.partition(".")[0]
    if not colon or not screen.isdecimal():
        return False
    if host in ("", "unix"):
        path = f"/tmp/.X11-unix/X{screen}"
        # Some servers listen on the abstract address alone, some on the file alone.
        return any(_answers(socket.AF_UNIX, address) for address in (path, "\0" + path))
    return _answers(socket.AF_INET, (host, 6000 + int(screen)))


def _reachable_wayland() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY", "")
    path = os.path.join(os.environ.get("XDG_RUNTIME_DIR", ""), name)
    return bool(name) and _answers(socket.AF_UNIX, path)


def _answers(family: int, address: Any) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.settimeout(2.0)
            probe.connect(address)
    except OSError:
        return False
    return True


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
