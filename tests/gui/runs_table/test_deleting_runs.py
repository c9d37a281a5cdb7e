"""Runs are deleted and brought back, by key, from the bar and from the list of deleted ones."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.model.errors import ExplorerError
from core.session import Session
from gui.main_window import MainWindow
from gui.runs_table.bin_dialog import BinDialog
from gui.runs_table.run_columns import NAME
from gui.runs_table.runs_panel import RunsPanel
from gui.state.app_state import AppState
from tests.gui.run_builders import begin_run, end_run, record_run
from tests.gui.runs_table.table_actions import click, names, selected

Key, Modifier = Qt.Key, Qt.KeyboardModifier
CLICK = Qt.MouseButton.LeftButton


@pytest.mark.usefixtures("styled")
def test_each_line_of_the_deleted_runs_can_be_read_with_larger_text(window: MainWindow) -> None:
    window.appearance.step(5)
    dialog = BinDialog([record_run(window.session)], window)
    dialog.open()
    QApplication.processEvents()
    assert dialog.list.sizeHintForColumn(0) <= dialog.list.viewport().width()


def test_a_deleted_run_is_brought_back_from_the_list_of_deleted_ones(
    runs_panel: RunsPanel, runs: tuple[str, ...], session: Session, qtbot: QtBot
) -> None:
    assert not runs_panel.run_actions.restore.isEnabled()
    session.delete(runs[1])
    runs_panel.run_actions.restore.trigger()
    dialog = runs_panel.findChild(BinDialog)
    assert isinstance(dialog, BinDialog)
    qtbot.mouseClick(dialog.restore, CLICK)
    assert names(runs_panel) == ["run 1", "run 2", "run 3"]
    runs_panel.run_actions.undo.trigger()
    assert names(runs_panel) == ["run 1", "run 3"]


def test_delete_can_be_undone_from_the_bar(
    runs_panel: RunsPanel, runs: tuple[str, ...], app_state: AppState, qtbot: QtBot
) -> None:
    click(qtbot, runs_panel, 2)
    qtbot.keyClick(runs_panel.table, Key.Key_Delete)
    bar = runs_panel.run_actions.undo_bar
    assert names(runs_panel) == ["run 1", "run 2"]
    assert bar.isVisible()
    assert bar.text.text() == "Deleted run 3."
    qtbot.mouseClick(bar.undo_button, CLICK)
    assert names(runs_panel) == ["run 1", "run 2", "run 3"]
    assert selected(app_state) == (runs[2],)
    assert not bar.isVisible()


def test_delete_goes_on_with_the_next_row_and_undo_brings_back_one_after_the_other(
    runs_panel: RunsPanel, runs: tuple[str, ...], app_state: AppState, qtbot: QtBot
) -> None:
    click(qtbot, runs_panel, 0)
    qtbot.keyClick(runs_panel.table, Key.Key_Delete)
    assert selected(app_state) == (runs[1],)
    qtbot.keyClick(runs_panel.table, Key.Key_Delete)
    assert names(runs_panel) == ["run 3"]
    runs_panel.run_actions.undo.trigger()
    assert names(runs_panel) == ["run 2", "run 3"]
    runs_panel.run_actions.undo.trigger()
    assert names(runs_panel) == ["run 1", "run 2", "run 3"]
    assert not runs_panel.run_actions.undo.isEnabled()


def test_all_runs_can_be_deleted_and_brought_back(
    runs_panel: RunsPanel, runs: tuple[str, ...], session: Session, qtbot: QtBot
) -> None:
    session.set_baseline(runs[1])
    runs_panel.table.selectAll()
    with qtbot.waitSignal(runs_panel._app_state.runs_changed) as blocker:
        qtbot.keyClick(runs_panel.table, Key.Key_Delete)
    assert blocker.signal_triggered
    assert runs_panel.empty.isVisible()
    assert runs_panel.run_actions.undo_bar.text.text() == "Deleted 3 runs."
    runs_panel.run_actions.undo_bar.undo_button.click()
    assert len(names(runs_panel)) == 3
    assert session.baseline is not None
    assert session.baseline.id == runs[1]


def test_the_bar_goes_with_the_next_action_and_undo_stays(
    runs_panel: RunsPanel, runs: tuple[str, ...], app_state: AppState, qtbot: QtBot
) -> None:
    app_state.select(runs[2:])
    runs_panel.run_actions.delete.trigger()
    app_state.select(runs[:1])
    runs_panel.run_actions.hide.trigger()
    assert not runs_panel.run_actions.undo_bar.isVisible()
    assert runs_panel.run_actions.undo.isEnabled()


def test_the_bar_can_be_dismissed(
    runs_panel: RunsPanel, runs: tuple[str, ...], app_state: AppState, qtbot: QtBot
) -> None:
    app_state.select(runs[2:])
    runs_panel.run_actions.delete.trigger()
    qtbot.mouseClick(runs_panel.run_actions.undo_bar.close_button, CLICK)
    assert not runs_panel.run_actions.undo_bar.isVisible()


def test_the_run_under_way_stays_and_the_reason_is_said(
    runs_panel: RunsPanel,
    runs: tuple[str, ...],
    app_state: AppState,
    session: Session,
    qtbot: QtBot,
) -> None:
    begin_run(session)
    runs_panel.table.selectAll()
    with qtbot.assertNotEmitted(app_state.failed), qtbot.waitSignal(app_state.message) as blocker:
        runs_panel.run_actions.delete.trigger()
    assert blocker.args == ["run 4 is under way: stop it first, then delete it."]
    assert names(runs_panel) == ["run 4"]
    end_run(session)


def test_what_the_disk_refuses_is_told_as_a_failure(
    runs_panel: RunsPanel,
    runs: tuple[str, ...],
    app_state: AppState,
    session: Session,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(run_id: str, **changes: object) -> None:
        raise ExplorerError("The disk is full", details="trace")

    monkeypatch.setattr(session, "relabel", refuse)
    app_state.select(runs[:1])
    for act in (
        runs_panel.run_actions.hide,
        runs_panel.run_actions.baseline,
        runs_panel.run_actions.delete,
    ):
        with qtbot.waitSignal(app_state.failed) as blocker:
            act.trigger()
        assert blocker.args == ["The disk is full.", "trace"]
    with qtbot.waitSignal(app_state.failed):
        runs_panel.model.setData(runs_panel.model.index(0, NAME), "new")
    assert len(names(runs_panel)) == 3


def test_a_hundred_runs_are_told_of_once(
    runs_panel: RunsPanel, session: Session, app_state: AppState
) -> None:
    for _ in range(100):
        begin_run(session)
        end_run(session)
    told: list[int] = []
    app_state.runs_changed.connect(lambda: told.append(1))
    runs_panel.table.selectAll()
    runs_panel.run_actions.delete.trigger()
    assert len(told) == 1
    assert runs_panel.empty.isVisible()
