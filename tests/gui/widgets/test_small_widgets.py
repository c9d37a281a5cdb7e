"""Where file dialogs begin, what opens a file, and which of several buttons has the focus."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.widgets.last_folder import in_last_folder, last_folder, remember_folder
from gui.widgets.open_source import open_source
from gui.widgets.question import ask
from gui.widgets.switch import ButtonGroup


@pytest.fixture(autouse=True)
def _nowhere_yet(qapp: QApplication) -> Iterator[None]:
    remember_folder("")
    yield
    remember_folder("")


def test_file_dialogs_begin_in_the_last_folder_else_with_the_persons_own_files(
    tmp_path: Path,
) -> None:
    places = QStandardPaths.StandardLocation
    own = [
        QStandardPaths.writableLocation(one)
        for one in (places.DocumentsLocation, places.HomeLocation)
    ]
    assert last_folder() in own
    remember_folder(tmp_path)
    assert in_last_folder("a.png") == str(tmp_path / "a.png")
    remember_folder(tmp_path / "gone")
    assert last_folder() in own


@pytest.mark.parametrize("opens", [0, 1, 2], ids=["the file", "its folder", "nothing"])
def test_showing_a_file_says_what_it_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: QApplication, opens: int
) -> None:
    file = tmp_path / "train.py"
    file.write_text("x = 1")
    asked: list[str] = []

    def open_url(url: object) -> bool:
        asked.append(url.toLocalFile())  # type: ignore[attr-defined]
        return len(asked) > opens

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    said = open_source(file)
    assert asked == [str(file), str(tmp_path)][: opens + 1]
    if opens == 2:
        assert "the path was copied" in said
        assert QGuiApplication.clipboard().text() == str(file)
    else:
        assert asked[-1] in said


def test_only_the_view_that_is_shown_can_have_the_focus_and_arrows_turn_to_another(
    qtbot: QtBot,
) -> None:
    switch = ButtonGroup(("Table", "Plots"), "help")
    qtbot.addWidget(switch)
    with qtbot.waitActive(switch):
        switch.show()
        switch.activateWindow()
    table, plots = switch.buttons.values()
    table.setFocus()
    switch.turn()
    assert plots.hasFocus()
    assert table.focusPolicy() == Qt.FocusPolicy.NoFocus
    qtbot.keyClick(plots, Qt.Key.Key_Left)
    assert table.isChecked()
    assert table.hasFocus()


@pytest.mark.parametrize(("key", "done"), [(Qt.Key.Key_Escape, []), (Qt.Key.Key_Return, ["done"])])
def test_a_question_is_agreed_to_or_cancelled(qtbot: QtBot, key: Qt.Key, done: list[str]) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    said: list[str] = []
    box = ask(window, "Run the code of train.py?", "Open and run", lambda: said.append("done"))
    assert [button.text() for button in box.buttons()] == ["Open and run", "Cancel"]
    with qtbot.waitSignal(box.finished):
        qtbot.keyClick(box, key)
    assert said == done
