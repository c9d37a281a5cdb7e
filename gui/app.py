"""Open the window and run until it is closed."""

from __future__ import annotations

import sys
import traceback
from types import TracebackType

from PySide6.QtWidgets import QApplication

from core.folders import Folders
from core.session import Session
from gui.main_window import MainWindow
from gui.theme import DARK, LIGHT, apply_theme, system_theme
from gui.ui_settings import UiSettings


def open_window(folders: Folders, own: str = "") -> int:
    """Open the window over the runs recorded in ``folders``; returns the exit code.

    Args:
        folders: Where recordings and generated data are.
        own: A person's own code to open once the window is there: ``FILE.py:FUNCTION``.

    Raises:
        ExplorerError: The recordings cannot be opened.
    """
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Pipeline Explorer")
    session = Session(folders)
    remembered = UiSettings(folders.runs).text("theme")
    theme = {"dark": DARK, "light": LIGHT}.get(remembered) or system_theme()
    apply_theme(app, theme)
    window = MainWindow(session, theme, own=own)
    _show_errors_in(window)
    if session.notice:
        window.notifier.failed.emit(session.notice, "")
    window.show()
    # The window outlives a close that waits for a thread: quit only once it is really closed.
    app.setQuitOnLastWindowClosed(False)
    window.closed.connect(app.quit)
    code = app.exec()
    sys.excepthook = sys.__excepthook__
    return code


def _show_errors_in(window: MainWindow) -> None:
    """What nobody caught becomes a message in the window, and still goes to stderr."""

    def hook(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, where)
        if issubclass(kind, Exception):
            details = "".join(traceback.format_exception(kind, error, where))
            text = f"Something in the window went wrong ({kind.__name__}: {error}). Runs are kept."
            window.notifier.failed.emit(text, details)

    sys.excepthook = hook
