"""Opening the window, once it is sure that there is a screen for it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Protocol

from core.cli.data_dir import folders
from core.cli.running.settings import check_backend
from core.cli.terminal.display import check_display
from core.folders import Folders
from core.model.errors import ExplorerError, InputError
from core.session.trust import Trust
from core.user_code.opening import user_code_file


class OpenWindow(Protocol):
    """Opens the window."""

    def __call__(self, folders: Folders, own: str = "", follow: Path | None = None) -> int:
        """Open it, with someone's own code or a recording in it, and return its exit code."""


def show_window(
    arguments: argparse.Namespace,
    open_window: OpenWindow | None,
    own: str = "",
    follow: Path | None = None,
) -> int:
    """Open the window and return its exit code.

    Args:
        arguments: With ``data_dir`` where it was named.
        open_window: Opens it.
        own: ``FILE.py:FUNCTION`` or ``FILE.py`` to open in it; naming it is the consent to run it.
        follow: A folder of recordings, or one of them, that is followed in it.

    Raises:
        InputError: There is no screen or no such file, or Keras is set to another backend.
        ExplorerError: Qt cannot be loaded.
    """
    agreed = user_code_file(own) if own else None
    check_display()
    check_backend()
    if open_window is None:
        raise InputError("A command is missing", remedy="`python main.py --help` shows them.")
    try:
        where = folders(arguments)
        if agreed is not None:
            Trust(where.agreed).agree(agreed[1], agreed[0])
        if follow is not None:
            return open_window(where, follow=follow)
        return open_window(where, own) if own else open_window(where)
    except ImportError as error:
        raise ExplorerError(
            f"The window cannot be loaded ({error})",
            expected="PySide6-Essentials, pyqtgraph and the system libraries that Qt needs",
            remedy="`python main.py doctor` shows what is there; `python main.py run` needs none "
            "of it.",
        ) from error
