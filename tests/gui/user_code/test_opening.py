"""A person's file is opened after a question, on a thread, and shown as a chain."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QMessageBox
from pytestqt.qtbot import QtBot

from core.folders import Folders
from core.model.errors import RunError
from core.model.plan import PROCESS
from core.model.to_open import ToOpen
from core.user_code.discovery import offers
from core.user_code.user_function import content_hash
from gui.comparison.compare_dialog import CompareDialog
from gui.comparison.sweep_dialog import SweepDialog
from gui.main_window import MainWindow
from gui.running.run_controller import Activity
from gui.user_code.open_dialog import OpenDialog
from tests.gui.conftest import MakeWindow
from tests.gui.drops import drop
from tests.gui.scripted import ScriptedFit
from tests.gui.user_code.user_code_builders import ScriptedOpen, change, opened, write


def question(window: MainWindow) -> QMessageBox | None:
    found = [one for one in window.findChildren(QMessageBox) if one.isVisible()]
    return found[0] if found else None


def agree(window: MainWindow) -> None:
    box = question(window)
    assert box is not None
    box.accept()


def open_file(qtbot: QtBot, window: MainWindow, file: Path, name: str = "make_dataset") -> None:
    window.own.opener.open(ToOpen(f"{file}:{name}"))
    if question(window) is not None:
        agree(window)
    qtbot.waitUntil(lambda: not window.own.opener.busy)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path)


def test_nothing_runs_before_it_is_agreed_to_and_nothing_at_all_where_it_is_not(
    make_window: MakeWindow, file: Path
) -> None:
    code = ScriptedOpen()
    window = make_window(open_code=code)
    window.own.open(f"{file}:make_dataset")
    box = question(window)
    assert box is not None
    assert "train.py" in box.text()
    assert str(file) in box.informativeText()
    box.reject()
    assert code.asked == []
    assert not window.own.opener.busy
    assert not window.session.trust.trusts(opened(file).opened.stamp, file)


def test_the_same_content_is_asked_about_once_and_another_content_again(
    qtbot: QtBot, make_window: MakeWindow, file: Path
) -> None:
    code = ScriptedOpen()
    window = make_window(open_code=code)
    open_file(qtbot, window, file)
    window.own.opener.open(ToOpen(f"{file}:make_dataset"))
    assert question(window) is None
    qtbot.waitUntil(lambda: not window.own.opener.busy)
    change(file)
    window.own.opener.open(ToOpen(f"{file}:make_dataset"))
    assert question(window) is not None
    assert len(code.asked) == 2


def test_what_was_opened_is_in_the_form_and_the_next_click_measures_it(
    qtbot: QtBot, make_window: MakeWindow, file: Path
) -> None:
    fit = ScriptedFit()
    window = make_window(fit, own=f"{file}:make_dataset", open_code=ScriptedOpen())
    qtbot.waitUntil(lambda: question(window) is not None)
    agree(window)
    qtbot.waitUntil(lambda: window.draft.workload.code is not None)
    assert list(window.pipeline.boxes)[:3] == ["list_files", "interleave", "tfrecord"]
    assert window.bar.workloads.currentText() == "train.py:make_dataset"
    assert window.focusWidget() is window.bar.run_button
    qtbot.mouseClick(window.bar.run_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.controller.activity is Activity.IDLE, timeout=30_000)
    assert [plan.workload for plan in fit.plans] == [window.draft.workload.id]
    assert window.session.runs[0].samples.steps > 0


def test_of_a_script_that_the_command_line_names_it_is_asked_what_and_with_which_arguments(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    script = tmp_path / "train.py"
    script.write_text("if __name__ == '__main__':\n    model.fit(data)\n")
    code = ScriptedOpen()
    window = make_window(ScriptedFit(), own=str(script), open_code=code)
    qtbot.waitUntil(lambda: bool(window.findChildren(OpenDialog)))
    dialog = window.findChildren(OpenDialog)[0]
    dialog.arguments.setText("--epochs 3")
    dialog.accept()
    agree(window)
    qtbot.waitUntil(lambda: code.asked == [ToOpen(str(script), ("--epochs", "3"))])
    qtbot.waitUntil(lambda: not window.own.opener.busy)


def test_the_state_is_shown_meanwhile_and_runs_wait(
    qtbot: QtBot, make_window: MakeWindow, file: Path
) -> None:
    code, fit = ScriptedOpen(hold=True), ScriptedFit()
    window = make_window(fit, open_code=code)
    window.own.opener.open(ToOpen(f"{file}:make_dataset"))
    agree(window)
    qtbot.waitUntil(lambda: "running its code" in window.status.text.text())
    assert "opening train.py:make_dataset" in window.status.text.text()
    window.launcher.start_run()
    assert fit.plans == []
    assert len(window.session.queue) == 1
    # A diagnosis would be that of the workload before.
    window.launcher.diagnose.trigger()
    assert len(window.session.queue) == 1
    assert "A file is being opened" in window.statusBar().currentMessage()
    code.release.set()
    qtbot.waitUntil(lambda: len(fit.plans) == 1)
    qtbot.waitUntil(lambda: window.controller.activity is Activity.IDLE, timeout=30_000)


def test_opening_waits_for_the_run_under_way(
    qtbot: QtBot, make_window: MakeWindow, file: Path
) -> None:
    code, fit = ScriptedOpen(), ScriptedFit(hold=True)
    window = make_window(fit, open_code=code)
    window.launcher.start_run()
    window.own.opener.open(ToOpen(f"{file}:make_dataset"))
    agree(window)
    assert "waiting for the run" in window.own.opener.state
    assert code.asked == []
    fit.release.set()
    qtbot.waitUntil(lambda: window.draft.workload.code is not None)
    assert len(code.asked) == 1


def test_escape_gives_it_up_and_code_that_loops_is_cut_off(
    qtbot: QtBot, make_window: MakeWindow, file: Path
) -> None:
    code = ScriptedOpen(hold=True)
    window = make_window(open_code=code)
    window.own.opener.open(ToOpen(f"{file}:make_dataset"))
    agree(window)
    qtbot.waitUntil(lambda: "running its code" in window.own.opener.state)
    window.launcher.ask_stop.trigger()
    # Nobody releases it: only being cut off ends it.
    qtbot.waitUntil(lambda: not window.own.opener.busy)
    assert window.draft.workload.id == "augmented"
    assert not window.controller.held
    assert "stopped" in window.statusBar().currentMessage()


def test_an_error_in_their_code_is_in_the_banner_with_their_traceback(
    qtbot: QtBot, make_window: MakeWindow, file: Path
) -> None:
    error = RunError(f"{file}, line 9: NameError", details="File train.py, line 9, in make_dataset")
    window = make_window(open_code=ScriptedOpen(error))
    open_file(qtbot, window, file)
    assert window.banner.isVisible()
    assert "line 9: NameError" in window.banner.text.text()
    assert window.banner.details.toPlainText() == error.details
    assert window.draft.workload.id == "augmented"
    assert window.own.opener.recent.all == ()


def test_a_file_that_is_not_there_is_said(make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(open_code=ScriptedOpen())
    window.own.open(f"{tmp_path / 'gone.py'}:make_dataset")
    assert question(window) is None
    assert "gone.py cannot be read" in window.banner.text.text()


def test_the_dialog_offers_what_is_in_the_file_and_scripts_with_their_arguments(
    qtbot: QtBot, make_window: MakeWindow, file: Path
) -> None:
    window = make_window(open_code=ScriptedOpen())
    dialog = window.own.opener.offer(file)
    assert isinstance(dialog, OpenDialog)
    labels = [dialog.choices.item(row).text() for row in range(dialog.choices.count())]
    assert labels[0].startswith("make_dataset   line 8")
    assert "training script" in labels[-1]
    assert dialog.arguments.isHidden()
    dialog.choices.setCurrentRow(len(labels) - 1)
    assert dialog.arguments.isVisible()
    assert not dialog.fit.isVisible()
    dialog.arguments.setText("--name 'a b")
    dialog.accept()
    assert dialog.problem.isVisible()
    dialog.arguments.setText("--name 'a b' 3")
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog.accept()
    assert chosen.args == [ToOpen(str(file), ("--name", "a b", "3"))]


def test_the_dialog_asks_which_fit_is_meant_where_there_are_several(
    qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "train.py"
    file.write_text(
        "import tensorflow as tf\ntrain_ds = tf.data.Dataset.range(3)\n"
        "model.fit(x, y)\nmodel.fit(train_ds)\nmodel.fit(train_ds)\n"
    )
    dialog = OpenDialog(offers(file))
    qtbot.addWidget(dialog)
    dialog.show()
    labels = [dialog.choices.item(row).text() for row in range(dialog.choices.count())]
    assert labels[0].startswith("As a training script")
    assert labels[1].startswith("train_ds   line 2   a dataset at the top of the file")
    assert dialog.fit.isVisible()
    assert "lines 3, 4, 5" in dialog.fit_lines.text()
    dialog.fit.setValue(2)
    with qtbot.waitSignal(dialog.chosen) as told:
        dialog.accept()
    assert told.args == [ToOpen(str(file), (), 2)]
    assert told.args[0].short == "train.py (fit 2)"


def test_a_python_file_that_is_dropped_is_offered_and_nothing_else(
    window: MainWindow, file: Path
) -> None:
    area = window.centralWidget()
    for name in ("notes.txt", "train.py"):
        drop(area, file.parent / name)
    (dialog,) = window.findChildren(OpenDialog)
    assert dialog.windowTitle() == "Open train.py"
    dialog.reject()


def test_files_are_remembered_and_opened_from_the_list_of_workloads(
    qtbot: QtBot, make_window: MakeWindow, file: Path
) -> None:
    first = make_window(open_code=ScriptedOpen())
    first.session.trust.agree(content_hash(file), file)
    open_file(qtbot, first, file)
    first.draft.set_value("batch.batch_size", 64)
    first.draft.set_workload("augmented")
    first.close()
    code = ScriptedOpen()
    window = make_window(open_code=code)
    box = window.bar.workloads
    assert box.itemText(0) == "train.py:make_dataset (open)"
    assert window.draft.workload.id in [box.itemData(row) for row in range(box.count())]
    box.activated.emit(0)
    # Agreed to at the first start.
    assert question(window) is None
    qtbot.waitUntil(lambda: window.draft.workload.code is not None)
    assert box.currentText() == "train.py:make_dataset"
    assert [box.itemText(row) for row in range(box.count())].count("train.py:make_dataset") == 1
    assert window.draft.settings["batch.batch_size"] == 64


def closed_with(qtbot: QtBot, make_window: MakeWindow, file: Path) -> None:
    """Leave a file open, with other settings than its own."""
    first = make_window(open_code=ScriptedOpen())
    open_file(qtbot, first, file)
    first.draft.set_values({"batch.batch_size": 64, "fit.device": "emulated:7"})
    first.close()


def test_a_file_that_was_open_is_opened_again_by_itself_with_its_settings(
    qtbot: QtBot, make_window: MakeWindow, file: Path
) -> None:
    closed_with(qtbot, make_window, file)
    code = ScriptedOpen()
    window = make_window(open_code=code)
    qtbot.waitUntil(lambda: window.draft.workload.code is not None)
    assert question(window) is None
    assert code.asked == [ToOpen(f"{file}:make_dataset")]
    assert window.draft.settings["batch.batch_size"] == 64
    assert window.draft.settings["fit.device"] == "emulated:7"
    assert not window.own.head.changed.isVisible()


def test_a_file_that_changed_since_is_offered_and_opened_by_one_click(
    qtbot: QtBot, make_window: MakeWindow, file: Path
) -> None:
    closed_with(qtbot, make_window, file)
    change(file)
    code = ScriptedOpen()
    window = make_window(open_code=code)
    assert not window.own.last.opens_by_itself
    assert window.own.head.changed.isVisible()
    assert window.own.head.changed_text.text() == "train.py:make_dataset was open."
    qtbot.mouseClick(window.own.head.again, Qt.MouseButton.LeftButton)
    agree(window)
    qtbot.waitUntil(lambda: window.draft.workload.code is not None)
    assert not window.own.head.changed.isVisible()


def test_a_file_is_not_tried_again_by_itself_where_that_failed_or_nobody_agreed(
    qtbot: QtBot, make_window: MakeWindow, file: Path, folders: Folders
) -> None:
    closed_with(qtbot, make_window, file)
    second = make_window(open_code=ScriptedOpen(RunError("no")))
    qtbot.waitUntil(second.banner.isVisible)
    assert second.own.head.changed.isVisible()
    assert second.own.last.wanted == ToOpen(f"{file}:make_dataset")
    second.close()
    third = make_window(open_code=ScriptedOpen())
    assert third.own.last.wanted == ToOpen(f"{file}:make_dataset")
    assert not third.own.last.opens_by_itself
    # Another workload was chosen instead.
    third.draft.set_workload("in_memory")
    assert not third.own.head.isVisible()
    open_file(qtbot, third, file)
    third.close()
    (folders.agreed / "trusted.json").unlink()
    assert not make_window(open_code=ScriptedOpen()).own.last.opens_by_itself


def test_a_file_that_changes_is_said_in_a_quiet_line_and_opened_again_by_its_button(
    qtbot: QtBot, make_window: MakeWindow, file: Path
) -> None:
    code = ScriptedOpen()
    window = make_window(open_code=code)
    open_file(qtbot, window, file)
    window.draft.set_value("batch.batch_size", 64)
    assert not window.own.head.changed.isVisible()
    change(file)
    qtbot.waitUntil(window.own.head.changed.isVisible)
    assert "train.py changed" in window.own.head.changed_text.text()
    assert len(code.asked) == 1
    code.gives = opened(file)
    qtbot.mouseClick(window.own.head.again, Qt.MouseButton.LeftButton)
    agree(window)
    qtbot.waitUntil(lambda: len(code.asked) == 2 and not window.own.opener.busy)
    assert not window.own.head.changed.isVisible()
    assert window.draft.settings["batch.batch_size"] == 64


def test_closing_while_a_file_is_opened_waits_for_the_thread(
    qtbot: QtBot, make_window: MakeWindow, file: Path
) -> None:
    window = make_window(open_code=ScriptedOpen(hold=True))
    window.own.opener.open(ToOpen(f"{file}:make_dataset"))
    agree(window)
    qtbot.waitUntil(lambda: window.own.opener.busy)
    with qtbot.waitSignal(window.closed):
        window.close()
    assert not window.own.opener.busy


@pytest.mark.parametrize("which", ["compare", "sweep"])
def test_every_run_of_a_comparison_or_sweep_says_how_the_file_is_opened(
    qtbot: QtBot, make_window: MakeWindow, file: Path, which: str
) -> None:
    fit = ScriptedFit()
    window = make_window(fit, open_code=ScriptedOpen())
    open_file(qtbot, window, file)
    getattr(window.launcher, which).trigger()
    (dialog,) = (one for one in window.findChildren(QDialog) if one.isVisible())
    assert isinstance(dialog, CompareDialog | SweepDialog)
    if isinstance(dialog, SweepDialog):
        dialog.knobs.choose({"map.num_parallel_calls": "2,4"})
    dialog.repeats.setValue(1)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.controller.activity is Activity.IDLE, timeout=30_000)
    (experiment,) = window.session.experiments.all
    assert len(fit.plans) == len(experiment.order)
    assert {plan.engine for plan in fit.plans} == {PROCESS}
    # A process that has nothing open finds file and function in the plan itself.
    assert {plan.code and plan.code.file for plan in fit.plans} == {str(file)}
