"""Asking for a comparison, as a person does it in the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.session import Session
from gui.comparison.compare_dialog import CompareDialog
from gui.main_window import MainWindow
from gui.running.run_controller import Activity
from tests.gui.builders import Script, play
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import ScriptedFit
from tests.gui.user_code.user_code_builders import opened as user_code
from tests.gui.user_code.user_code_builders import write

Key, CLICK = Qt.Key, Qt.MouseButton.LeftButton
CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def opened(window: MainWindow) -> CompareDialog:
    window.launcher.compare.trigger()
    (dialog,) = (one for one in window.findChildren(CompareDialog) if one.isVisible())
    return dialog


def letters(dialog: CompareDialog) -> dict[str, str]:
    shown = ((key, row.letter.text()) for key, row in dialog.rows.rows.items())
    return {key: text for key, text in shown if text}


def finish(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.controller.activity is Activity.IDLE, timeout=30_000)


def pinned(session: Session) -> str:
    run = play(session, Script(workload="augmented"))
    session.set_baseline(run.id)
    return run.id


def test_two_keys_compare_the_pinned_baseline_with_the_settings_on_the_left(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    fit = ScriptedFit()
    window = make_window(fit)
    baseline = pinned(window.session)
    window.draft.set_value("prefetch.buffer_size", 2)
    begun: list[str] = []
    window.experiment_begun.connect(begun.append)
    qtbot.keyClick(window, Key.Key_R, CONTROL_SHIFT)
    (dialog,) = window.findChildren(CompareDialog)
    assert letters(dialog) == {f"run:{baseline}": "A", "draft": "B"}
    assert "10 runs" in dialog.amount.text()
    qtbot.keyClick(dialog, Key.Key_Return)
    finish(qtbot, window)
    (experiment,) = window.session.experiments.all
    assert begun == [experiment.id]
    values = [plan.settings["prefetch.buffer_size"] for plan in fit.plans]
    assert values == ["off", 2, 2, "off", "off", 2, 2, "off", "off", 2]
    names = [run.name for run in window.session.runs]
    assert names == ["run 1", "A 1", "B 1", "B 2", "A 2", "A 3", "B 3", "B 4", "A 4", "A 5", "B 5"]
    assert window.tabs.currentWidget() is window.pages.experiments.page
    text = window.pages.experiments.page.comparison.text()
    same = "no measurable difference: throughput 1.00 times as high"
    assert f"B against A (emulated:20 against cpu): {same}" in text
    assert "5 pairs in turn, 95 % confidence" in text
    assert window.pages.experiments.page.head.state.text() == "10 of 10 · complete"


def test_a_newcomer_who_presses_enter_compares_naive_with_tuned(
    qtbot: QtBot, window: MainWindow
) -> None:
    dialog = opened(window)
    assert letters(dialog) == {"draft": "A", "preset:tuned": "B"}
    assert dialog.amount.text() == "10 runs, how long a run takes is not known yet"
    qtbot.keyClick(dialog, Key.Key_Return)
    (experiment,) = window.session.experiments.all
    assert [
        configuration["prefetch.buffer_size"] for configuration in experiment.configurations
    ] == ["off", "autotune"]
    finish(qtbot, window)


def test_a_button_ticks_the_ways_to_use_more_cores(window: MainWindow, qtbot: QtBot) -> None:
    dialog = opened(window)
    qtbot.mouseClick(dialog.ways, CLICK)
    assert letters(dialog) == {"way:sequential": "A", "way:calls": "B", "way:service": "C"}


def test_a_py_dataset_is_ticked_with_them_where_python_augments(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.draft.set_value("map.implementation", "python")
    dialog = opened(window)
    qtbot.mouseClick(dialog.ways, CLICK)
    ways = ("sequential", "calls", "processes", "pydataset")
    assert letters(dialog) == {f"way:{way}": chr(65 + place) for place, way in enumerate(ways)}
    dialog.repeats.setValue(1)
    qtbot.keyClick(dialog, Key.Key_Return)
    finish(qtbot, window)
    (experiment,) = window.session.experiments.all
    assert experiment.workloads == ("augmented", "augmented", "augmented", "pydataset")
    page = window.pages.experiments.page.comparison
    heads = [row.head for row in page.model.rows]
    assert heads[0] == "way"
    assert heads[-3:] == ["order kept", "each example once", "helps Python"]
    assert "Left out: a tf.data service" in page.notes.text()
    window.launcher.duplicate(experiment)
    (again,) = (each for each in window.findChildren(CompareDialog) if each.isVisible())
    assert again.experiment().workloads == experiment.workloads


def test_escape_runs_nothing(qtbot: QtBot, window: MainWindow) -> None:
    dialog = opened(window)
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog, Key.Key_Escape)
    assert window.session.experiments.all == ()
    assert window.controller.activity is Activity.IDLE


def test_another_baseline_takes_the_letter_a_and_the_others_follow(
    qtbot: QtBot, window: MainWindow
) -> None:
    dialog = opened(window)
    rows = dialog.rows.rows
    rows["preset:naive"].ticked.setChecked(True)
    assert "A and B have the same settings" in dialog.amount.text()
    assert not dialog.start_button.isEnabled()
    rows["preset:naive"].ticked.setChecked(False)
    rows["preset:prefetch_only"].baseline.setChecked(True)
    assert letters(dialog) == {"preset:prefetch_only": "A", "preset:tuned": "B"}
    assert not rows["preset:prefetch_only"].ticked.isEnabled()
    assert rows["preset:tuned"].differs.text() == "map parallel calls=autotune"
    assert rows["draft"].differs.text() == "prefetch=off"
    qtbot.keyClick(dialog, Key.Key_Escape)


def test_a_comparison_with_itself_is_begun_where_it_is_asked_for(
    qtbot: QtBot, window: MainWindow
) -> None:
    dialog = opened(window)
    rows = dialog.rows.rows
    rows["preset:tuned"].ticked.setChecked(False)
    assert "Tick at least one" in dialog.amount.text()
    assert not dialog.start_button.isEnabled()
    qtbot.mouseClick(rows["again"].ticked, CLICK)
    assert dialog.start_button.isEnabled()
    qtbot.mouseClick(dialog.start_button, CLICK)
    (experiment,) = window.session.experiments.all
    one, other = experiment.configurations
    assert one == other
    finish(qtbot, window)


def test_repeats_early_and_name_are_kept_with_it(qtbot: QtBot, window: MainWindow) -> None:
    dialog = opened(window)
    dialog.repeats.setValue(2)
    assert "no verdict is possible" in dialog.notes.text()
    dialog.repeats.setValue(7)
    assert not dialog.notes.isVisible()
    assert "95 %" in dialog.schedule.text()
    dialog.early.setChecked(True)
    assert "Stopping early costs that" in dialog.schedule.text()
    assert dialog.amount.text().startswith("at most 14 runs")
    dialog.name.setFocus()
    qtbot.keyClicks(dialog.name, " is it  worth it? ")
    qtbot.keyClick(dialog.name, Key.Key_Return)
    (experiment,) = window.session.experiments.all
    assert (experiment.repeats, experiment.early) == (7, True)
    assert experiment.name == "is it worth it?"
    finish(qtbot, window)


def test_the_selected_runs_are_offered_and_one_of_another_workload_is_explained(
    qtbot: QtBot, window: MainWindow
) -> None:
    session = window.session
    runs = [play(session, Script(workload="augmented"), prefetch__buffer_size=n) for n in (1, 2)]
    other = play(session, Script(workload="in_memory"))
    window.app_state.select((*(run.id for run in runs), other.id))
    dialog = opened(window)
    assert letters(dialog) == {f"run:{runs[0].id}": "A", f"run:{runs[1].id}": "B"}
    row = dialog.rows.rows[f"run:{other.id}"]
    assert row.differs.text() == "another workload: in_memory"
    row.ticked.setChecked(True)
    assert "only configurations of one workload" in dialog.amount.text()
    qtbot.keyClick(dialog, Key.Key_Escape)


def test_a_run_under_way_goes_on_and_the_comparison_waits_behind_it(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    window = make_window(ScriptedFit(hold=True))
    window.launcher.start_run()
    qtbot.keyClick(opened(window), Key.Key_Return)
    assert len(window.session.queue) == 10
    assert "10 runs put into the queue" in window.statusBar().currentMessage()
    assert len(window.session.runs) == 1


def test_a_comparison_that_was_stopped_goes_on_where_it_was(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    fit = ScriptedFit(hold=True)
    window = make_window(fit)
    qtbot.keyClick(opened(window), Key.Key_Return)
    window.launcher.stop.trigger()
    finish(qtbot, window)
    assert len(fit.plans) == 1
    # The run that was stopped is in front again.
    assert len(window.session.queue) == 10
    fit.hold = False
    window.launcher.pause.trigger()
    finish(qtbot, window)
    (experiment,) = window.session.experiments.all
    assert window.session.experiments.missing(experiment) == ()
    assert len(window.session.runs) == 11


def test_of_own_code_a_is_told_as_the_file_is_written(window: MainWindow, tmp_path: Path) -> None:
    code = user_code(write(tmp_path))
    window.session.opened(code)
    window.draft.show_opened(code)
    dialog = opened(window)
    row = dialog.rows.rows["written"]
    assert (row.letter.text(), row.differs.text()) == (
        "A",
        "as the file is written, with fit device=emulated:20",
    )
    dialog.reject()
    window.draft.set_value("fit.device", "cpu")
    row = opened(window).rows.rows["written"]
    assert row.differs.text() == "as the file is written"
