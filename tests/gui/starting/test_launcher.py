"""Starting, letting wait, going on, and closing the window over runs that wait."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QMessageBox
from pytestqt.qtbot import QtBot

from core.model.experiment import Experiment, SweptKnob
from core.model.run import RunState
from core.model.turn import ExperimentKind
from core.session import Session
from core.workloads.catalogue import workload
from gui.main_window import MainWindow
from gui.running.run_controller import Activity
from tests.gui.builders import Script, play
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import ScriptedFit, failing_run

Key = Qt.Key
CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def finish(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.controller.activity is Activity.IDLE, timeout=30_000)


def question(window: MainWindow) -> QMessageBox:
    (box,) = (one for one in window.findChildren(QMessageBox) if one.isVisible())
    return box


def small_sweep(session: Session, repeats: int = 2) -> Experiment:
    base = workload("augmented").chain.defaults()
    sizes = ("off", 2)
    return session.experiments.add(
        Experiment(
            ExperimentKind.SWEEP,
            "augmented",
            tuple(base.with_values({"prefetch.buffer_size": size}) for size in sizes),
            repeats,
            (SweptKnob("prefetch.buffer_size", sizes),),
            "grid",
        )
    )


def test_the_run_button_says_when_it_puts_into_the_queue(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    window = make_window(ScriptedFit(hold=True))
    button = window.bar.run_button
    width = button.width()
    assert button.text().startswith("Run")
    window.launcher.start_run()
    assert button.text().startswith("Queue")
    assert button.width() == width
    assert "into the queue" in button.toolTip()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert len(window.session.queue) == 1
    assert window.statusBar().currentMessage() == "1 run put into the queue."
    qtbot.keyClick(window, Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert window.statusBar().currentMessage() == "1 run put into the queue, behind 1 that wait."
    assert window.bottom.tabs.tabText(1) == "Queue 2"
    window.session.queue.clear()
    window.launcher.stop.trigger()
    finish(qtbot, window)
    assert button.text().startswith("Run")
    assert window.bottom.tabs.tabText(1) == "Queue"


def test_one_key_pauses_the_queue_and_lets_it_go_on(qtbot: QtBot, make_window: MakeWindow) -> None:
    fit = ScriptedFit(hold=True)
    window = make_window(fit)
    assert not window.launcher.pause.isEnabled()
    for _ in range(3):
        window.launcher.start_run()
    qtbot.keyClick(window, Key.Key_P, CONTROL_SHIFT)
    assert window.session.queue.paused
    assert window.bottom.tabs.tabText(1) == "Queue 2 · paused"
    assert "queue paused, 2 waiting" in window.status.text.text()
    fit.release.set()
    finish(qtbot, window)
    assert len(fit.plans) == 1
    assert "queue paused, 2 waiting" in window.status.text.text()
    # What is put there meanwhile waits too, and that is said.
    window.launcher.start_run()
    assert len(window.session.queue) == 3
    assert "paused: Ctrl+Shift+P lets it go on" in window.statusBar().currentMessage()
    qtbot.keyClick(window, Key.Key_P, CONTROL_SHIFT)
    finish(qtbot, window)
    assert len(fit.plans) == 4
    assert not window.launcher.pause.isEnabled()


def test_the_status_says_which_turn_it_is_how_many_wait_and_how_long(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    window = make_window(ScriptedFit(hold=True))
    sweep = small_sweep(window.session)
    play(window.session, Script(workload="augmented"))
    window.launcher.starter.go_on_with(sweep)
    qtbot.waitUntil(lambda: "training" in window.status.text.text())
    text = window.status.text.text()
    assert text.startswith(
        ("sweep 1 · #1, repeat 1 · training", "sweep 1 · #2, repeat 1 · training")
    )
    assert text.endswith("3 waiting, about 38 s")


def test_r_runs_the_selected_runs_again(qtbot: QtBot, make_window: MakeWindow) -> None:
    fit = ScriptedFit()
    window = make_window(fit)
    runs = [
        play(window.session, Script(workload="augmented"), prefetch__buffer_size=size)
        for size in (2, 4)
    ]
    window.app_state.select(tuple(run.id for run in runs))
    window.runs.table.setFocus()
    assert window.runs.run_actions.again.text() == "Run 2 again"
    qtbot.keyClick(window.runs.table, Key.Key_R)
    assert "2 runs put into the queue" in window.statusBar().currentMessage()
    finish(qtbot, window)
    assert [plan.settings["prefetch.buffer_size"] for plan in fit.plans] == [2, 4]
    assert [plan.turn for plan in fit.plans] == [None, None]
    assert len(window.session.runs) == 4


def test_q_and_t_go_to_the_queue_and_back(qtbot: QtBot, window: MainWindow) -> None:
    window.bar.run_button.setFocus()
    qtbot.keyClick(window, Key.Key_Q)
    assert window.queue.isVisible()
    assert window.queue.corner.isVisible()
    assert not window.runs.filter.isVisible()
    qtbot.keyClick(window, Key.Key_T)
    assert window.runs.isVisible()
    assert window.runs.filter.isVisible()


def test_failures_of_an_unattended_queue_are_counted_and_all_of_them_readable(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    fit = ScriptedFit(failing_run(details="Traceback 1"))
    window = make_window(fit)
    play(window.session, Script(workload="augmented"))
    window.launcher.starter.go_on_with(small_sweep(window.session))
    finish(qtbot, window)
    states = [run.state for run in window.session.runs]
    assert states == [RunState.DONE, *[RunState.FAILED] * 4]
    assert window.banner.text.text() == (
        "4 runs failed, the last was sweep 1 · run 5: The disk is full. Free some space."
    )
    details = window.banner.details.toPlainText()
    assert all(f"run {number}: The disk is full" in details for number in range(2, 6))
    assert details.count("Traceback 1") == 4
    qtbot.mouseClick(window.banner.close_button, Qt.MouseButton.LeftButton)
    assert not window.banner.isVisible()
    window.launcher.start_run()
    finish(qtbot, window)
    # Those that were dismissed are not counted again.
    assert window.banner.text.text() == "The disk is full. Free some space."


def test_a_run_that_is_put_into_the_queue_hides_no_failure(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    fit = ScriptedFit(failing_run())
    window = make_window(fit)
    window.launcher.start_run()
    finish(qtbot, window)
    fit.events, fit.hold = ScriptedFit().events, True
    window.launcher.start_run()
    assert not window.banner.isVisible()
    window.app_state.failed.emit("The disk is nearly full.", "")
    window.launcher.start_run()
    assert window.banner.isVisible()


def test_escape_says_that_runs_wait_behind_the_one_to_be_stopped(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    window = make_window(ScriptedFit(hold=True))
    for _ in range(3):
        window.launcher.start_run()
    qtbot.keyClick(window, Key.Key_Escape)
    assert (
        "Behind it in the queue: 2 runs, until the queue goes on"
        in question(window).informativeText()
    )
    question(window).defaultButton().click()
    finish(qtbot, window)
    assert len(window.session.queue) == 2


def test_closing_says_what_waits_and_what_of_it_is_lost(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    window = make_window(ScriptedFit(hold=True))
    window.launcher.starter.go_on_with(small_sweep(window.session, 3))
    window.launcher.start_run()
    window.close()
    text = question(window).informativeText()
    assert "6 runs wait" in text
    assert "the 5 of a sweep can be gone on with after a restart" in text
    assert "1 single run is dropped" in text
    with qtbot.waitSignal(window.closed):
        question(window).defaultButton().click()
    assert not window.isVisible()


@pytest.mark.parametrize("agree", [True, False])
def test_closing_over_a_paused_queue_asks_too(
    qtbot: QtBot, make_window: MakeWindow, agree: bool
) -> None:
    window = make_window(ScriptedFit(hold=True))
    window.launcher.start_run()
    window.launcher.start_run()
    window.launcher.stop.trigger()
    finish(qtbot, window)
    window.close()
    assert window.isVisible()
    assert "1 run waits" in question(window).informativeText()
    if agree:
        with qtbot.waitSignal(window.closed):
            question(window).defaultButton().click()
    else:
        question(window).reject()
        assert window.isVisible()
        assert len(window.session.queue) == 1


def test_after_a_restart_nothing_waits_and_what_is_missing_is_said_once(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    window = make_window(ScriptedFit(hold=True))
    window.launcher.starter.begin(small_sweep(window.session))
    window.close()
    with qtbot.waitSignal(window.closed):
        question(window).defaultButton().click()
    fit = ScriptedFit()
    again = make_window(fit)
    assert len(again.session.queue) == 0
    message = again.statusBar().currentMessage()
    assert message == "sweep of augmented: 4 of 4 runs are missing; go on with it in Experiments."
    (experiment,) = again.session.experiments.all
    assert again.launcher.starter.go_on_with(experiment) == 4
    finish(qtbot, again)
    assert again.session.experiments.missing(experiment) == ()
    again.close()
    assert make_window().statusBar().currentMessage() == ""


def test_ceilings_wait_like_runs_do(qtbot: QtBot, make_window: MakeWindow) -> None:
    fit = ScriptedFit(hold=True)
    window = make_window(fit)
    window.launcher.start_run()
    window.launcher.ceilings.trigger()
    assert len(window.session.queue) == 2
    window.queue.table.selectRow(1)
    window.queue.queue_actions.remove.trigger()
    # The one part makes no sense without the other.
    assert len(window.session.queue) == 0


@pytest.mark.parametrize("what", ["run", "compare", "sweep", "ceilings"])
def test_nothing_starts_from_a_form_whose_field_was_refused(
    qtbot: QtBot, window: MainWindow, what: str
) -> None:
    stages, key = window.pipeline.boxes["options"], "options.autotune_ram_budget"
    stages.more.setChecked(True)
    for at in ("fit.epochs", key):  # the second stands in front of the first
        box = next(box for box in window.pipeline.boxes.values() if at in box.editors)
        typed = box.editors[at].field
        assert isinstance(typed, QComboBox)
        typed.setFocus()
        typed.setEditText("2f")
    stages.more.setChecked(False)
    window.pipeline.boxes["source"].setFocus()
    # What was refused stands there until it is mended, whatever else is changed.
    window.draft.set_value("prefetch.buffer_size", 2)
    assert list(window.draft.refused) == [key, "fit.epochs"]
    getattr(window.launcher, what).trigger()
    assert window.session.runs == ()
    assert not [one for one in window.findChildren(QDialog) if one.isVisible()]
    field = stages.editors[key].field
    assert isinstance(field, QComboBox)
    assert window.focusWidget() is field
    assert field.isVisible()
    assert field.currentText() == "2f"
    for said in (window.statusBar().currentMessage(), window.pipeline.help.text.text()):
        assert "'2f'" in said
        assert "a whole number" in said
    for at in (key, "fit.epochs"):
        window.draft.reset(at)
    assert field.currentText() == "default"
    assert window.draft.refused == {}


def test_a_device_that_is_none_starts_nothing(qtbot: QtBot, window: MainWindow) -> None:
    field = window.bar.device.field
    assert isinstance(field, QComboBox)
    field.setEditText("abacus")
    field.setFocus()
    qtbot.keyClick(window, Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert window.session.runs == ()
    assert window.focusWidget() is field
    assert "abacus" in window.statusBar().currentMessage()
    window.draft.set_value("fit.device", "cpu")
    assert field.currentText() == "cpu"
