"""The Live page says what there is to see, of which runs, in which colours."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gui.live.live_panel import ALL_HIDDEN, NO_RUN_YET
from gui.plotting.canvas import Canvas
from gui.run_plots.shown_runs import MAX_RUNS, RECENT_RUNS
from gui.state.app_state import AppState
from gui.theme import DARK
from gui.widgets.empty_note import EmptyNote
from tests.gui.builders import Script, play
from tests.gui.live.live_builders import EMULATED, MakePanel
from tests.gui.run_builders import fail_run


def offered(note: EmptyNote) -> list[QPushButton]:
    return [button for button in note.findChildren(QPushButton) if button.isVisible()]


def test_without_runs_it_says_what_to_do(make_panel: MakePanel) -> None:
    panel = make_panel()
    assert panel.empty.isVisible()
    assert panel.empty.text() == NO_RUN_YET
    assert not panel.stack.isVisible()


def test_a_first_run_takes_the_place_of_the_message(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    panel = make_panel()
    with qtbot.waitSignal(panel.refreshed):
        play(app_state.session, Script(), **EMULATED)
    assert panel.stack.isVisible()
    assert not panel.empty.isVisible()


def test_when_all_runs_are_hidden_it_says_so_and_shows_them_again(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    panel = make_panel()
    assert [button.text() for button in offered(panel.empty)] == ["See an example"]
    run = play(app_state.session, Script())
    with qtbot.waitSignal(panel.refreshed):
        app_state.session.relabel(run.id, hidden=True)
    assert panel.empty.text() == ALL_HIDDEN
    (show,) = offered(panel.empty)
    with qtbot.waitSignal(panel.refreshed):
        show.click()
    assert panel.stack.isVisible()
    app_state.edits.undo_action.trigger()
    assert app_state.session.run(run.id).label.hidden


def test_headlines_speak_of_the_run_in_focus(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    slow = play(app_state.session, Script(input_s=0.06), **EMULATED)
    play(app_state.session, Script(input_s=0.0), **EMULATED)
    panel = make_panel()
    idle, throughput, loss = panel.stack.headlines[:3]
    before = throughput.value.text()
    with qtbot.waitSignal(panel.refreshed):
        app_state.select((slow.id,))
    assert throughput.value.text() != before
    assert idle.value.text().endswith(" %")
    assert idle.detail.text().startswith("steady part: waiting for input")
    assert idle.source.text() == "timed in the loop, emulated accelerator 20 ms"
    assert "waiting for input" in idle.accessibleName()
    assert loss.detail.text() == "mean of the last finished epoch"
    assert panel.tools.focus_label.text() == "headlines: run 1 (done)"


def test_smoothing_is_off_at_first_and_changes_lines_alone(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    run = play(app_state.session, Script(noise=0.3))
    panel = make_panel()

    def drawn() -> np.ndarray:
        return np.array(Canvas.of(panel.stack.views[1].item)._lines[run.id].yData)

    measured, detail = drawn(), panel.stack.headlines[1].detail.text()
    assert np.array_equal(measured, panel.stack.infos[1].curves[0].y)
    panel.tools.smoothing_box.setCurrentIndex(2)
    assert drawn().std() < 0.7 * measured.std()
    assert np.array_equal(measured, panel.stack.infos[1].curves[0].y)
    said = "lines smoothed over 15 points"
    assert panel.stack.headlines[1].detail.text() == f"{detail} · {said}"
    assert said not in panel.stack.headlines[0].detail.text()


def test_the_legend_unfolds_to_name_every_run(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    for number in range(8):
        run = play(app_state.session, Script())
        app_state.session.relabel(run.id, name=f"a longer name for run {number}")
    panel = make_panel()
    qtbot.waitUntil(lambda: len(panel._drawn) == 8)
    assert panel.legend._placed()[1] is not None
    folded = panel.legend.sizeHint().height()
    qtbot.keyClick(panel.legend, Qt.Key.Key_Return)
    assert panel.legend._placed()[1] is None
    assert panel.legend.sizeHint().height() > folded
    qtbot.mouseClick(panel.legend, Qt.MouseButton.LeftButton)
    assert panel.legend.sizeHint().height() == folded


def test_on_a_gpu_idle_is_not_measured(make_panel: MakePanel, app_state: AppState) -> None:
    play(app_state.session, Script(), fit__device="gpu:0")
    panel = make_panel()
    assert panel.stack.headlines[0].value.text() == "not measured"
    assert [entry.text for entry in panel.legend._entries] == ["waiting for input", "run 1"]


def test_the_legend_names_causes_and_runs(make_panel: MakePanel, app_state: AppState) -> None:
    for _ in range(7):
        play(app_state.session, Script(epochs=1, steps=20))
    panel = make_panel()
    name = panel.legend.accessibleName()
    assert "waiting for input, host, epoch turnaround, run 7, run 1" in name
    panel.grab()


def test_the_selected_the_newest_few_and_the_baseline_are_drawn_and_named(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    runs = [play(app_state.session, Script(epochs=1, steps=5)) for _ in range(MAX_RUNS + 6)]
    failed = [fail_run(app_state.session) for _ in range(3)]
    app_state.session.set_baseline(runs[0].id)
    app_state.select((runs[1].id,))
    panel = make_panel()

    def drawn() -> set[str]:
        return {curve.run_id for curve in panel.stack.infos[0].curves}

    newest = {run.id for run in runs[-RECENT_RUNS:]}
    assert drawn() == {runs[0].id, runs[1].id, *newest}
    others = MAX_RUNS + 6 + 3 - 2 - RECENT_RUNS
    assert f"{others} other runs not drawn: select to draw" in panel.legend.toolTip()
    app_state.select(tuple(run.id for run in runs))
    qtbot.waitUntil(lambda: len(drawn()) == MAX_RUNS)
    # What failed before its first step has no line and no name, not even in focus.
    app_state.select((failed[-1].id,))
    qtbot.waitUntil(lambda: drawn() == {runs[0].id, *newest})
    assert not any(run.name in panel.legend.accessibleName().split(", ") for run in failed)


def test_a_theme_is_taken_on(make_panel: MakePanel, app_state: AppState) -> None:
    run = play(app_state.session, Script())
    panel = make_panel()
    app_state.set_theme(DARK)
    line = Canvas.of(panel.stack.views[1].item)._lines[run.id]
    assert line.opts["pen"].color().name() == DARK.runs[0]


def test_the_panels_open_without_tensorflow() -> None:
    code = (
        "import sys, gui.live.live_panel, gui.by_setting.by_setting_panel;"
        "assert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_further_plots_are_shown_below_on_demand(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    play(app_state.session, Script())
    panel = make_panel()
    stack = panel.stack
    cpu = [plot.key for plot in stack.plots].index("cpu")
    assert [view.isVisible() for view in stack.views] == [at < 3 for at in range(len(stack.views))]
    assert stack.views[2].item.getAxis("bottom").label.isVisible()
    panel.more.switches["cpu"].trigger()
    assert stack.views[cpu].isVisible()
    assert stack.headlines[cpu].value.text() == "1.20 cores"
    assert stack.views[cpu].item.getAxis("bottom").label.isVisible()
    assert not stack.views[2].item.getAxis("bottom").label.isVisible()
    assert stack.views[cpu].item.vb.viewRange()[0] == pytest.approx(stack.x_range)
    panel.more.switches["cpu"].trigger()
    assert not stack.views[cpu].isVisible()
