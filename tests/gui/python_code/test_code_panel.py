"""The Python of the pipeline can be read and copied, not edited."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QTextCursor
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot

from gui.python_code.code_panel import CodePanel
from gui.theme import DARK, LIGHT, apply_theme

CODE = 'import tensorflow as tf\n\ndataset = dataset.batch(32)  # of examples\nname = "x"\n'


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> CodePanel:
    apply_theme(qapp, LIGHT)
    made = CodePanel()
    made.resize(600, 200)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_code_is_shown_monospaced_unwrapped_and_read_only(panel: CodePanel, qtbot: QtBot) -> None:
    panel.set_code(CODE)
    qtbot.keyClicks(panel.view, "typed")
    assert panel.view.toPlainText() == CODE
    assert panel.view.lineWrapMode() is QPlainTextEdit.LineWrapMode.NoWrap
    width = QFontMetricsF(panel.view.font()).horizontalAdvance
    assert width("iiii") == width("WWWW")


def test_the_button_copies_all_of_it_and_says_so(panel: CodePanel, qtbot: QtBot) -> None:
    panel.set_code(CODE)
    panel.copy_button.setFocus()
    qtbot.keyClick(panel.copy_button, Qt.Key.Key_Space)
    assert QGuiApplication.clipboard().text() == CODE
    assert panel.done.text() == "copied"
    panel.set_code(CODE + "\n")
    assert panel.done.text() == ""


def test_other_code_keeps_the_place_where_one_reads(panel: CodePanel) -> None:
    panel.set_code("\n".join(f"line = {number}" for number in range(200)))
    bar = panel.view.verticalScrollBar()
    bar.setValue(50)
    panel.set_code("\n".join(f"line = {number + 1}" for number in range(200)))
    assert bar.value() == 50


def test_the_same_code_again_keeps_what_is_selected(panel: CodePanel) -> None:
    panel.set_code(CODE)
    panel.view.selectAll()
    panel.set_code(CODE)
    assert panel.view.textCursor().hasSelection()


def colours(panel: CodePanel) -> set[str]:
    found = set()
    block = panel.view.document().firstBlock()
    while block.isValid():
        found |= {one.format.foreground().color().name() for one in block.layout().formats()}
        block = block.next()
    return found


def test_colours_follow_the_theme(panel: CodePanel, qapp: QApplication, qtbot: QtBot) -> None:
    panel.set_code(CODE)
    assert {LIGHT.muted, LIGHT.accent} <= colours(panel)
    apply_theme(qapp, DARK)
    qtbot.waitUntil(lambda: {DARK.muted, DARK.accent} <= colours(panel))
    apply_theme(qapp, LIGHT)


def test_tab_leaves_the_text(panel: CodePanel) -> None:
    assert panel.view.tabChangesFocus()
    panel.view.moveCursor(QTextCursor.MoveOperation.Start)
