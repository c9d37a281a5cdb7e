"""What can be done to runs: name, note, hide, pin, copy, delete and undo."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from core.model.errors import ExplorerError
from core.session import Session
from gui.runs_table.note_dialog import NoteDialog
from gui.runs_table.run_columns import NAME
from gui.runs_table.runs_panel import RunsPanel
from gui.state.app_state import AppState
from tests.gui.run_builders import begin_run, end_run
from tests.gui.runs_table.table_actions import click, names, selected

Key, Modifier = Qt.Key, Qt.KeyboardModifier
CLICK = Qt.MouseButton.LeftButton


# -- actions --------------------------------------------------------------------------------


def test_every_action_has_a_text_a_tooltip_and_a_key(runs_panel: RunsPanel) -> None:
    assert len(runs_panel.actions()) == 11
    for action in runs_panel.actions():
        assert action.text()
        assert not action.shortcut().isEmpty()
        assert action.shortcut().toString() in action.toolTip()
        assert action.shortcutContext() is Qt.ShortcutContext.WidgetWithChildrenShortcut


def test_actions_are_off_while_there_is_nothing_to_act_on(
    runs_panel: RunsPanel, runs: tuple[str, ...], app_state: AppState, session: Session
) -> None:
    acts = runs_panel.run_actions
    assert not any(action.isEnabled() for action in runs_panel.actions())
    app_state.select(runs[:1])
    assert acts.rename.isEnabled()
    assert not acts.compare.isEnabled()
    app_state.select(runs[:2])
    assert not acts.rename.isEnabled()
    assert acts.compare.isEnabled()
    session.pin(runs[2])
    app_state.select(runs[:1])
    assert acts.compare.isEnabled()


def test_f2_edits_the_name(
    runs_panel: RunsPanel, runs: tuple[str, ...], session: Session, qtbot: QtBot
) -> None:
    click(qtbot, runs_panel, 1)
    qtbot.keyClick(runs_panel.table, Key.Key_F2)
    editor = runs_panel.table.findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    qtbot.keyClicks(editor, "hbp tuned")
    qtbot.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: session.run(runs[1]).name == "hbp tuned")
    run = session.run(runs[1])
    assert not run.label.hidden
    assert not run.label.pinned


def test_letters_typed_into_the_filter_do_nothing_to_runs(
    runs_panel: RunsPanel,
    runs: tuple[str, ...],
    app_state: AppState,
    session: Session,
    qtbot: QtBot,
) -> None:
    app_state.select(runs[:1])
    runs_panel.filter.setFocus()
    before = session.runs
    for key in (Key.Key_H, Key.Key_B, Key.Key_U, Key.Key_Delete):
        qtbot.keyClick(runs_panel.filter, key)
    assert runs_panel.filter.text() == "hbu"
    assert session.runs == before


def test_h_hides_and_shows(
    runs_panel: RunsPanel,
    runs: tuple[str, ...],
    app_state: AppState,
    session: Session,
    qtbot: QtBot,
) -> None:
    session.relabel(runs[0], hidden=True)
    app_state.select(runs[:2])
    qtbot.keyClick(runs_panel.table, Key.Key_H)
    assert [run.label.hidden for run in session.runs] == [True, True, False]
    assert runs_panel.run_actions.hide.text() == "Show"
    qtbot.keyClick(runs_panel.table, Key.Key_H)
    assert [run.label.hidden for run in session.runs] == [False, False, False]


@pytest.mark.parametrize("key", [Key.Key_B, Key.Key_P])
def test_b_and_p_pin_the_baseline(
    runs_panel: RunsPanel,
    runs: tuple[str, ...],
    app_state: AppState,
    session: Session,
    qtbot: QtBot,
    key: Key,
) -> None:
    app_state.select(runs[1:2])
    qtbot.keyClick(runs_panel.table, key)
    assert session.baseline is not None
    assert session.baseline.id == runs[1]
    assert runs_panel.run_actions.pin.text() == "Unpin baseline"
    qtbot.keyClick(runs_panel.table, key)
    assert session.baseline is None


def test_a_note_is_written_without_blocking_the_window(
    runs_panel: RunsPanel,
    runs: tuple[str, ...],
    app_state: AppState,
    session: Session,
    qtbot: QtBot,
) -> None:
    app_state.select(runs[:1])
    runs_panel.run_actions.note.trigger()
    dialog = runs_panel.findChild(NoteDialog)
    assert isinstance(dialog, NoteDialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    qtbot.keyClicks(dialog.field, "cold cache")
    with qtbot.waitSignal(dialog.noted):
        qtbot.keyClick(dialog.field, Key.Key_Return, Modifier.ControlModifier)
    assert session.run(runs[0]).label.note == "cold cache"
    assert names(runs_panel)[0] == "run 1 · note"


def test_settings_and_comparison_are_asked_for(
    runs_panel: RunsPanel, runs: tuple[str, ...], app_state: AppState, qtbot: QtBot
) -> None:
    app_state.select(runs[1:2])
    with qtbot.waitSignal(runs_panel.settings_requested) as blocker:
        runs_panel.run_actions.use_settings.trigger()
    assert blocker.args == [runs[1]]
    app_state.select(runs[:2])
    with qtbot.waitSignal(runs_panel.compare_requested):
        qtbot.keyClick(runs_panel.table, Key.Key_C)


def test_ctrl_c_copies_the_rows_as_they_are_sorted(
    runs_panel: RunsPanel, runs: tuple[str, ...], app_state: AppState, qtbot: QtBot
) -> None:
    runs_panel.table.sortByColumn(5, Qt.SortOrder.DescendingOrder)
    app_state.select((runs[0], runs[1]))
    with qtbot.waitSignal(app_state.message):
        qtbot.keyClick(runs_panel.table, Key.Key_C, Modifier.ControlModifier)
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]
    assert [line[1] for line in lines] == ["run", "run 2", "run 1"]
    assert lines[0][5] == "throughput (examples/s)"


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)
def test_the_context_menu_holds_the_same_actions(
    runs_panel: RunsPanel, runs: tuple[str, ...], qtbot: QtBot
) -> None:
    runs_panel.table.customContextMenuRequested.emit(QPoint(5, 5))
    menu = runs_panel.findChild(QMenu)
    assert isinstance(menu, QMenu)
    assert menu.actions() == runs_panel.actions()
    with qtbot.waitSignal(menu.destroyed):
        menu.close()


# -- delete and undo ------------------------------------------------------------------------


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


def test_delete_goes_on_with_the_next_row_and_ctrl_z_brings_back_one_after_the_other(
    runs_panel: RunsPanel, runs: tuple[str, ...], app_state: AppState, qtbot: QtBot
) -> None:
    click(qtbot, runs_panel, 0)
    qtbot.keyClick(runs_panel.table, Key.Key_Delete)
    assert selected(app_state) == (runs[1],)
    qtbot.keyClick(runs_panel.table, Key.Key_Delete)
    assert names(runs_panel) == ["run 3"]
    qtbot.keyClick(runs_panel.table, Key.Key_Z, Modifier.ControlModifier)
    assert names(runs_panel) == ["run 2", "run 3"]
    qtbot.keyClick(runs_panel.table, Key.Key_Z, Modifier.ControlModifier)
    assert names(runs_panel) == ["run 1", "run 2", "run 3"]
    assert not runs_panel.run_actions.undo.isEnabled()


def test_all_runs_can_be_deleted_and_brought_back(
    runs_panel: RunsPanel, runs: tuple[str, ...], session: Session, qtbot: QtBot
) -> None:
    session.pin(runs[1])
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
        runs_panel.run_actions.pin,
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
