"""Plots are read at the crosshair, steps are selected and looked at closer, by mouse and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.metrics.x_axis import XAxis
from gui.state.app_state import AppState
from tests.gui.builders import Script, play
from tests.gui.live.live_builders import MakePanel, drag, wheel


def test_dragging_selects_whole_steps_and_says_what_each_run_did_in_them_until_esc(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    runs = [play(app_state.session, Script(input_s=wait_s)) for wait_s in (0.03, 0.0)]
    panel = make_panel()
    view = panel.stack.views[1]
    drag(qtbot, view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    assert panel.follow.on
    selected = app_state.selected_range
    assert selected is not None
    low, high = selected.x_range.low, selected.x_range.high
    assert low == int(low) < high == int(high)
    title, figures = panel.stack.figures
    assert title == f"steps {low + 1:.0f} to {high:.0f}: mean · p50 · p95"
    assert list(figures) == ["device_idle", "throughput", "loss"]
    shown = [entry.text for entry in figures["throughput"]]
    assert shown == [
        f"{run.name}  {selected.figure(run, 'throughput').numbers()}" for run in reversed(runs)
    ]
    shades = panel.stack.selection.shades
    assert all(shade.region.getRegion() == (low, high) for shade in shades)
    panel.set_x_axis(XAxis.SECONDS)
    assert not any(shade.shown for shade in shades)
    assert panel.stack.figures[0] == title
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert app_state.selected_range is None
    assert panel.stack.figures == ("", {})


def test_keys_alone_select_zoom_move_keep_and_copy(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    play(app_state.session, Script())
    panel = make_panel()
    view, key, shift = panel.stack.views[0], Qt.Key, Qt.KeyboardModifier.ShiftModifier
    crosshair = panel.stack.crosshair
    for _ in range(2):
        qtbot.keyClick(view, key.Key_Right)
    assert crosshair.at == 102
    for _ in range(3):
        qtbot.keyClick(view, key.Key_Right, shift)
    assert app_state.selected_range is not None
    assert app_state.selected_range.words == "steps 103 to 108"
    qtbot.keyClick(view, key.Key_W)
    assert panel.stack.x_range == pytest.approx((108 - 0.8 * 108, 108 + 0.8 * 92))
    qtbot.keyClick(view, key.Key_D)
    assert panel.stack.x_range[0] == pytest.approx(108 - 0.8 * 108 + 16)
    assert not panel.follow.on
    qtbot.keyClick(view, key.Key_Return)
    assert crosshair.kept
    view.left.emit()
    assert crosshair.readout.isVisible()
    qtbot.keyClick(view, key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied[0].startswith("step 109 · ")
    assert copied[2].startswith("run 1\t")
    qtbot.keyClick(view, key.Key_Escape)
    assert not crosshair.readout.isVisible()
    assert app_state.selected_range is not None
    qtbot.keyClick(view, key.Key_Escape)
    assert app_state.selected_range is None


def test_a_click_keeps_the_readout_of_the_five_nearest_runs_and_a_double_click_fits(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    for number in range(7):
        play(app_state.session, Script(input_s=0.01 * number))
    panel = make_panel()
    view = panel.stack.views[1]
    panel.stack.set_x_range(20, 60)
    box = view.item.vb
    top = box.mapSceneToView(box.sceneBoundingRect().topLeft()).y()
    box.clicked.emit(40.4, top)
    crosshair = panel.stack.crosshair
    assert crosshair.kept
    lines = crosshair.text().splitlines()
    assert [line.split("\t")[0] for line in lines[2:7]] == [f"run {n}" for n in range(1, 6)]
    assert lines[0].startswith("step 41 ")
    assert lines[-1] == "and 2 more"
    box.double_clicked.emit()
    assert not crosshair.kept
    assert panel.stack.x_range == pytest.approx((0, 200))


def test_the_crosshair_reads_every_run_with_its_unit(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    play(app_state.session, Script())
    play(app_state.session, Script())
    panel = make_panel()
    view = panel.stack.views[0]
    readout = panel.stack.crosshair.readout
    qtbot.mouseMove(view.viewport(), view.viewport().rect().center())
    qtbot.waitUntil(readout.isVisible)
    text = readout.text().replace("&nbsp;", " ")
    assert "step " in text
    assert "run 1" in text
    assert "run 2" in text
    assert " examples/s" in text
    assert " %" in text
    assert all(line.isVisible() for line in panel.stack.crosshair.lines)


def test_arrow_keys_move_the_crosshair(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    play(app_state.session, Script())
    panel = make_panel()
    qtbot.keyClick(panel.stack.views[0], Qt.Key.Key_Right)
    first = panel.stack.crosshair.readout.text()
    for _ in range(5):
        qtbot.keyClick(panel.stack.views[0], Qt.Key.Key_Right)
    assert panel.stack.crosshair.readout.text() != first
    panel.stack.hide_cursor()
    assert not panel.stack.crosshair.readout.isVisible()


def test_coming_closer_shows_more_of_that_part_and_going_back_less(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    play(app_state.session, Script(steps=2000, epochs=1, noise=0.3))
    panel = make_panel()
    stack = panel.stack
    panel.set_follow(False)
    low, high = 900.0, 960.0

    def inside() -> int:
        line = stack.infos[1].focus
        assert line is not None
        return int(((line.x >= low) & (line.x <= high)).sum())

    before = inside()
    stack.set_x_range(low, high)
    # Single steps: each bin has two points.
    qtbot.waitUntil(lambda: inside() >= 2 * (high - low))
    panel.fit_view()
    qtbot.waitUntil(lambda: inside() == before)


def test_the_plots_share_one_x_axis(
    make_panel: MakePanel, app_state: AppState, qapp: QApplication
) -> None:
    play(app_state.session, Script())
    panel = make_panel()
    wheel(panel.stack.views[1], qapp)
    ranges = [view.item.vb.viewRange()[0] for view in panel.stack.views]
    assert ranges[0] == pytest.approx(ranges[1])
    assert ranges[0] == pytest.approx(ranges[2])


@pytest.mark.parametrize(("x_axis", "end"), [(XAxis.STEP, 200), (XAxis.EPOCH, 2)])
def test_the_x_axis_can_be_chosen(
    make_panel: MakePanel, app_state: AppState, x_axis: XAxis, end: float
) -> None:
    play(app_state.session, Script())
    panel = make_panel()
    panel.set_x_axis(XAxis.SECONDS)
    assert panel.stack.x_range[1] == pytest.approx(app_state.session.runs[0].samples.done_s[-1])
    panel.set_x_axis(x_axis)
    assert panel.x_axis is x_axis
    assert panel.stack.x_range == pytest.approx((0, end))
