from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.folders import Folders
from core.metrics.catalogue import metric
from core.model.run import RunState
from core.session import Session
from gui.main_window import MainWindow
from gui.running.run_controller import Activity
from gui.theme import LIGHT, apply_theme

pytestmark = pytest.mark.e2e


def test_run_then_prefetch_then_run_again_shows_both_runs(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, data_folder: Path
) -> None:
    apply_theme(qapp, LIGHT)
    session = Session(Folders(tmp_path, data_folder))
    window = MainWindow(session, LIGHT, load_tensorflow=False)
    window.show()
    qtbot.waitExposed(window)
    window.draft.set_value("fit.epochs", 1)
    window.draft.set_value("fit.steps_per_epoch", 25)
    for prefetch in (False, True):
        box = window.pipeline.boxes["prefetch"]
        if box.check.isChecked() is not prefetch:
            box.check.click()
        qtbot.mouseClick(window.bar.run_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: window.controller.activity is Activity.IDLE, timeout=120_000)
    naive, prefetched = session.runs
    assert naive.state is prefetched.state is RunState.DONE
    assert prefetched.plan.settings["prefetch.buffer_size"] == "autotune"
    assert naive.epoch_losses == prefetched.epoch_losses
    idle = [metric("device_idle_percent").of(run).value for run in (naive, prefetched)]
    assert None not in idle
    window.close()
    reopened = Session(Folders(tmp_path, data_folder))
    assert [run.samples.steps for run in reopened.runs] == [25, 25]
    reopened.close()
    window.deleteLater()
