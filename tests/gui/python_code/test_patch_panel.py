"""The settings of someone's own code as a patch that is never applied by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from core.folders import Folders
from core.session import Session
from core.user_code.known_workloads import Workloads
from gui.python_code.patch_panel import NOTHING
from gui.python_code.python_page import PythonPage
from gui.state.app_state import AppState
from gui.state.pipeline_form import PipelineForm
from gui.theme import LIGHT
from tests.gui.user_code.user_code_builders import change, opened, write


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path)


@pytest.fixture
def draft(file: Path) -> PipelineForm:
    made = PipelineForm(Workloads())
    made.show_opened(opened(file))
    return made


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path, draft: PipelineForm) -> PythonPage:
    app_state = AppState(Session(Folders.under(tmp_path / "data"), record=False), LIGHT)
    made = PythonPage(draft, app_state)
    app_state.setParent(made)
    qtbot.addWidget(made, before_close_func=lambda page: page.stop())
    made.show()
    qtbot.waitExposed(made)
    return made


def wait(qtbot: QtBot, page: PythonPage, line: str) -> None:
    qtbot.waitUntil(lambda: line in page.patch.view.toPlainText())


def test_with_nothing_changed_it_says_so_and_there_is_nothing_to_copy(page: PythonPage) -> None:
    assert page.currentWidget() is page.patch
    assert page.patch.head.text() == NOTHING
    assert not page.patch.copy_button.isEnabled()
    assert page.patch.file_button.isEnabled()


def test_a_change_is_shown_as_lines_that_can_be_copied_and_saved_to_the_byte(
    qtbot: QtBot, page: PythonPage, draft: PipelineForm, file: Path, tmp_path: Path
) -> None:
    before = file.read_text()
    draft.set_value("batch.batch_size", 64)
    wait(qtbot, page, "+    return dataset.batch(64)")
    assert "-    return dataset.batch(32)" in page.patch.view.toPlainText()
    assert page.patch.head.text().startswith("train.py: 1 line added, 1 removed")
    qtbot.mouseClick(page.patch.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == page.patch.view.toPlainText()
    page.patch.save(tmp_path / "my.patch")
    assert (tmp_path / "my.patch").read_bytes() == QGuiApplication.clipboard().text().encode()
    assert file.read_text() == before


def test_lines_are_told_apart_by_sign_and_colour(
    qtbot: QtBot, page: PythonPage, draft: PipelineForm
) -> None:
    draft.set_value("batch.batch_size", 64)
    wait(qtbot, page, "batch(64)")
    colours = {}
    block = page.patch.view.document().firstBlock()
    while block.isValid():
        formats = block.layout().formats()
        if formats:
            colours[block.text()[:1]] = formats[0].format.foreground().color().name()
        block = block.next()
    assert colours["+"] == LIGHT.added
    assert colours["-"] == LIGHT.removed


def test_what_cannot_be_put_in_is_said_with_the_reason(
    qtbot: QtBot, page: PythonPage, draft: PipelineForm
) -> None:
    draft.set_value("process.intra_op_threads", 3)
    qtbot.waitUntil(page.patch.not_done.isVisible)
    assert "not part of the patch" in page.patch.not_done.text()
    assert not page.patch.save_button.isEnabled()


def test_a_file_that_changed_since_is_left_alone(
    qtbot: QtBot, page: PythonPage, draft: PipelineForm, file: Path
) -> None:
    change(file)
    draft.set_value("batch.batch_size", 64)
    qtbot.waitUntil(page.patch.not_done.isVisible)
    assert "has changed since it was opened" in page.patch.not_done.text()


def test_back_to_the_code_is_nothing_again_whatever_was_under_way(
    qtbot: QtBot, page: PythonPage, draft: PipelineForm
) -> None:
    draft.set_value("batch.batch_size", 64)
    draft.reset("batch.batch_size")
    qtbot.waitUntil(lambda: not page.maker.busy)
    assert page.patch.head.text() == NOTHING
    assert page.patch.view.toPlainText() == ""


def test_only_the_last_of_several_changes_is_shown(
    qtbot: QtBot, page: PythonPage, draft: PipelineForm
) -> None:
    for size in (48, 64, 96):
        draft.set_value("batch.batch_size", size)
        page._make()
    wait(qtbot, page, "batch(96)")
    assert "batch(48)" not in page.patch.view.toPlainText()


def test_a_built_in_workload_shows_its_script(page: PythonPage, draft: PipelineForm) -> None:
    draft.set_workload("in_memory")
    assert page.currentWidget() is page.code
    assert "model.fit" in page.code.view.toPlainText()
