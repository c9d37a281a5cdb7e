"""Opening the window, once it is sure that there is a screen for it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable

from core.cli.parser import check_backend, folders
from core.folders import Folders
from core.model.errors import ExplorerError, InputError


def show_window(arguments: argparse.Namespace, open_window: Callable[[Folders], int] | None) -> int:
    """Open the window and return its exit code.

    Raises:
        InputError: There is no screen, or Keras is set to another backend.
        ExplorerError: Qt cannot be loaded.
    """
    check_display()
    check_backend()
    if open_window is None:
        raise InputError("A command is missing", remedy="`python main.py --help` shows them.")
    try:
        return open_window(folders(arguments))
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
            remedy="`python main.py run WORKLOAD` measures without a window.",
        )
