"""The plots of the tab Side by side: of exactly the runs in its columns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.metrics.x_axis import XAxis
from core.model.events import EpochBegan, RunEnded, RunPrepared, StepsTaken
from core.model.run import Failure, Prepared, Run, RunState
from core.session import Session
from gui.plotting.canvas import Canvas
from gui.run_plots.shown_runs import MAX_RUNS
from gui.side_by_side.side_by_side_panel import SideBySidePanel
from gui.side_by_side.side_plots import SidePlots
from gui.state.app_state import AppState
from gui.theme import DARK
from tests.gui.builders import Script, begin, play
from tests.gui.file_dialogs import asked, choose

EMULATED = {"fit__device": "emulated:20"}


@pytest.fixture
def panel(app_state: AppState, qtbot: QtBot) -> SideBySidePanel:
    made = SideBySidePanel(app_state)
    made.resize(980, 513)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.show_plots(True)
    return made


@pytest.fixture
def plots(panel: SideBySidePanel) -> SidePlots:
    return panel.plots


def select(app_state: AppState, plots: SidePlots, qtbot: QtBot, *runs: Run) -> None:
    ids = tuple(run.id for run in runs)
    with qtbot.waitSignal(plots.refreshed):
        app_state.select(ids)


def drawn(plots: SidePlots, index: int = 0) -> list[str]:
    return [curve.run_id for curve in plots.stack.infos[index].curves]


def legend(plots: SidePlots) -> list[str]:
    return [entry.text + entry.added for entry in plots.legend.entries]


def _fail(session: Session) -> Run:
    begin(session, Script())
    assert session.recording is not None
    run_id = session.recording.run().id
    session.handle(RunEnded(RunState.FAILED, Failure("The disk is full")))
    return session.run(run_id)


def _begin_live(app_state: AppState) -> Run:
    begin(app_state.session, Script(), **{"fit.device": "emulated:20"})
    recording = app_state.session.recording
    assert recording is not None
    recording.handle(RunPrepared(Prepared(1, 1000, 10, 0, ("emulated accelerator 20 ms",))))
    recording.handle(EpochBegan(0))
    _advance(app_state, 100)
    return recording.run()


def _advance(app_state: AppState, steps: int) -> None:
    recording = app_state.session.recording
    assert recording is not None
    asked = 0.05 * (recording.steps + np.arange(steps))
    times = np.stack([asked, asked + 0.03, asked + 0.05], axis=1)
    recording.handle(StepsTaken(times, np.full(steps, 32, np.int64), 1.0))
    app_state.run_advanced.emit()


def test_exactly_the_runs_in_the_columns_are_drawn_hidden_or_not(
    plots: SidePlots, app_state: AppState, qtbot: QtBot
) -> None:
    one, _, three = (play(app_state.session, Script(), **EMULATED) for _ in range(3))
    app_state.session.relabel(three.id, hidden=True)
    select(app_state, plots, qtbot, one, three)
    for index in range(3):
        assert drawn(plots, index) == [one.id, three.id]


def test_the_pinned_baseline_is_drawn_as_it_is_a_column(
    plots: SidePlots, app_state: AppState, qtbot: QtBot
) -> None:
    one, two = (play(app_state.session, Script(), **EMULATED) for _ in range(2))
    app_state.session.set_baseline(one.id)
    select(app_state, plots, qtbot, two)
    assert drawn(plots) == [one.id, two.id]


def test_the_areas_and_headlines_are_those_of_the_run_in_the_list(
    plots: SidePlots, app_state: AppState, qtbot: QtBot
) -> None:
    slow = play(app_state.session, Script(input_s=0.06), **EMULATED)
    quick = play(app_state.session, Script(input_s=0.0), **EMULATED)
    select(app_state, plots, qtbot, slow, quick)
    assert plots.focus_box.currentText() == "run 2 (done)"
    idle = plots.stack.headlines[0]
    before = idle.value.text()
    plots.focus_box.setFocus()
    qtbot.keyClick(plots.focus_box, Qt.Key.Key_Up)
    assert plots.focus_box.currentText() == "run 1 (done)"
    assert idle.value.text() != before
    focus = plots.stack.infos[0].focus
    assert focus is not None
    assert focus.run_id == slow.id
    # The other run keeps its line.
    assert drawn(plots) == [slow.id, quick.id]
    assert "waiting for input" in legend(plots)
    assert {"run 1", "run 2"} <= set(legend(plots))
    # Chosen here, it stays when the rest of the window looks elsewhere.
    third = play(app_state.session, Script(), **EMULATED)
    select(app_state, plots, qtbot, slow, quick, third)
    assert plots.focus_box.currentData() == slow.id


def test_a_run_without_a_step_is_named_and_never_in_focus_by_itself(
    plots: SidePlots, app_state: AppState, qtbot: QtBot
) -> None:
    fine = play(app_state.session, Script(), **EMULATED)
    failed = _fail(app_state.session)
    select(app_state, plots, qtbot, fine, failed)
    assert plots.focus_box.currentData() == fine.id
    assert "no step: run 2" in plots.legend.note
    assert "run 2" not in legend(plots)
    assert drawn(plots) == [fine.id]


def test_what_was_emulated_is_said_once_for_all_or_beside_each_name(
    plots: SidePlots, app_state: AppState, qtbot: QtBot
) -> None:
    one, two = (play(app_state.session, Script(), **EMULATED) for _ in range(2))
    on_cpu = play(app_state.session, Script(), fit__device="cpu")
    select(app_state, plots, qtbot, one, two)
    assert plots.legend.note == "all: emulated accelerator 20 ms"
    assert "run 1" in legend(plots)
    select(app_state, plots, qtbot, one, on_cpu)
    assert plots.legend.note == ""
    assert {"run 1 · emulated", "run 3"} <= set(legend(plots))


def test_where_the_training_differs_it_is_said_right_at_the_loss(
    plots: SidePlots, app_state: AppState, qtbot: QtBot
) -> None:
    one = play(app_state.session, Script())
    same = play(app_state.session, Script(values={"prefetch.buffer_size": 2}))
    other = play(app_state.session, Script(values={"batch.batch_size": 64}))
    select(app_state, plots, qtbot, one, same)
    loss = plots.stack.notes[2]
    assert not loss.isVisible()
    select(app_state, plots, qtbot, one, other)
    assert loss.isVisible()
    assert "run 3 against run 1: another batch size" in loss.text()
    assert loss.toolTip() == loss.text()
    assert not plots.stack.notes[0].isVisible()
    select(app_state, plots, qtbot, one, same)
    assert not loss.isVisible()


@pytest.mark.parametrize(
    ("x_axis", "end"), [(XAxis.STEP, 200), (XAxis.EPOCH, 2), (XAxis.SECONDS, None)]
)
def test_runs_share_an_axis_of_steps_seconds_or_epochs(
    plots: SidePlots, app_state: AppState, qtbot: QtBot, x_axis: XAxis, end: float | None
) -> None:
    short = play(app_state.session, Script(steps=50), **EMULATED)
    long = play(app_state.session, Script(), **EMULATED)
    select(app_state, plots, qtbot, short, long)
    plots.set_x_axis(x_axis)
    wanted = long.samples.done_s[-1] if end is None else end
    assert plots.stack.x_range == pytest.approx((0, wanted))


def test_the_crosshair_reads_every_run(plots: SidePlots, app_state: AppState, qtbot: QtBot) -> None:
    runs = [play(app_state.session, Script(), **EMULATED) for _ in range(3)]
    select(app_state, plots, qtbot, *runs)
    qtbot.keyClick(plots.stack.views[1], Qt.Key.Key_Right)
    text = plots.stack.crosshair.readout.text().replace("&nbsp;", " ")
    assert all(run.name in text for run in runs)


def test_a_run_under_way_is_followed_where_it_has_a_column(
    plots: SidePlots, app_state: AppState, qtbot: QtBot
) -> None:
    done = play(app_state.session, Script(steps=20), **EMULATED)
    live = _begin_live(app_state)
    select(app_state, plots, qtbot, done, live)
    assert plots.focus_box.currentData() == live.id
    with qtbot.waitSignal(plots.refreshed):
        _advance(app_state, 50)
    assert plots.stack.edge == 150


def test_a_run_under_way_that_has_no_column_draws_nothing(
    plots: SidePlots, app_state: AppState, qtbot: QtBot
) -> None:
    runs = [play(app_state.session, Script(steps=20), **EMULATED) for _ in range(2)]
    select(app_state, plots, qtbot, *runs)
    _begin_live(app_state)
    QApplication.processEvents()
    with qtbot.assertNotEmitted(plots.refreshed):
        _advance(app_state, 50)
        QApplication.processEvents()


def test_plots_that_are_not_seen_draw_nothing(
    panel: SideBySidePanel, plots: SidePlots, app_state: AppState, qtbot: QtBot
) -> None:
    done = play(app_state.session, Script(steps=20), **EMULATED)
    live = _begin_live(app_state)
    select(app_state, plots, qtbot, done, live)
    panel.show_plots(False)
    with qtbot.assertNotEmitted(plots.refreshed):
        _advance(app_state, 50)
        QApplication.processEvents()
    with qtbot.waitSignal(plots.refreshed):
        panel.show_plots(True)
    assert plots.stack.edge == 150


def test_the_table_is_filled_in_when_it_is_turned_to(
    panel: SideBySidePanel, plots: SidePlots, app_state: AppState, qtbot: QtBot
) -> None:
    runs = [play(app_state.session, Script(steps=20), **EMULATED) for _ in range(2)]
    select(app_state, plots, qtbot, *runs)
    assert panel.model.columnCount() == 0
    panel.view_action.trigger()
    assert panel.table.isVisible()
    assert panel.model.columnCount() == 2


def test_copying_as_text_is_whole_while_the_plots_are_seen(
    panel: SideBySidePanel, plots: SidePlots, app_state: AppState, qtbot: QtBot
) -> None:
    runs = [play(app_state.session, Script(steps=20), **EMULATED) for _ in range(2)]
    select(app_state, plots, qtbot, *runs)
    panel.copy_action.trigger()
    text = QGuiApplication.clipboard().text()
    assert "throughput (examples/s)" in text
    assert "One run each proves little" in text


def test_a_key_turns_from_the_table_to_the_plots_and_back(
    panel: SideBySidePanel, plots: SidePlots, app_state: AppState, qtbot: QtBot
) -> None:
    runs = [play(app_state.session, Script(steps=20), **EMULATED) for _ in range(2)]
    select(app_state, plots, qtbot, *runs)
    with qtbot.waitActive(panel):
        panel.activateWindow()
    qtbot.keyClick(panel, Qt.Key.Key_V)
    assert panel.table.isVisible()
    qtbot.keyClick(panel, Qt.Key.Key_V)
    assert plots.isVisible()


def test_of_very_many_runs_as_many_are_drawn_as_can_be_told_apart(
    plots: SidePlots, app_state: AppState, qtbot: QtBot
) -> None:
    runs = [play(app_state.session, Script(epochs=1, steps=5)) for _ in range(MAX_RUNS + 3)]
    select(app_state, plots, qtbot, *runs)
    assert len(drawn(plots)) == MAX_RUNS
    assert "not drawn: 3 more" in plots.legend.note


def test_a_theme_is_taken_on(plots: SidePlots, app_state: AppState, qtbot: QtBot) -> None:
    runs = [play(app_state.session, Script()) for _ in range(2)]
    select(app_state, plots, qtbot, *runs)
    app_state.set_theme(DARK)
    line = Canvas.of(plots.stack.views[1].item)._lines[runs[0].id]
    assert line.opts["pen"].color().name() == DARK.runs[0]


def test_names_take_a_second_line_before_any_is_left_out(
    plots: SidePlots, app_state: AppState, qtbot: QtBot
) -> None:
    runs = [play(app_state.session, Script(epochs=1, steps=20)) for _ in range(7)]
    for run in runs:
        app_state.session.relabel(run.id, name=f"a name that says all about it {run.number}")
    select(app_state, plots, qtbot, *runs[:2])
    one_line = plots.legend.height()
    select(app_state, plots, qtbot, *runs)
    qtbot.waitUntil(lambda: plots.legend.height() == 2 * one_line)


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize(("index", "ending"), [(1, "png"), (2, "svg")])
def test_a_picture_of_one_plot_or_of_all_says_whose_lines_and_numbers_it_shows(
    plots: SidePlots,
    app_state: AppState,
    qtbot: QtBot,
    tmp_path: Path,
    alone: bool,
    index: int,
    ending: str,
) -> None:
    one = play(app_state.session, Script(), **EMULATED)
    other = play(app_state.session, Script(values={"batch.batch_size": 64}), **EMULATED)
    select(app_state, plots, qtbot, one, other)
    menu = plots.menu(plots.plots[2])
    if alone:
        menu = next(a.menu() for a in menu.actions() if a.text() == "This plot alone")
    with qtbot.waitSignal(app_state.message):
        menu.actions()[index].trigger()
        (suggested,) = asked().selectedFiles()
        choose(tmp_path / "picture")
    saved = (tmp_path / f"picture.{ending}").read_bytes()
    assert Path(suggested).name == f"side-by-side{'-loss' if alone else ''}.{ending}"
    if ending == "png":
        assert saved.startswith(b"\x89PNG")
        return
    text = saved.decode()
    assert "headlines and areas: run 2 (done), emulated accelerator 20 ms" in text
    assert "Loss curves do not compare one to one" in text
    assert ("device idle" in text) is not alone
