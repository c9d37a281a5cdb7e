"""The data folder is deleted while the window is open: nothing that was measured is lost."""

from __future__ import annotations

import shutil

from pytestqt.qtbot import QtBot

from core.export.runs_csv import RunsCsv
from core.folders import Folders
from core.model.run import RunState
from gui.main_window import MainWindow
from gui.running.run_controller import Activity
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import ScriptedFit


def run_once(qtbot: QtBot, window: MainWindow) -> None:
    window.launcher.start_run()
    qtbot.waitUntil(lambda: window.controller.activity is Activity.IDLE, timeout=30_000)


def test_a_run_under_way_ends_stays_and_can_be_exported(
    qtbot: QtBot, make_window: MakeWindow, folders: Folders
) -> None:
    fit = ScriptedFit(hold=True)
    window = make_window(fit)
    window.launcher.start_run()
    qtbot.waitUntil(lambda: "training" in window.status.text.text())
    shutil.rmtree(folders.runs)
    fit.release.set()
    qtbot.waitUntil(lambda: window.controller.activity is Activity.IDLE, timeout=30_000)
    (run,) = window.session.runs
    assert run.state is RunState.DONE
    assert run.samples.steps > 0
    assert str(run.number) in RunsCsv().text(window.session.runs)
    run_once(qtbot, window)
    window.close()
    assert not window.isVisible()
