"""A session goes out of the window and comes into it; the window goes on meanwhile."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from core.folders import Folders
from core.session import Session
from core.session.sharing.pack import export_bundle, write_session
from gui.main_window import MainWindow
from gui.sharing import sharer
from tests.core.session.sharing.sessions import changed, first_run, members_of
from tests.gui.conftest import MakeWindow
from tests.gui.drops import drop
from tests.gui.run_builders import record_run


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A session of three runs, as somebody exported it."""
    session = Session(Folders.under(tmp_path / "theirs"))
    for _ in range(3):
        record_run(session)
    path = tmp_path / "theirs.pxsession"
    write_session(path, export_bundle(session))
    session.close()
    return path


def wait(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.sharer.isRunning())


def action(window: MainWindow, begin: str) -> QAction:
    every = itertools.chain(*(group.actions() for group in window.actions_by_menu))
    return next(action for action in every if action.text().startswith(begin))


def dialog(window: MainWindow) -> QFileDialog:
    (found,) = (one for one in window.findChildren(QFileDialog) if one.isVisible())
    return found


def test_all_runs_are_exported_where_the_person_says(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    for _ in range(2):
        record_run(window.session)
    action(window, "Export session").trigger()
    asked = dialog(window)
    assert "2 runs" in asked.windowTitle()
    path = tmp_path / "mine.pxsession"
    asked.fileSelected.emit(str(path))
    asked.close()
    wait(qtbot, window)
    assert sum(name.startswith("runs/") for name in members_of(path)) == 2
    assert "Exported 2 runs" in window.statusBar().currentMessage()


def test_the_selected_runs_alone_are_exported_from_the_table(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    runs = [record_run(window.session) for _ in range(3)]
    window.app_state.select((runs[1].id,))
    window.runs.run_actions.export.trigger()
    asked = dialog(window)
    assert "1 run" in asked.windowTitle()
    asked.fileSelected.emit(str(tmp_path / "one.pxsession"))
    asked.close()
    wait(qtbot, window)
    assert f"runs/{runs[1].id}.run" in members_of(tmp_path / "one.pxsession")
    assert len(members_of(tmp_path / "one.pxsession")) == 2


def test_without_a_run_there_is_nothing_to_export_and_that_is_said(window: MainWindow) -> None:
    action(window, "Export session").trigger()
    assert "no run" in window.banner.text.text()


def test_a_session_that_is_dropped_on_the_window_shows_its_runs(
    qtbot: QtBot, window: MainWindow, theirs: Path
) -> None:
    assert drop(window.tabs, theirs)
    wait(qtbot, window)
    assert window.runs.model.rowCount() == 3
    assert len(window.app_state.selection) == 3
    assert "3 runs imported" in window.statusBar().currentMessage()


def test_a_session_is_imported_from_a_dialog(
    qtbot: QtBot, window: MainWindow, theirs: Path
) -> None:
    record_run(window.session)
    action(window, "Import session").trigger()
    asked = dialog(window)
    asked.fileSelected.emit(str(theirs))
    asked.close()
    wait(qtbot, window)
    assert window.runs.model.rowCount() == 4
    assert "is taken here" in window.statusBar().currentMessage()


def test_what_could_not_be_imported_is_listed_with_its_reason(
    qtbot: QtBot, window: MainWindow, theirs: Path
) -> None:
    changed(theirs, lambda members: members.update({first_run(members): b"none"}))
    window.sharer.import_file(theirs)
    wait(qtbot, window)
    assert window.runs.model.rowCount() == 2
    assert "1 could not be imported" in window.banner.text.text()
    qtbot.mouseClick(window.banner.details_button, Qt.MouseButton.LeftButton)
    assert "not imported" in window.banner.details.toPlainText()


def test_what_is_no_session_is_said_and_nothing_changes(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "none.pxsession"
    path.write_bytes(b"none")
    window.sharer.import_file(path)
    wait(qtbot, window)
    assert "not a session" in window.banner.text.text()
    assert window.runs.model.rowCount() == 0


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Until it is set, a session's file takes its time."""
    release, real = threading.Event(), sharer.write_session

    def slow(path, of, report, cancelled):  # type: ignore[no-untyped-def]
        report(0.5, "run 1")
        while not release.wait(0.01) and not cancelled():
            pass
        return real(path, of, report, cancelled)

    monkeypatch.setattr(sharer, "write_session", slow)
    yield release
    release.set()


def test_the_status_says_how_far_it_is_and_a_second_one_waits(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, held: threading.Event
) -> None:
    record_run(window.session)
    window.sharer.export(tmp_path / "a.pxsession", export_bundle(window.session))
    qtbot.waitUntil(lambda: "export of a session: 50%" in window.status.text.text())
    window.sharer.export(tmp_path / "b.pxsession", export_bundle(window.session))
    assert "under way" in window.statusBar().currentMessage()
    held.set()
    wait(qtbot, window)
    assert (tmp_path / "a.pxsession").exists()
    assert not (tmp_path / "b.pxsession").exists()


def test_escape_stops_it_and_no_file_is_left(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, held: threading.Event
) -> None:
    record_run(window.session)
    window.sharer.export(tmp_path / "a.pxsession", export_bundle(window.session))
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    wait(qtbot, window)
    assert "stopped" in window.statusBar().currentMessage()
    assert list(tmp_path.glob("*.pxsession")) == []


def test_the_window_closes_once_what_is_under_way_has_come_to_its_end(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, held: threading.Event
) -> None:
    window = make_window()
    record_run(window.session)
    window.sharer.export(tmp_path / "a.pxsession", export_bundle(window.session))
    with qtbot.waitSignal(window.closed):
        window.close()
    assert not window.sharer.isRunning()
    assert list(tmp_path.glob("*.pxsession")) == []
