"""Recordings in the window: other programs, a full disk, interruptions, check and repair."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from core.folders import Folders
from core.model.run import RunState
from core.session import Session
from gui.main_window import MainWindow
from gui.running.run_controller import Activity
from gui.runs_table.run_columns import COLUMNS, StateColumn
from tests.core.store.recorded import abandon, all_events, begin, log_of, record, take
from tests.disks import Disk
from tests.gui.conftest import MakeWindow

STATE = next(at for at, one in enumerate(COLUMNS) if isinstance(one, StateColumn))


def states(window: MainWindow) -> list[str]:
    model = window.runs.model
    return [model.index(row, STATE).data() for row in range(model.rowCount())]


def train(qtbot: QtBot, window: MainWindow) -> None:
    window.launcher.start_run()
    qtbot.waitUntil(lambda: window.controller.activity is Activity.IDLE, timeout=30_000)


def question(window: MainWindow) -> QMessageBox:
    (box,) = (one for one in window.findChildren(QMessageBox) if one.isVisible())
    return box


def test_what_another_program_records_and_labels_shows_up_in_the_table(
    window: MainWindow, folders: Folders
) -> None:
    other = Session(folders)
    run_id = record(other)
    assert window.runs.model.rowCount() == 0
    window.recordings.look()
    assert [run.id for run in window.session.runs] == [run_id]
    assert window.runs.model.rowCount() == 1
    other.relabel(run_id, name="named elsewhere")
    window.recordings.look()
    assert window.runs.model.run_at(0).name == "named elsewhere"
    other.close()


def test_a_run_that_was_interrupted_is_told_of_at_the_start_and_says_so_in_its_row(
    make_window: MakeWindow, folders: Folders
) -> None:
    session = Session(folders)
    run_id = begin(session)
    take(session, all_events()[:7])
    abandon(session)
    window = make_window()
    assert "run 1 was interrupted, 20 steps kept." in window.statusBar().currentMessage()
    assert window.session.run(run_id).state is RunState.INTERRUPTED
    (text,) = states(window)
    assert text.startswith("interrupted")
    tip = window.runs.model.index(0, STATE).data(3)
    assert "20 steps kept" in tip
    window.close()
    again = make_window()
    assert "interrupted" not in again.statusBar().currentMessage()


def test_on_a_full_disk_the_run_goes_on_is_marked_and_written_once_there_is_space(
    qtbot: QtBot, window: MainWindow, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(folders.logs, monkeypatch)
    disk.fill(room_bytes=3_000)
    train(qtbot, window)
    assert window.banner.isVisible()
    assert "No space left" in window.banner.text.text()
    assert "not on disk" in states(window)[0]
    window.recordings.look()
    assert "not on disk" in states(window)[0]
    disk.mend()
    window.recordings.look()
    assert "not on disk" not in states(window)[0]
    assert "written to disk after all" in window.statusBar().currentMessage()


def test_closing_over_a_run_that_is_not_on_disk_asks_and_enter_does_not_lose_it(
    qtbot: QtBot, make_window: MakeWindow, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    disk = Disk(folders.logs, monkeypatch)
    disk.fill(room_bytes=3_000)
    train(qtbot, window)
    window.close()
    asked = question(window)
    assert "not on disk" in asked.text()
    assert "run 1" in asked.informativeText()
    asked.defaultButton().click()
    assert window.isVisible()
    disk.mend()
    with qtbot.waitSignal(window.closed):
        window.close()
    session = Session(folders)
    assert [run.state for run in session.runs] == [RunState.DONE]
    session.close()


def test_where_the_person_gives_it_up_the_window_closes(
    qtbot: QtBot, make_window: MakeWindow, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    disk = Disk(folders.logs, monkeypatch)
    disk.fill(room_bytes=3_000)
    train(qtbot, window)
    window.close()
    asked = question(window)
    (close,) = (button for button in asked.buttons() if "lose" in button.text())
    with qtbot.waitSignal(window.closed):
        close.click()
    session = Session(folders)
    assert [run.state for run in session.runs] == [RunState.INTERRUPTED]
    session.close()


def test_a_folder_that_cannot_be_written_to_is_said_before_anything_is_run(
    qtbot: QtBot, window: MainWindow, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    Disk(folders.logs, monkeypatch).protect()
    window.launcher.start_run()
    assert window.controller.activity is Activity.IDLE
    assert "was not begun" in window.banner.text.text()
    assert "--data-dir" in window.banner.text.text()


def test_check_and_repair_says_what_it_found(
    qtbot: QtBot, window: MainWindow, folders: Folders
) -> None:
    train(qtbot, window)
    window.recordings.repair_action.trigger()
    qtbot.waitUntil(lambda: window.recordings.checking is None)
    assert "All is well" in window.statusBar().currentMessage()
    assert not window.banner.isVisible()
    log = log_of(folders, window.session.runs[0].id)
    content = bytearray(log.read_bytes())
    content[len(content) // 2] ^= 1
    log.write_bytes(content)
    window.recordings.repair_action.trigger()
    qtbot.waitUntil(lambda: window.recordings.checking is None)
    assert "1 thing amiss: run 1: its log is damaged" in window.banner.text.text()
    assert "All is mended" in window.banner.text.text()
    assert window.runs.model.rowCount() == 1


def test_a_check_while_a_run_is_under_way_leaves_it_alone(
    qtbot: QtBot, make_window: MakeWindow, folders: Folders
) -> None:
    from tests.gui.scripted import ScriptedFit

    fit = ScriptedFit(hold=True)
    window = make_window(fit)
    window.launcher.start_run()
    qtbot.waitUntil(lambda: bool(window.session.recording and window.session.recording.steps))
    window.recordings.repair_action.trigger()
    qtbot.waitUntil(lambda: window.recordings.checking is None)
    assert "1 run under way" in window.statusBar().currentMessage()
    fit.release.set()
    qtbot.waitUntil(lambda: window.controller.activity is Activity.IDLE, timeout=30_000)
    assert [run.state for run in window.session.runs] == [RunState.DONE]


def test_a_summary_that_another_window_made_anew_is_used_from_then_on(
    qtbot: QtBot, window: MainWindow, folders: Folders
) -> None:
    train(qtbot, window)
    folders.summary.rename(folders.summary.with_name("elsewhere"))
    other = Session(folders)
    run_id = record(other)
    window.recordings.look()
    train(qtbot, window)
    assert {run.number for run in window.session.runs} == {1, 2, 3}
    other.refresh()
    assert {run.number for run in other.runs} == {1, 2, 3}
    assert other.run(run_id).number == 2
    other.close()


def test_the_check_is_in_the_palette(window: MainWindow) -> None:
    groups = (group.actions() for group in window.actions_by_menu)
    assert window.recordings.repair_action in itertools.chain(*groups)
