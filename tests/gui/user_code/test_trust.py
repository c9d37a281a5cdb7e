"""Recorded runs of someone's own code run nothing before it is agreed to here."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.running.run_controller import Activity
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import ScriptedFit, whole_run
from tests.gui.user_code.user_code_builders import change, opened, write


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path)


@pytest.fixture
def window(make_window: MakeWindow, file: Path, fit: ScriptedFit) -> MainWindow:
    """With a run of the file's code that somebody recorded elsewhere."""
    code = opened(file)
    made = make_window(fit)
    made.session.opened(code)
    made.session.trust.agree(opened(file).opened.stamp, file)
    made.session.begin(made.session.plan(code, code.chain.defaults()))
    for event in whole_run():
        made.session.handle(event)
    made.session.trust._known.clear()
    made.app_state.select((made.session.runs[0].id,))
    return made


@pytest.fixture
def fit() -> ScriptedFit:
    return ScriptedFit()


def question(window: MainWindow) -> QMessageBox | None:
    return next((one for one in window.findChildren(QMessageBox) if one.isVisible()), None)


def test_running_it_again_asks_first(qtbot: QtBot, window: MainWindow, fit: ScriptedFit) -> None:
    window.launcher.run_again()
    box = question(window)
    assert box is not None
    assert "train.py" in box.text()
    assert fit.plans == []
    box.accept()
    qtbot.waitUntil(lambda: len(fit.plans) == 1)
    qtbot.waitUntil(lambda: window.controller.activity is Activity.IDLE, timeout=30_000)
    window.launcher.run_again()
    assert question(window) is None or not question(window).isVisible()  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: len(fit.plans) == 2)
    qtbot.waitUntil(lambda: window.controller.activity is Activity.IDLE, timeout=30_000)


def test_saying_no_runs_nothing(window: MainWindow, fit: ScriptedFit) -> None:
    window.launcher.run_again()
    box = question(window)
    assert box is not None
    box.reject()
    assert fit.plans == []
    assert len(window.session.queue) == 0


def test_taking_over_its_settings_asks_first(window: MainWindow) -> None:
    window.runs.settings_requested.emit(window.session.runs[0].id)
    box = question(window)
    assert box is not None
    assert window.draft.workload.id == "augmented"
    box.accept()
    assert window.draft.workload.id == window.session.runs[0].plan.workload


def test_a_file_that_has_changed_is_not_run_but_said(
    window: MainWindow, file: Path, fit: ScriptedFit
) -> None:
    change(file)
    window.launcher.run_again()
    assert question(window) is None
    assert "has changed since" in window.banner.text.text()
    assert fit.plans == []


def test_opening_the_session_that_holds_it_asks_and_runs_nothing(
    window: MainWindow, make_window: MakeWindow, fit: ScriptedFit
) -> None:
    run_id = window.session.runs[0].id
    workload_id = window.session.runs[0].plan.workload
    window.close()
    again = make_window(fit)
    assert question(again) is None
    assert again.session.run(run_id).plan.workload == workload_id
    assert workload_id in again.session.workloads
    assert fit.plans == []
