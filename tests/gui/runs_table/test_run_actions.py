"""What can be done to runs: name, note, hide, pin, copy, delete and undo."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from core.folders import Folders
from core.model.errors import ExplorerError
from core.model.events import OutputPrinted, RunEnded
from core.model.run import Failure, RunState
from core.session import Session
from gui.runs_table.bin_dialog import BinDialog
from gui.runs_table.note_dialog import NoteDialog
from gui.runs_table.run_columns import EYE, NAME, TAGS, THROUGHPUT
from gui.runs_table.run_log_dialog import RunLogDialog
from gui.runs_table.runs_panel import RunsPanel
from gui.runs_table.tags_dialog import TagsDialog
from gui.state.app_state import AppState
from gui.theme import LIGHT
from tests.gui.run_builders import begin_run, end_run
from tests.gui.runs_table.table_actions import click, names, selected

Key, Modifier = Qt.Key, Qt.KeyboardModifier
CLICK = Qt.MouseButton.LeftButton


# -- actions --------------------------------------------------------------------------------


def test_every_action_has_a_text_a_tooltip_and_a_key(runs_panel: RunsPanel) -> None:
    assert len(runs_panel.actions()) == 17
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
    session.set_baseline(runs[2])
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
    assert not run.label.baseline


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


def test_b_makes_the_baseline_and_p_pins_above_the_others(
    runs_panel: RunsPanel,
    runs: tuple[str, ...],
    app_state: AppState,
    session: Session,
    qtbot: QtBot,
) -> None:
    assert runs_panel.offer.text() == "Compare with run 1"
    app_state.select(runs[1:2])
    qtbot.keyClick(runs_panel.table, Key.Key_B)
    assert session.baseline is not None
    assert session.baseline.id == runs[1]
    assert not runs_panel.offer.isVisible()
    assert runs_panel.run_actions.baseline.text() == "Unset baseline"
    app_state.select(runs[2:])
    qtbot.keyClick(runs_panel.table, Key.Key_P)
    assert names(runs_panel) == ["run 2", "run 3", "run 1"]
    assert runs_panel.proxy.pinned == 2
    runs_panel.table.sortByColumn(NAME, Qt.SortOrder.DescendingOrder)
    assert names(runs_panel) == ["run 2", "run 3", "run 1"]
    app_state.select(runs[1:2])
    qtbot.keyClick(runs_panel.table, Key.Key_B)
    assert session.baseline is None
    assert names(runs_panel) == ["run 3", "run 2", "run 1"]
    qtbot.mouseClick(runs_panel.offer, CLICK)
    assert session.baseline is not None
    assert session.baseline.id == runs[0]


def test_all_that_is_made_of_runs_is_undone_and_done_again_step_by_step(
    runs_panel: RunsPanel, runs: tuple[str, ...], app_state: AppState, session: Session
) -> None:
    acts, edits = runs_panel.run_actions, app_state.edits
    labels = [[run.label for run in session.runs]]
    told: list[str] = []

    def done() -> None:
        labels.append([run.label for run in session.every_run.values()])
        told.append(acts.undo.text())

    app_state.select(runs[:2])
    for act in (acts.hide, acts.pin):
        act.trigger()
        done()
    acts.colour.menu().aboutToShow.emit()
    acts.colour.menu().actions()[4].trigger()
    done()
    acts.tags.trigger()
    dialog = runs_panel.findChild(TagsDialog)
    assert isinstance(dialog, TagsDialog)
    dialog.field.setText("#slow, cold")
    dialog.accept()
    done()
    runs_panel.model.setData(runs_panel.model.index(0, NAME), "tuned")
    done()
    acts.delete.trigger()
    done()
    assert told == [
        "Undo hide 2 runs", "Undo pin 2 runs", "Undo colour of 2 runs", "Undo tags of 2 runs",
        "Undo rename run 1", "Undo delete 2 runs",
    ]  # fmt: skip
    assert [label.colour for label in labels[3]] == [4, 12, 2]
    assert [label.tags for label in labels[4]] == [("slow", "cold"), ("slow", "cold"), ()]
    for before in reversed(labels[:-1]):
        acts.undo.trigger()
        assert [run.label for run in session.every_run.values()] == before
    assert not acts.undo.isEnabled()
    for after in labels[1:]:
        edits.redo()
        assert [run.label for run in session.every_run.values()] == after


def test_what_is_typed_behind_tags_is_a_tag_of_its_own(qtbot: QtBot) -> None:
    dialog = TagsDialog("run 1", ("slow",), ("slow",))
    qtbot.addWidget(dialog)
    qtbot.keyClicks(dialog.field, "cold")
    with qtbot.waitSignal(dialog.tagged) as tagged:
        dialog.accept()
    assert tagged.args == [("slow", "cold")]


def test_tags_are_shown_and_filter(
    runs_panel: RunsPanel, runs: tuple[str, ...], session: Session
) -> None:
    assert runs_panel.table.isColumnHidden(TAGS)
    session.relabel(runs[1], tags=("slow", "cold"))
    assert not runs_panel.table.isColumnHidden(TAGS)
    assert runs_panel.proxy.index(1, TAGS).data() == "#slow #cold"
    runs_panel.filter.setText("#cold")
    assert names(runs_panel) == ["run 2"]


def test_alt_click_on_the_eye_shows_a_run_alone_and_again_brings_the_others_back(
    runs_panel: RunsPanel,
    runs: tuple[str, ...],
    app_state: AppState,
    session: Session,
    qtbot: QtBot,
) -> None:
    def click_eye(row: int, modifier: Modifier) -> None:
        where = runs_panel.table.visualRect(runs_panel.proxy.index(row, EYE)).center()
        qtbot.keyPress(runs_panel.table, Key.Key_Alt) if modifier else None
        qtbot.mouseClick(runs_panel.table.viewport(), CLICK, modifier, where)

    def shown() -> list[str]:
        return [run.name for run in app_state.shown_runs]

    click_eye(0, Modifier.NoModifier)
    assert shown() == ["run 2", "run 3"]
    click_eye(2, Modifier.AltModifier)
    assert shown() == ["run 3"]
    spoken = Qt.ItemDataRole.AccessibleTextRole
    assert runs_panel.proxy.index(1, EYE).data(spoken) == "not shown"
    click_eye(2, Modifier.AltModifier)
    assert shown() == ["run 2", "run 3"]
    qtbot.keyClick(runs_panel.table, Key.Key_H, Modifier.ShiftModifier)
    assert len(shown()) == 1
    begin_run(session)
    assert shown() == ["run 2", "run 3", "run 4"]
    end_run(session)


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


def test_the_log_of_a_run_is_shown_and_copied_for_a_bug_report(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app_state = AppState(Session(Folders.under(tmp_path)), LIGHT)
    panel = RunsPanel(app_state)
    qtbot.addWidget(panel)
    session = app_state.session
    begin_run(session)
    session.handle(OutputPrinted(f"reading {Path.home()}/data\r\nE0000 half a "))
    session.handle(OutputPrinted("line\n"))
    session.handle(RunEnded(RunState.FAILED, Failure("no such file", details="At /home/eve/x.py")))
    app_state.select((session.runs[0].id,))
    panel.run_actions.log.trigger()
    dialog = panel.findChild(RunLogDialog)
    assert isinstance(dialog, RunLogDialog)
    lines = dialog.view.toPlainText().splitlines()
    assert [line.strip() for line in lines] == [
        f"| reading {Path.home()}/data",
        "| E0000 half a line",
        "failed after 0 steps: no such file.",
    ]
    dialog.copy_button.click()
    report = QGuiApplication.clipboard().text()
    assert "prefetch.buffer_size = " in report
    assert "| reading ~/data" in report
    assert "At ~/x.py" in report
    assert str(Path.home()) not in report
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: False)
    dialog.folder_button.click()
    assert str(tmp_path) in dialog.about.text()
    dialog.close()
    app_state.close()
    session.close()


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
    runs_panel.table.sortByColumn(THROUGHPUT, Qt.SortOrder.DescendingOrder)
    app_state.select((runs[0], runs[1]))
    with qtbot.waitSignal(app_state.message):
        qtbot.keyClick(runs_panel.table, Key.Key_C, Modifier.ControlModifier)
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]
    assert [line[NAME] for line in lines] == ["run", "run 2", "run 1"]
    assert "throughput (examples/s)" in lines[0]


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)
def test_the_context_menu_holds_the_same_actions(
    runs_panel: RunsPanel, runs: tuple[str, ...], qtbot: QtBot
) -> None:
    runs_panel.table.customContextMenuRequested.emit(QPoint(5, 5))
    menu = next(menu for menu in runs_panel.findChildren(QMenu) if menu.isVisible())
    shown = [action for action in menu.actions() if not action.isSeparator()]
    assert shown == [*runs_panel.actions(), *runs_panel._app_state.edits.actions]
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
