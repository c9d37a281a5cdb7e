"""What can be done to runs: name, note, hide, pin, copy and undo."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from core.folders import Folders
from core.model.events import OutputPrinted, RunEnded
from core.model.run import Failure, RunState
from core.session import Session
from gui.runs_table.note_dialog import NoteDialog
from gui.runs_table.run_columns import EYE, NAME, TAGS, THROUGHPUT
from gui.runs_table.run_log_dialog import RunLogDialog
from gui.runs_table.runs_panel import RunsPanel
from gui.runs_table.tags_dialog import TagsDialog
from gui.state.app_state import AppState
from gui.theme import LIGHT
from tests.gui.run_builders import begin_run, end_run
from tests.gui.runs_table.table_actions import click, names

Key, Modifier = Qt.Key, Qt.KeyboardModifier
CLICK = Qt.MouseButton.LeftButton


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
