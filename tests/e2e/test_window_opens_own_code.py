"""The window opens a person's file with the real thing and measures it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from core.folders import Folders
from core.model.plan import PROCESS
from core.model.run import RunState
from core.session import Session
from gui.comparison.compare_dialog import CompareDialog
from gui.main_window import MainWindow
from gui.running.run_controller import Activity
from gui.theme import LIGHT, apply_theme

CODE = """import tensorflow as tf


def double(x):
    return x[None], 2 * x


def make_dataset():
    dataset = tf.data.Dataset.range(64)
    dataset = dataset.map(lambda x: tf.cast(x, tf.float32))
    dataset = dataset.map(double)
    return dataset.batch(8)


def broken():
    dataset = tf.data.Dataset.range(64)
    return dataset.map(undefined)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "train.py"
    made.write_text(f"{CODE}\n# {tmp_path}\n")
    return made


def open_window(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, own: str, *, load_tensorflow: bool = True
) -> MainWindow:
    apply_theme(qapp, LIGHT)
    session = Session(Folders.under(tmp_path / "data"))
    window = MainWindow(session, LIGHT, own=own, load_tensorflow=load_tensorflow)
    window.show()

    def asked() -> list[QMessageBox]:
        return [one for one in window.findChildren(QMessageBox) if one.isVisible()]

    qtbot.waitUntil(lambda: bool(asked()))
    asked()[0].accept()
    return window


def close(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.closed, timeout=60_000):
        window.close()
    window.deleteLater()


def test_from_the_command_line_to_the_first_measured_run_it_takes_one_click(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, file: Path
) -> None:
    window = open_window(qtbot, qapp, tmp_path, f"{file}:make_dataset")
    qtbot.waitUntil(lambda: window.draft.workload.code is not None, timeout=120_000)
    keys = list(window.pipeline.boxes)
    assert [key.partition("[")[0] for key in keys[:3]] == ["range", "map", "map"]
    assert "stand-in model" in window.own.head.lines[1].text()
    qtbot.mouseClick(window.bar.run_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.controller.activity is Activity.IDLE, timeout=120_000)
    (run,) = window.session.runs
    assert run.state is RunState.DONE, run.failure
    assert run.samples.steps > 0
    assert any("stand-in" in emulation for emulation in run.emulations)
    window.draft.set_value("batch.batch_size", 16)
    window.tabs.setCurrentWidget(window.pages.python.page)
    view = window.pages.python.page.patch.view
    qtbot.waitUntil(lambda: "+    return dataset.batch(16)" in view.toPlainText(), timeout=30_000)
    # Compare… runs it isolated: a process of its own opens the file anew.
    window.launcher.compare.trigger()
    (dialog,) = window.findChildren(CompareDialog)
    assert dialog.rows.chosen[0].title == "as the file is written"
    dialog.repeats.setValue(1)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.controller.activity is Activity.IDLE, timeout=240_000)
    compared = window.session.runs[1:]
    assert [one.plan.engine for one in compared] == [PROCESS, PROCESS]
    assert [one.plan.settings["batch.batch_size"] for one in compared] == [8, 16]
    assert [one.state for one in compared] == [RunState.DONE] * 2, compared[0].failure
    close(qtbot, window)


def test_an_error_in_their_code_shows_their_line_and_their_traceback_alone(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, file: Path
) -> None:
    window = open_window(qtbot, qapp, tmp_path, f"{file}:broken", load_tensorflow=False)
    qtbot.waitUntil(lambda: window.banner.isVisible(), timeout=120_000)
    assert "train.py, line 17" in window.banner.text.text()
    details = window.banner.details.toPlainText()
    assert "return dataset.map(undefined)" in details
    assert "open_thread" not in details
    close(qtbot, window)
