"""Heat map, parallel coordinates, memory and influence of a sweep, and what they select."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.analysis.sweeps.sweep import SweepResult
from core.analysis.sweeps.text import in_short
from core.model.experiment import Experiment, SweptKnob
from gui.by_setting.by_setting_model import View
from gui.by_setting.by_setting_panel import BySettingPanel
from gui.plotting.marks_view import MarksView
from gui.plotting.picture import save_png, save_svg
from gui.state.app_state import AppState
from tests.gui.builders import Script, play
from tests.gui.sweep_builders import CALLS, PREFETCH, a_sweep, record_sweep, record_turn

AXES = (SweptKnob(CALLS, ("off", 2)), SweptKnob(PREFETCH, ("off", 2)))


@pytest.fixture
def sweep(app_state: AppState) -> Experiment:
    return record_sweep(app_state.session, a_sweep(AXES))


@pytest.fixture
def show(app_state: AppState, qtbot: QtBot) -> Callable[..., BySettingPanel]:
    def make(view: View, experiment: Experiment | None = None) -> BySettingPanel:
        panel = BySettingPanel(app_state)
        panel.resize(1000, 450)
        qtbot.addWidget(panel)
        with qtbot.waitExposed(panel):
            panel.show()
        if experiment is not None:
            panel.show_experiment(experiment.id)
        panel.choose(view=view)
        return panel

    return make


def place(view: MarksView, x: float, y: float) -> QPoint:
    return view.mapFromScene(view.item.vb.mapViewToScene(QPointF(x, y)))


def selected(app_state: AppState) -> set[str]:
    return {run.id for run in app_state.selection}


# -- which runs -------------------------------------------------------------------------------


def test_a_sweep_is_shown_with_the_numbers_that_it_came_to(
    show: Callable[..., BySettingPanel], sweep: Experiment, app_state: AppState
) -> None:
    play(app_state.session, Script(workload="jpeg_tfrecord"))
    panel = show(View.TWO, sweep)
    result = app_state.session.experiments.result(sweep)
    assert isinstance(result, SweepResult)
    _, *rows = panel.picture.chart.chart.table
    ours = sorted(float(row[2]) for row in rows)
    theirs = sorted(point.throughput.value or 0.0 for point in result.points)
    assert ours == pytest.approx(theirs, rel=1e-5)


def test_a_sweep_under_way_grows_as_runs_end(
    show: Callable[..., BySettingPanel], app_state: AppState
) -> None:
    experiment = record_sweep(app_state.session, a_sweep(AXES), turns=2)
    panel = show(View.ALL, experiment)
    assert len(panel.picture.parallel.chart.lines) == 2
    assert "2 of 8 runs so far." in panel.picture.notes.toPlainText()
    rng = np.random.default_rng(1)
    record_turn(app_state.session, experiment, experiment.order[2], rng)
    assert len(panel.picture.parallel.chart.lines) == 3


def test_a_sweep_without_a_run_says_what_to_wait_for(
    show: Callable[..., BySettingPanel], app_state: AppState
) -> None:
    play(app_state.session, Script())
    experiment = app_state.session.experiments.add(a_sweep(AXES, name="mine"))
    panel = show(View.ONE, experiment)
    assert panel.empty.isVisible()
    assert panel.empty.text().startswith("No run of mine")
    assert panel.controls.scope_box.isVisible()


def test_experiments_are_offered_newest_first_and_deleted_ones_no_more(
    show: Callable[..., BySettingPanel], sweep: Experiment, app_state: AppState
) -> None:
    later = record_sweep(app_state.session, a_sweep(AXES, name="later"))
    panel = show(View.ONE, later)
    box = panel.controls.scope_box
    assert [box.itemData(index) for index in range(box.count())] == ["", later.id, sweep.id]
    app_state.session.experiments.change(later.id, deleted=True)
    assert box.currentData() == ""
    assert len([target for target in panel.picture.chart.targets if len(target.run_ids) == 1]) == 16


def test_asking_for_an_experiment_brings_it_to_the_front(
    show: Callable[..., BySettingPanel], sweep: Experiment, qtbot: QtBot
) -> None:
    panel = show(View.ONE)
    with qtbot.waitSignal(panel.asked_for):
        panel.show_experiment(sweep.id)
    assert panel.controls.scope_box.currentData() == sweep.id
    assert panel.picture.chart.chart.key_title


def test_hidden_runs_of_a_sweep_count_and_that_is_said(
    show: Callable[..., BySettingPanel], sweep: Experiment, app_state: AppState
) -> None:
    app_state.session.relabel(app_state.session.runs[0].id, hidden=True)
    panel = show(View.ALL, sweep)
    assert sum(len(line.target.run_ids) for line in panel.picture.parallel.chart.lines) == 8
    assert "1 hidden run of it counted, too." in panel.picture.notes.toPlainText()


# -- two knobs --------------------------------------------------------------------------------


def test_a_click_on_a_cell_selects_its_runs(
    show: Callable[..., BySettingPanel], sweep: Experiment, app_state: AppState, qtbot: QtBot
) -> None:
    view = show(View.TWO, sweep).picture.chart
    cell = view.targets[2]
    where = place(view, cell.x, cell.y)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert selected(app_state) == set(cell.run_ids)
    assert len(cell.run_ids) == 2


def test_arrow_keys_go_from_cell_to_cell(
    show: Callable[..., BySettingPanel], sweep: Experiment, app_state: AppState, qtbot: QtBot
) -> None:
    view = show(View.TWO, sweep).picture.chart
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert selected(app_state) == set(view.targets[0].run_ids)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    above = next(cell for cell in view.targets if (cell.x, cell.y) == (0, 1))
    assert selected(app_state) == set(above.run_ids)
    assert view.readout.isVisible()


def test_pointing_at_a_cell_says_value_interval_and_settings(
    show: Callable[..., BySettingPanel], sweep: Experiment, qtbot: QtBot
) -> None:
    view = show(View.TWO, sweep).picture.chart
    cell = view.targets[0]
    qtbot.mouseMove(view.viewport(), place(view, cell.x, cell.y))
    qtbot.waitUntil(view.readout.isVisible)
    text = view.readout.text().replace("&nbsp;", " ")
    for part in (
        "map parallel calls",
        "prefetch",
        "examples/s",
        "95 % interval",
        "2 runs",
        "emulated",
    ):
        assert part in text


def test_a_heat_map_of_one_knob_says_what_to_do(
    show: Callable[..., BySettingPanel], app_state: AppState
) -> None:
    for size in ("off", 2):
        play(app_state.session, Script(), prefetch__buffer_size=size)
    panel = show(View.TWO)
    assert panel.picture.shown is None
    assert "So far only prefetch does." in panel.picture.empty.text()


# -- all knobs --------------------------------------------------------------------------------


def test_dragging_along_an_axis_selects_the_runs_that_pass(
    show: Callable[..., BySettingPanel], sweep: Experiment, app_state: AppState, qtbot: QtBot
) -> None:
    panel = show(View.ALL, sweep)
    view = panel.picture.parallel
    assert view.chart.axes[0].key == CALLS
    drag(view, qtbot, 0, 0.7, 1.1)
    wanted = {run.id for run in app_state.session.runs if run.plan.settings[CALLS] == 2}
    assert selected(app_state) == wanted
    assert len(wanted) == 4
    drag(view, qtbot, 1, 0.7, 1.1)
    assert len(selected(app_state)) == 2
    assert panel.clear_action.isEnabled()
    panel.clear_action.trigger()
    assert selected(app_state) == set()
    assert not panel.clear_action.isEnabled()


def drag(view: MarksView, qtbot: QtBot, axis: int, begin: float, end: float) -> None:
    port = view.viewport()
    button = Qt.MouseButton.LeftButton
    qtbot.mousePress(port, button, pos=place(view, axis, begin))
    qtbot.mouseMove(port, place(view, axis, end))
    qtbot.mouseRelease(port, button, pos=place(view, axis, end))


def test_keys_brush_and_escape_clears(
    show: Callable[..., BySettingPanel], sweep: Experiment, app_state: AppState, qtbot: QtBot
) -> None:
    view = show(View.ALL, sweep).picture.parallel
    qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    off = {run.id for run in app_state.session.runs if run.plan.settings[PREFETCH] == "off"}
    assert selected(app_state) == off
    qtbot.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert len(selected(app_state)) == 8
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert selected(app_state) == set()
    assert view.brushes.on == {}


def test_a_run_that_is_selected_elsewhere_sets_its_line_off(
    show: Callable[..., BySettingPanel], sweep: Experiment, app_state: AppState
) -> None:
    view = show(View.ALL, sweep).picture.parallel
    first, second = view.chart.lines[1].target.run_ids
    app_state.select((first,))
    assert view.strong == (1,)
    app_state.select((first, second))
    assert view.strong == (1,)
    app_state.select(())
    assert view.strong == ()


def test_a_click_on_a_line_selects_its_repeats(
    show: Callable[..., BySettingPanel], sweep: Experiment, app_state: AppState, qtbot: QtBot
) -> None:
    view = show(View.ALL, sweep).picture.parallel
    best = len(view.chart.lines) - 1
    end = len(view.chart.axes) - 1
    where = place(view, end - 0.05, 0.95 + 0.05 * view.chart.lines[best].heights[-2])
    assert view.target_at(QPointF(view.mapToScene(where))) == best
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert selected(app_state) == set(view.chart.lines[best].target.run_ids)


# -- memory and influence ---------------------------------------------------------------------


def test_memory_marks_the_front_and_a_click_selects(
    show: Callable[..., BySettingPanel], sweep: Experiment, app_state: AppState, qtbot: QtBot
) -> None:
    view = show(View.MEMORY, sweep).picture.chart
    one = next(target for target in view.targets if dict(target.rows).get("on the front"))
    where = place(view, one.x, one.y)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert selected(app_state) == set(one.run_ids)


def test_influence_says_which_knob_mattered_and_leads_to_it(
    show: Callable[..., BySettingPanel], sweep: Experiment, app_state: AppState, qtbot: QtBot
) -> None:
    panel = show(View.INFLUENCE, sweep)
    result = app_state.session.experiments.result(sweep)
    assert isinstance(result, SweepResult)
    assert panel.picture.sentence.text() == in_short(result)
    view = panel.picture.chart
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert panel.controls.view is View.ONE
    assert panel.controls.knob_box.currentData() == result.influence[0].key


def test_influence_of_runs_that_are_no_grid_says_why_not(
    show: Callable[..., BySettingPanel], app_state: AppState
) -> None:
    play(app_state.session, Script())
    play(app_state.session, Script(), prefetch__buffer_size=2)
    play(app_state.session, Script(), batch__batch_size=64)
    panel = show(View.INFLUENCE)
    assert "no grid" in panel.picture.empty.text()


# -- all of them ------------------------------------------------------------------------------


@pytest.mark.parametrize("view", list(View))
def test_every_view_is_saved_as_picture_and_copied_as_numbers(
    show: Callable[..., BySettingPanel], sweep: Experiment, tmp_path: Path, view: View
) -> None:
    panel = show(view, sweep)
    save_png(panel.picture, tmp_path / "plot.png")
    save_svg(panel.picture, tmp_path / "plot.svg")
    assert (tmp_path / "plot.png").stat().st_size > 1000
    assert "<svg" in (tmp_path / "plot.svg").read_text(encoding="utf-8")
    panel.copy_numbers()
    head, *rows = QApplication.clipboard().text().splitlines()
    assert "examples/s" in head or "%" in head
    assert len(rows[0].split("\t")) == len(head.split("\t"))


@pytest.mark.parametrize("view", list(View))
def test_every_view_shows_every_metric_or_says_why_not(
    show: Callable[..., BySettingPanel], sweep: Experiment, view: View
) -> None:
    panel = show(view, sweep)
    box = panel.controls.metric_box
    for index in range(box.count()):
        box.setCurrentIndex(index)
        assert panel.picture.shown is not None or panel.picture.empty.text()


def test_with_nothing_selected_any_more_it_stays_with_what_it_shows(
    show: Callable[..., BySettingPanel], app_state: AppState
) -> None:
    first = play(app_state.session, Script(workload="npz_shards"))
    play(app_state.session, Script(workload="in_memory"))
    panel = show(View.ONE)
    app_state.select((first.id,))
    assert panel.controls.workload_box.currentData() == "npz_shards"
    app_state.select(())
    assert panel.controls.workload_box.currentData() == "npz_shards"


def test_the_lists_fit_a_small_window(
    show: Callable[..., BySettingPanel], sweep: Experiment, app_state: AppState
) -> None:
    play(app_state.session, Script())
    panel = show(View.ONE)
    assert panel.minimumSizeHint().width() <= 980
