"""Asking for a sweep, as a person does it in the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.model.experiment import SweptKnob
from core.model.turn import ExperimentKind
from gui.comparison.sweep_dialog import SweepDialog
from gui.main_window import MainWindow
from gui.running.run_controller import Activity
from tests.gui.builders import Script, play
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import ScriptedFit

Key, CLICK = Qt.Key, Qt.MouseButton.LeftButton
CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
PREFETCH, CALLS = "prefetch.buffer_size", "map.num_parallel_calls"


def opened(window: MainWindow) -> SweepDialog:
    window.launcher.sweep.trigger()
    (dialog,) = (one for one in window.findChildren(SweepDialog) if one.isVisible())
    return dialog


def finish(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.controller.activity is Activity.IDLE, timeout=30_000)


def test_a_sweep_from_the_keyboard_alone(qtbot: QtBot, make_window: MakeWindow) -> None:
    fit = ScriptedFit()
    window = make_window(fit)
    window.draft.set_value("batch.batch_size", 16)
    begun: list[str] = []
    window.experiment_begun.connect(begun.append)
    qtbot.keyClick(window, Key.Key_S, CONTROL_SHIFT)
    (dialog,) = window.findChildren(SweepDialog)
    qtbot.keyClicks(dialog.filter, "prefetch")
    qtbot.keyClick(dialog.filter, Key.Key_Return)
    values = dialog.knobs.rows[PREFETCH].values
    # What the knob suggests stands there, and typing replaces it.
    assert values.text() == "off,autotune,1,2,4,8"
    assert values.selectedText() == values.text()
    qtbot.keyClicks(values, "off,1..2")
    assert dialog.amount.text().startswith("3 configurations, 6 runs")
    qtbot.keyClick(values, Key.Key_Return)
    (experiment,) = window.session.experiments.all
    assert begun == [experiment.id]
    assert experiment.kind is ExperimentKind.SWEEP
    assert experiment.axes == (SweptKnob(PREFETCH, ("off", 1, 2)),)
    assert {configuration["batch.batch_size"] for configuration in experiment.configurations} == {
        16
    }
    finish(qtbot, window)
    assert len(fit.plans) == 6
    assert window.session.experiments.missing(experiment) == ()


def test_the_filter_finds_a_knob_by_what_it_does_and_keeps_those_that_are_varied(
    qtbot: QtBot, window: MainWindow
) -> None:
    dialog = opened(window)
    rows = dialog.knobs.rows
    assert not rows[CALLS].ticked.isHidden()
    rows["cache.where"].ticked.setChecked(True)
    qtbot.keyClicks(dialog.filter, "parallel")
    shown = {key for key, row in rows.items() if not row.ticked.isHidden()}
    assert {CALLS, "cache.where"} <= shown
    assert "shuffle.buffer_size" not in shown
    # Enter in the filter begins nothing.
    qtbot.keyClicks(dialog.filter, " nothing like it")
    qtbot.keyClick(dialog.filter, Key.Key_Return)
    assert dialog.isVisible()
    qtbot.keyClick(dialog, Key.Key_Escape)


def test_knobs_that_few_people_change_stand_at_the_end(window: MainWindow, qtbot: QtBot) -> None:
    dialog = opened(window)
    chain = window.draft.settings.chain
    advanced = [chain.knob(key).advanced for key in dialog.knobs.rows]
    assert advanced == sorted(advanced)
    assert set(dialog.knobs.rows) == set(chain.knobs)
    qtbot.keyClick(dialog, Key.Key_Escape)


def test_what_cannot_be_read_is_told_beside_the_field_as_one_types(
    qtbot: QtBot, window: MainWindow
) -> None:
    dialog = opened(window)
    row = dialog.knobs.rows[PREFETCH]
    row.ticked.setChecked(True)
    row.values.clear()
    qtbot.keyClicks(row.values, "2,x")
    assert "cannot be 'x'" in row.state.text()
    assert row.state.property("role") == "error"
    assert "prefetch: " in dialog.amount.text()
    qtbot.keyClick(row.values, Key.Key_Backspace)
    qtbot.keyClicks(row.values, "4")
    assert row.state.text() == "2 values"
    assert row.state.property("role") == "muted"
    assert dialog.start_button.isEnabled()
    qtbot.keyClick(dialog, Key.Key_Escape)


@pytest.mark.parametrize(("design", "count"), [("grid", 12), ("one-at-a-time", 6), ("random", 5)])
def test_the_design_decides_how_many_there_are(
    qtbot: QtBot, window: MainWindow, design: str, count: int
) -> None:
    dialog = opened(window)
    dialog.knobs.choose({PREFETCH: "off,1,2,4", CALLS: "off,2,4"})
    dialog.count.setValue(5)
    qtbot.mouseClick(dialog.designs[design], CLICK)
    assert dialog.count.isEnabled() == (design == "random")
    assert dialog.amount.text().startswith(f"{count} configurations, {2 * count} runs")
    dialog.repeats.setValue(1)
    assert "noise" in dialog.notes.text()
    dialog.name.setText("what helps")
    qtbot.mouseClick(dialog.start_button, CLICK)
    (experiment,) = window.session.experiments.all
    assert len(experiment.configurations) == count
    assert experiment.design.partition(":")[0] == design
    assert (experiment.repeats, experiment.name) == (1, "what helps")
    finish(qtbot, window)


def test_the_last_sweep_of_a_workload_is_there_the_next_time_after_a_restart_too(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    window = make_window()
    dialog = opened(window)
    dialog.knobs.choose({PREFETCH: "off,1..8*2"})
    dialog.designs["random"].setChecked(True)
    dialog.count.setValue(3)
    dialog.repeats.setValue(4)
    qtbot.mouseClick(dialog.start_button, CLICK)
    finish(qtbot, window)
    window.close()
    again = make_window()
    dialog = opened(again)
    assert dialog.knobs.texts == {PREFETCH: "off,1..8*2"}
    assert dialog.designs["random"].isChecked()
    assert (dialog.count.value(), dialog.repeats.value()) == (3, 4)
    qtbot.keyClick(dialog, Key.Key_Escape)
    again.draft.set_workload("in_memory")
    other = opened(again)
    assert other.knobs.texts == {}
    qtbot.keyClick(other, Key.Key_Escape)


def test_a_damaged_memory_of_the_last_sweep_counts_as_none(
    qtbot: QtBot, window: MainWindow
) -> None:
    dialog = opened(window)
    dialog.restore_state(
        {"knobs": {"no.such": "1", PREFETCH: 5}, "design": "latin", "repeats": "many"}
    )
    assert dialog.knobs.texts == {PREFETCH: "5"}
    assert dialog.designs["grid"].isChecked()
    dialog.restore_state({"knobs": [1, 2]})
    qtbot.keyClick(dialog, Key.Key_Escape)


def test_time_is_estimated_from_runs_before_and_the_first_few_are_shown(
    qtbot: QtBot, window: MainWindow
) -> None:
    play(window.session, Script(workload="augmented"), fit__device="emulated:20")
    dialog = opened(window)
    dialog.knobs.choose({PREFETCH: "off,2"})
    assert dialog.amount.text() == "2 configurations, 4 runs, about 50 s"
    assert "#2  prefetch=2 batches" in dialog.preview.text()
    qtbot.keyClick(dialog, Key.Key_Escape)


def test_a_folder_that_was_not_chosen_is_said_before_anything_fails(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.draft.set_workload("image_folder")
    dialog = opened(window)
    dialog.knobs.choose({PREFETCH: "off,2"})
    assert "2 of 2 configurations cannot be run" in dialog.notes.text()
    qtbot.keyClick(dialog, Key.Key_Escape)


def test_start_leads_to_the_first_values_that_cannot_be_read(
    qtbot: QtBot, window: MainWindow
) -> None:
    dialog = opened(window)
    dialog.knobs.choose({"fit.epochs": "2f", "batch.batch_size": "", "prefetch.buffer_size": "2"})
    dialog.name.setFocus()
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert window.session.experiments.all == ()
    first = dialog.knobs.rows["batch.batch_size"].values
    assert dialog.focusWidget() is first
    assert not first.visibleRegion().isEmpty()
    assert "batch: takes a whole number" in dialog.amount.text()
    dialog.reject()
