"""Open the window and run until it is closed."""

from __future__ import annotations

import gc
import sys
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from core.folders import Folders
from core.session import Session
from core.session.crash_reports import WindowFile, crashes
from core.session.fault_log import FaultLog
from gui.example import ExampleOpener
from gui.faults import FaultHooks
from gui.garbage import GarbageCollector
from gui.main_window import MainWindow
from gui.state.ui_settings import UiSettings
from gui.theme import apply_theme
from gui.window.appearance import remembered_text_px, remembered_theme
from resources.files import folder


def open_window(folders: Folders, own: str = "", follow: Path | None = None) -> int:
    """Open the window over the runs recorded in ``folders``; returns the exit code.

    Args:
        folders: Where recordings and generated data are.
        own: A person's own code to open once the window is there: ``FILE.py:FUNCTION``.
        follow: A folder of recordings, or one of them, to be followed.

    Raises:
        ExplorerError: The recordings cannot be opened.
        ImportError: There is no pyqtgraph.
    """
    # Plots import it once the window is painted: its absence is told before.
    if find_spec("pyqtgraph") is None:
        raise ImportError("No module named 'pyqtgraph'")
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Pipeline Explorer")
    # Where an entry of the desktop is installed, its icon is the window's under Wayland too.
    app.setDesktopFileName("pipeline-explorer")
    app.setWindowIcon(QIcon(f"{folder()}/pipeline-explorer.svg"))
    session = Session(folders)
    before = crashes(folders.runs)
    presence = WindowFile(folders.runs)
    presence.begin()
    remembered = UiSettings(folders.runs)
    theme = remembered_theme(remembered)
    apply_theme(app, theme, remembered_text_px(remembered))
    collector = GarbageCollector(app)
    window = MainWindow(session, theme, own=own, follow=follow)
    ExampleOpener(window)
    hooks = FaultHooks(window.app_state.failed.emit, FaultLog(folders.runs), presence)
    notices = [*(crash.text() for crash in before), session.notice]
    notices += [remembered.notice, session.trust.notice]
    told = "\n".join(text for text in notices if text)
    if told:
        window.app_state.failed.emit(told, "")
    window.show()
    # What is there now stays: no collection goes through it again.
    gc.freeze()
    # The window outlives a close that waits for a thread: quit only once it is really closed.
    app.setQuitOnLastWindowClosed(False)
    window.closed.connect(app.quit)
    try:
        return app.exec()
    finally:
        hooks.remove()
        collector.stop()
        presence.end()
