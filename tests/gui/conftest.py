"""A window over a session of its own, with runs that a test writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.folders import Folders
from core.session import Session
from gui.main_window import MainWindow
from gui.run_controller import Activity
from gui.theme import LIGHT, apply_theme
from tests.gui.scripted import ScriptedFit

MakeWindow = Callable[..., MainWindow]


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders.under(tmp_path / "data")


@pytest.fixture
def make_window(qtbot: QtBot, qapp: QApplication, folders: Folders) -> Iterator[MakeWindow]:
    """Make windows over the same folder, one after the other; closed when the test ends."""
    windows: list[MainWindow] = []

    def make(fit: ScriptedFit | None = None, **more: Any) -> MainWindow:
        apply_theme(qapp, LIGHT)
        if "engines" not in more:
            more["fit"] = fit or ScriptedFit()
        options = {"load_tensorflow": False, **more}
        window = MainWindow(Session(folders), LIGHT, **options)
        windows.append(window)
        # Shortcuts and keyboard focus need an active window.
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        return window

    yield make
    for window in windows:
        # Closing asks where runs wait.
        window.session.queue.clear()
        window.controller.stop()
        qtbot.waitUntil(lambda window=window: window.controller.activity is Activity.IDLE)
        qtbot.waitUntil(lambda window=window: not window.own.opener.busy)
        window.session.queue.clear()
        window.close()
        window.deleteLater()
    # Qt leaves deferred deletions to a running event loop, and there is none here.
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(make_window: MakeWindow) -> MainWindow:
    return make_window()
