from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QMessageBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from core.model.run import RunState
from gui.main_window import MainWindow
from gui.running.run_controller import Activity
from gui.theme import DARK
from gui.widgets.command_palette import CommandPalette, match_rank
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import STEPS, ScriptedFit, failing_run


def finish(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.controller.activity is Activity.IDLE, timeout=30_000)


def run_once(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.mouseClick(window.bar.run_button, Qt.MouseButton.LeftButton)
    finish(qtbot, window)


def question(window: MainWindow) -> QMessageBox:
    (box,) = (one for one in window.findChildren(QMessageBox) if one.isVisible())
    return box


def action(window: MainWindow, text: str) -> QAction:
    return next(one for one in window.actions() if one.text() == text)


def test_the_first_start_shows_the_second_textbook_case_naive_with_run_in_focus(
    window: MainWindow,
) -> None:
    assert window.draft.workload.id == "augmented"
    assert window.pipeline.presets.currentData() == "naive"
    assert window.draft.settings["fit.device"] == "emulated:20"
    assert window.bar.run_button.hasFocus()


def test_pressing_run_trains_with_the_settings_on_the_left(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    fit = ScriptedFit()
    window = make_window(fit)
    window.draft.set_value("prefetch.buffer_size", 3)
    run_once(qtbot, window)
    (plan,) = fit.plans
    assert plan.workload == "augmented"
    assert plan.settings["prefetch.buffer_size"] == 3
    assert window.session.runs[0].samples.steps == STEPS


def test_a_value_still_being_typed_belongs_to_the_run(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    fit = ScriptedFit()
    window = make_window(fit)
    field = window.pipeline.boxes["batch"].editors["batch.batch_size"].field
    assert isinstance(field, QComboBox)
    line = field.lineEdit()
    assert line is not None
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "48")
    window.launcher.run.trigger()
    finish(qtbot, window)
    assert fit.plans[0].settings["batch.batch_size"] == 48


def test_only_one_run_at_a_time_and_the_next_waits(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(ScriptedFit(hold=True))
    window.launcher.start_run()
    assert window.launcher.stop.isEnabled()
    window.launcher.start_run()
    assert len(window.session.runs) == 1
    assert len(window.session.queue) == 1
    assert "1 waiting" in window.status.text.text()
    qtbot.mouseClick(window.bar.stop_button, Qt.MouseButton.LeftButton)
    finish(qtbot, window)
    assert not window.launcher.stop.isEnabled()
    assert window.session.runs[0].state is RunState.STOPPED
    # Nothing goes on behind a Stop by itself.
    assert len(window.session.runs) == 1
    assert window.session.queue.paused
    window.controller.set_paused(False)
    assert len(window.session.runs) == 2


def test_the_status_always_says_what_is_happening(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(ScriptedFit(hold=True))
    assert window.status.text.text() == "ready"
    window.launcher.start_run()
    qtbot.waitUntil(lambda: "training" in window.status.text.text())
    text = window.status.text.text()
    assert "epoch 2/2" in text
    assert "step 20/20" in text
    assert "s left" in text
    assert window.status.bar.isVisible()
    window.controller.stop()
    assert "stopping" in window.status.text.text()
    finish(qtbot, window)
    assert "stopped" in window.status.text.text()


def test_a_failure_is_readable_with_the_details_one_click_away(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    fit = ScriptedFit(failing_run())
    window = make_window(fit)
    run_once(qtbot, window)
    assert window.banner.isVisible()
    assert window.banner.text.text() == "The disk is full. Free some space."
    assert not window.banner.details.isVisible()
    qtbot.mouseClick(window.banner.details_button, Qt.MouseButton.LeftButton)
    assert window.banner.details.isVisible()
    assert "Traceback" in window.banner.details.toPlainText()
    fit.events = ScriptedFit().events
    run_once(qtbot, window)
    assert not window.banner.isVisible()
    assert window.session.runs[-1].state is RunState.DONE


def test_closing_during_a_run_asks_stops_and_closes(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(ScriptedFit(hold=True))
    window.launcher.start_run()
    window.close()
    assert window.isVisible()
    asked = question(window)
    assert "Stop it and close?" in asked.text()
    with qtbot.waitSignal(window.closed):
        asked.defaultButton().click()
    assert not window.isVisible()
    assert window.controller.activity is Activity.IDLE


def test_answering_go_on_keeps_window_and_run(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(ScriptedFit(hold=True))
    window.launcher.start_run()
    window.close()
    question(window).reject()
    assert window.isVisible()
    assert window.controller.activity is Activity.RUNNING


def test_escape_asks_before_it_stops(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(ScriptedFit(hold=True))
    window.launcher.start_run()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.controller.activity is Activity.RUNNING
    question(window).defaultButton().click()
    finish(qtbot, window)
    assert window.session.runs[0].state is RunState.STOPPED


def test_runs_settings_and_theme_are_there_after_a_restart(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    first = make_window()
    first.draft.set_workload("npz_shards")
    first.draft.set_value("interleave.cycle_length", 9)
    run_once(qtbot, first)
    first.session.relabel(first.session.runs[0].id, name="before", note="kept")
    first.live.more.choose(["cpu", "disk"])
    figures = first.session.runs[0].samples.done_s.tolist()
    first.close()
    second = make_window()
    (run,) = second.session.runs
    assert (run.name, run.label.note, run.state) == ("before", "kept", RunState.DONE)
    assert run.samples.done_s.tolist() == figures
    assert second.live.more.chosen == {"cpu", "disk"}
    assert second.draft.workload.id == "npz_shards"
    assert second.draft.settings["interleave.cycle_length"] == 9


def test_the_settings_of_a_run_can_be_taken_over(qtbot: QtBot, window: MainWindow) -> None:
    window.draft.set_value("batch.batch_size", 8)
    run_once(qtbot, window)
    window.draft.set_workload("in_memory")
    window.own.use_settings_of(window.session.runs[0].id)
    assert window.draft.workload.id == "augmented"
    assert window.draft.settings["batch.batch_size"] == 8


def test_the_code_follows_the_settings(window: MainWindow) -> None:
    assert ".prefetch(" not in window.pages.python.page.code.view.toPlainText()
    window.draft.set_value("prefetch.buffer_size", 5)
    assert "dataset = dataset.prefetch(5)" in window.pages.python.page.code.view.toPlainText()


def test_light_and_dark_reach_every_part(window: MainWindow) -> None:
    action(window, "Light or dark").trigger()
    assert window.app_state.theme is DARK
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    assert app.palette().window().color().name() == DARK.window


def test_the_palette_finds_an_action_by_a_word_and_does_it(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.palette_action.trigger()
    palette = next(child for child in window.children() if type(child).__name__ == "CommandPalette")
    assert isinstance(palette, QWidget)
    line = palette.findChild(QLineEdit)
    assert line is not None
    qtbot.keyClicks(line, "python")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert window.tabs.currentWidget() is window.pages.python.page


def test_the_palette_goes_to_a_knob_that_is_folded_away(qtbot: QtBot, window: MainWindow) -> None:
    window.palette_action.trigger()
    palette = window.findChild(CommandPalette)
    assert palette is not None
    qtbot.keyClicks(palette.filter, "warm start")
    qtbot.keyClick(palette.filter, Qt.Key.Key_Return)
    field = window.pipeline.boxes["options"].editors["options.warm_start"].field
    qtbot.waitUntil(lambda: window.focusWidget() is field)
    assert field.isVisibleTo(window)


def test_the_palette_puts_what_is_named_so_first_and_says_where_nothing_is(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.palette_action.trigger()
    palette = window.findChild(CommandPalette)
    assert palette is not None
    for typed, first in (
        ("epochs", "Set fit epochs"),
        ("EPO", "Set fit epochs"),
        ("run", "Run"),
        ("compare", "Compare…"),
        ("calls parallel", "Set map parallel calls"),
        ("num_parallel_calls", "Set map parallel calls"),
    ):
        palette.filter.setText(typed)
        item = palette.list.currentItem()
        assert item is palette.list.topLevelItem(0)
        assert palette.about.text() == item.toolTip(2)
        assert item is not None
        assert item.text(0) == first, typed
    palette.filter.setText("zzz")
    assert palette.empty.isVisible()
    assert palette.empty.text() == "No match for “zzz”"
    qtbot.keyClick(palette.filter, Qt.Key.Key_Return)
    assert palette.isVisible()
    palette.filter.clear()
    assert palette.list.isVisible()


def test_better_matches_of_a_name_come_before_worse_ones_and_the_description_last() -> None:
    names = ("run", "run again", "my run", "next runs", "overrun", "other")
    ranks = [match_rank("run", name, "after a run") for name in names]
    assert ranks == sorted(ranks, key=lambda rank: -1 if rank is None else rank)
    assert len(set(ranks)) == len(names)
    assert match_rank("run", "other", "another") is None
    assert match_rank("and run", "run", "stop and wait") == match_rank("run", "other", "a run")


def test_every_action_has_a_sentence_and_keys_do_not_collide(window: MainWindow) -> None:
    keys: list[str] = []
    actions = (
        *window.actions(),
        *window.runs.actions(),
        window.pages.side_by_side.page.view_action,
    )
    for one in dict.fromkeys(actions):
        assert one.toolTip() != one.text(), one.text()
        keys += [shortcut.toString() for shortcut in one.shortcuts()]
    assert len(keys) == len(set(keys)), sorted(keys)


def test_every_control_can_be_reached_by_keyboard_and_says_what_it_is(
    window: MainWindow,
) -> None:
    for kind in (QAbstractButton, QComboBox, QLineEdit):
        for control in window.findChildren(kind):
            if not control.isVisibleTo(window) or control.objectName().startswith("qt_"):
                continue
            named = control.accessibleName() or (
                isinstance(control, QAbstractButton) and control.text()
            )
            inside_another = isinstance(control.parent(), QComboBox)
            if inside_another:
                continue
            assert named, f"{control} has no name"
            assert control.toolTip() or isinstance(control, QLineEdit), f"{named}: no tooltip"
            assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, f"{named}: no Tab"


@pytest.mark.parametrize("key", ["1", "2", "3", "4", "5"])
def test_the_number_keys_show_the_tabs(qtbot: QtBot, window: MainWindow, key: str) -> None:
    window.bar.run_button.setFocus()
    qtbot.keyClick(window, key)
    assert window.tabs.currentIndex() == int(key) - 1


def test_ceilings_of_the_settings_on_the_left_belong_to_runs_before_and_after(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    window = make_window(ScriptedFit())
    run_once(qtbot, window)
    focus = window.app_state.focus
    window.launcher.ceilings.trigger()
    finish(qtbot, window)
    assert "the model alone" in window.statusBar().currentMessage()
    QApplication.processEvents()
    assert not window.status.isVisible()
    assert focus is not None
    assert window.app_state.focus is not None
    assert window.app_state.focus.id == focus.id
    window.draft.set_value("fit.epochs", 7)
    run_once(qtbot, window)
    window.draft.set_value("prefetch.buffer_size", 2)
    run_once(qtbot, window)
    assert [run.ceilings is not None for run in window.session.runs] == [True, True, False]
    assert [run.number for run in window.session.runs] == [1, 2, 3]
    window.close()
    again = make_window()
    assert [run.ceilings is not None for run in again.session.runs] == [True, True, False]


def test_keys_for_plots_go_to_those_that_are_seen(qtbot: QtBot, window: MainWindow) -> None:
    for _ in range(2):
        run_once(qtbot, window)
    window.app_state.select(tuple(run.id for run in window.session.runs))
    window.tabs.setCurrentWidget(window.pages.side_by_side.page)
    # Also from the table of runs, in which they were selected.
    window.runs.table.setFocus()
    qtbot.keyClick(window.runs.table, Qt.Key.Key_V)
    side = window.pages.side_by_side.page.plots
    assert side.isVisible()
    qtbot.keyClick(window.runs.table, Qt.Key.Key_F)
    assert not side.follow.on
    assert window.live.follow.on
    side.stack.set_x_range(3, 7)
    qtbot.keyClick(window.runs.table, Qt.Key.Key_0)
    assert side.stack.x_range == (0, STEPS)
    qtbot.keyClick(window.runs.table, Qt.Key.Key_V)
    qtbot.keyClick(window.runs.table, Qt.Key.Key_F)
    assert not window.live.follow.on


def test_the_palette_turns_to_the_plots_of_the_runs_side_by_side(
    qtbot: QtBot, window: MainWindow
) -> None:
    for _ in range(2):
        run_once(qtbot, window)
    window.app_state.select(tuple(run.id for run in window.session.runs))
    assert window.tabs.currentWidget() is window.live
    window.palette_action.trigger()
    palette = next(child for child in window.children() if type(child).__name__ == "CommandPalette")
    assert isinstance(palette, QWidget)
    line = palette.findChild(QLineEdit)
    assert line is not None
    qtbot.keyClicks(line, "table or plots")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert window.pages.side_by_side.page.plots.isVisible()
