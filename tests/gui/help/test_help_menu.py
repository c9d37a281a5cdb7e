"""What the menu Help opens."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QProcess, Qt, qVersion
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTreeWidgetItem
from pytestqt.qtbot import QtBot

from core.installed import importable
from core.model.version import VERSION
from gui.help.key_list import PARTS, KeyList
from gui.help.text_dialog import DOCTOR, DoctorDialog, TextDialog
from gui.main_window import MainWindow
from gui.theme import LIGHT
from gui.timeline.timeline_view import TimelineView
from gui.widgets.help_window import HelpWindow
from tests.gui.builders import Script, play


def shown(keys: KeyList) -> dict[str, str]:
    """Keys that are not filtered out, and what they do."""
    found: dict[str, str] = {}
    for at in range(keys.list.topLevelItemCount()):
        top = keys.list.topLevelItem(at)
        assert isinstance(top, QTreeWidgetItem)
        for row in range(top.childCount()):
            line = top.child(row)
            if not top.isHidden() and not line.isHidden():
                found[f"{top.text(0)}: {line.text(0)}"] = line.text(1)
    return found


def test_a_question_mark_lists_all_keys_and_ctrl_k_stays_the_palette(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.bar.run_button.setFocus()
    qtbot.keyClicks(window, "?")
    keys = window.findChild(KeyList)
    assert keys is not None
    found = shown(keys)
    assert found["Everywhere: Ctrl+K"] == "All actions"
    assert found["Everywhere: Ctrl+R or F5"] == "Run"
    assert found["In the table of runs: F2"] == "Rename"
    assert found["On the timeline: W, S"] == "Zoom in and out"
    keys.filter.setText("rename")
    assert set(shown(keys)) == {
        "In the table of runs: F2",
        "On the page Experiments: F2",
    }
    keys.reject()


def test_about_says_all_versions_and_loads_no_tensorflow(window: MainWindow) -> None:
    before = "tensorflow" in sys.modules
    window.helps.about.trigger()
    about = window.findChild(TextDialog)
    assert about is not None
    text = about.text.toPlainText()
    for version in (VERSION, sys.version.split()[0], qVersion(), np.__version__):
        assert version in text
    for name in ("TensorFlow", "Keras", "pyqtgraph", "MIT License"):
        assert name in text
    assert ("tensorflow" in sys.modules) is before
    about.copy_button.click()
    assert QGuiApplication.clipboard().text() == text
    about.reject()


def test_doctor_asks_the_command_in_a_process_that_ends_with_the_dialog(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.helps.doctor.trigger()
    doctor = window.findChild(DoctorDialog)
    assert doctor is not None
    assert doctor.process.program() == sys.executable
    arguments = doctor.process.arguments()
    assert arguments[-3:] == ["--data-dir", str(window.session.folders.runs), "doctor"]
    assert not doctor.copy_button.isEnabled()
    process = doctor.process
    doctor.reject()
    assert process.state() is QProcess.ProcessState.NotRunning


def test_doctor_begins_past_files_of_the_working_directory(tmp_path: Path) -> None:
    (tmp_path / "signal.py").write_text("raise SystemExit(9)\n", encoding="utf-8")
    command = [sys.executable, "-c", DOCTOR, importable(), "--help"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == 0


def test_the_documentation_opens_at_its_start(window: MainWindow) -> None:
    window.helps.documentation.trigger()
    shown_help = window.findChild(HelpWindow)
    assert shown_help is not None
    assert shown_help.pages.currentText() == "Concepts"
    shown_help.close()


def test_a_plot_takes_the_keys_that_the_list_says(window: MainWindow, qtbot: QtBot) -> None:
    play(window.session, Script())
    view = window.live.stack.view(0)
    taken: list[str] = []
    for name in ("stepped", "extended", "kept", "copied", "moved", "escaped"):
        getattr(view, name).connect(lambda *_, name=name: taken.append(name))
    view.escapes = True
    for keys, _ in PARTS["In a plot of runs"]:
        for key in keys.replace("Enter", "Return").split(", "):
            QTest.keySequence(view, QKeySequence(key))
    assert taken == [
        *2 * ["stepped"], *2 * ["extended"], "kept", "copied", *4 * ["moved"], "escaped",
    ]  # fmt: skip


def test_the_timeline_takes_the_keys_that_the_list_says(qtbot: QtBot) -> None:
    view = TimelineView(LIGHT)
    qtbot.addWidget(view)
    said = ", ".join(keys for keys, _ in PARTS["On the timeline"])
    for name in said.split(", "):
        key = getattr(Qt.Key, f"Key_{name.capitalize()}")
        wanted = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        wanted.ignore()
        view.event(wanted)
        assert wanted.isAccepted(), name
