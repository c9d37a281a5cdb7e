"""Isolated runs in the window, with real processes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.engines.spare import SpareState
from core.folders import Folders
from core.model.plan import PROCESS
from core.model.run import RunState
from core.session import Session
from gui.main_window import MainWindow
from gui.running.run_controller import Activity
from gui.state.ui_settings import UiSettings
from gui.theme import LIGHT, apply_theme

pytestmark = pytest.mark.e2e

PATIENCE_MS = 180_000


@pytest.fixture
def window(qapp: QApplication, tmp_path: Path, data_folder: Path) -> Iterator[MainWindow]:
    """A window that was left with isolated runs chosen."""
    apply_theme(qapp, LIGHT)
    kept = UiSettings(tmp_path)
    kept.remember("engine", PROCESS)
    kept.save()
    made = MainWindow(Session(Folders(tmp_path, data_folder)), LIGHT)
    made.draft.set_value("fit.epochs", 1)
    yield made
    made.deleteLater()


def children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def press(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.mouseClick(window.bar.run_button, Qt.MouseButton.LeftButton)


def over(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.controller.activity is Activity.IDLE, timeout=PATIENCE_MS)


def trains(qtbot: QtBot, window: MainWindow) -> None:
    def steps() -> int:
        recording = window.session.recording
        return recording.steps if recording is not None else 0

    qtbot.waitUntil(lambda: steps() > 3, timeout=PATIENCE_MS)


def test_an_isolated_run_trains_dies_and_stops_alone_and_no_process_is_left(
    qtbot: QtBot, window: MainWindow
) -> None:
    engines, session = window.engine.engines, window.session
    window.show()
    # A process is got ready instead of TensorFlow in the window.
    qtbot.waitUntil(lambda: engines.spare is SpareState.READY, timeout=PATIENCE_MS)
    assert window.engine.loader is not None
    assert not window.engine.loader.isRunning()
    # Killed from outside: this run is lost, the window is not.
    press(qtbot, window)
    trains(qtbot, window)
    for child in children():
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()
    over(qtbot, window)
    (killed,) = session.runs
    assert killed.plan.engine == PROCESS
    assert killed.state is RunState.FAILED
    assert killed.samples.steps > 3
    assert killed.failure is not None
    assert window.banner.text.text() == killed.failure.text()

    # Stopped twice: without waiting for the batch.
    press(qtbot, window)
    trains(qtbot, window)
    for _ in range(2):
        qtbot.mouseClick(window.bar.stop_button, Qt.MouseButton.LeftButton)
    over(qtbot, window)
    stopped = session.runs[-1]
    assert stopped.state is RunState.STOPPED
    assert stopped.samples.steps > 3

    # One is got ready again, and goes with the window.
    assert engines.spare is not SpareState.NONE
    assert children() != []
    with qtbot.waitSignal(window.closed):
        window.close()
    assert [one for one in children() if one.status() != psutil.STATUS_ZOMBIE] == []
