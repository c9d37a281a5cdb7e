"""Where file dialogs begin, what opens a file, and which of several buttons has the focus."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from gui.widgets import file_dialogs
from gui.widgets.file_dialogs import ask_save, last_folder, remember_folder
from gui.widgets.open_source import open_source
from gui.widgets.question import ask
from gui.widgets.switch import ButtonGroup
from tests.gui.file_dialogs import asked, choose


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
    assert last_folder() == str(tmp_path)
    remember_folder(tmp_path / "gone")
    assert last_folder() in own


def test_a_file_to_save_has_the_ending_of_the_chosen_format_where_none_is_typed(
    qtbot: QtBot, tmp_path: Path
) -> None:
    parent, told = QWidget(), list[tuple[str, Path]]()
    qtbot.addWidget(parent)
    formats = {
        f"{kind} (*.{kind})": lambda path, kind=kind: told.append((kind, path))
        for kind in ("html", "json")
    }
    ask_save(parent, "Save", "report.html", formats)
    assert asked().isModal()
    kinds = asked().findChild(QComboBox, "fileTypeCombo")
    kinds.setFocus()
    QTest.keyClick(kinds, Qt.Key.Key_Down)
    choose(tmp_path / "mine")
    assert told == [("json", tmp_path / "mine.json")]
    assert last_folder() == str(tmp_path)


def test_every_dialog_for_files_is_one_that_does_not_block() -> None:
    gui = Path(file_dialogs.__file__).parents[1]
    files = (file for file in gui.rglob("*.py") if "QFileDialog" in file.read_text("utf-8"))
    assert [file.name for file in files] == ["file_dialogs.py"]
    text = Path(file_dialogs.__file__).read_text("utf-8")
    assert not re.search(r"\.(exec|get(Open|Save|Existing)\w*)\(", text)


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
