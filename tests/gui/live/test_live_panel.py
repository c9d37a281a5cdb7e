from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from core.folders import Folders
from core.metrics.x_axis import XAxis
from core.model.events import EpochBegan, RunPrepared, StepsTaken
from core.model.run import Prepared
from core.session import Session
from gui.live.live_panel import ALL_HIDDEN, NO_RUN_YET, LivePanel
from gui.plotting.canvas import Canvas
from gui.plotting.plot_view import PlotView
from gui.run_plots.shown_runs import MAX_RUNS, RECENT_RUNS
from gui.state.app_state import AppState
from gui.theme import DARK, LIGHT, apply_theme
from tests.gui.builders import Script, begin, play
from tests.gui.run_builders import fail_run

EMULATED = {"fit__device": "emulated:20"}

MakePanel = Callable[[], LivePanel]


@pytest.fixture
def app_state(tmp_path: Path, qapp: QApplication) -> Iterator[AppState]:
    apply_theme(qapp, LIGHT)
    app_state = AppState(Session(Folders.under(tmp_path), record=False), LIGHT)
    yield app_state
    app_state.close()


@pytest.fixture
def make_panel(app_state: AppState, qtbot: QtBot) -> MakePanel:
    def make() -> LivePanel:
        panel = LivePanel(app_state, QAction("Trace the next steps"))
        panel.resize(1040, 620)
        qtbot.addWidget(panel)
        with qtbot.waitExposed(panel):
            panel.show()
        return panel

    return make


def _advance(app_state: AppState, steps: int) -> None:
    """Add steps to the run under way, as the feed does."""
    recording = app_state.session.recording
    assert recording is not None
    asked = 0.05 * (recording.steps + np.arange(steps))
    times = np.stack([asked, asked + 0.03, asked + 0.05], axis=1)
    recording.handle(StepsTaken(times, np.full(steps, 32, np.int64), 1.0))
    app_state.run_advanced.emit()


def _begin_live(app_state: AppState, steps: int = 100) -> None:
    begin(app_state.session, Script(), **{"fit.device": "emulated:20"})
    recording = app_state.session.recording
    assert recording is not None
    recording.handle(RunPrepared(Prepared(1, 1000, 10, 0, ("emulated accelerator 20 ms",))))
    recording.handle(EpochBegan(0))
    _advance(app_state, steps)


def _wheel(view: PlotView, qapp: QApplication) -> None:
    middle = QPointF(view.viewport().rect().center())
    event = QWheelEvent(
        middle,
        view.viewport().mapToGlobal(middle),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    qapp.sendEvent(view.viewport(), event)


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


def test_when_all_runs_are_hidden_it_says_so(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    run = play(app_state.session, Script())
    panel = make_panel()
    with qtbot.waitSignal(panel.refreshed):
        app_state.session.relabel(run.id, hidden=True)
    assert panel.empty.text() == ALL_HIDDEN


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


def test_new_steps_are_shown(make_panel: MakePanel, app_state: AppState, qtbot: QtBot) -> None:
    _begin_live(app_state)
    panel = make_panel()
    assert panel.stack.headlines[0].detail.text().startswith("now: ")
    with qtbot.waitSignal(panel.refreshed):
        _advance(app_state, 50)
    assert panel.stack.edge == 150


class Paints(QObject):
    """Counts how often each view is painted."""

    def __init__(self, panel: LivePanel) -> None:
        super().__init__(panel)
        seen = (view.viewport() for view in panel.stack.views if view.isVisible())
        self.of = dict.fromkeys(seen, 0)
        for viewport in self.of:
            viewport.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and isinstance(watched, QWidget):
            self.of[watched] += 1
        return False


def test_each_plot_is_painted_once_for_new_steps(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    _begin_live(app_state)
    panel = make_panel()
    # Once before, so that what only the first steps change (the width of labels) is over.
    with qtbot.waitSignal(panel.refreshed):
        _advance(app_state, 50)
    QApplication.processEvents()
    paints = Paints(panel)
    with qtbot.waitSignal(panel.refreshed):
        _advance(app_state, 50)
    qtbot.waitUntil(lambda: all(paints.of.values()))
    QApplication.processEvents()
    assert list(paints.of.values()) == [1, 1, 1]


def test_what_is_not_seen_is_not_refreshed_until_it_is(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    _begin_live(app_state)
    panel = make_panel()
    panel.hide()
    with qtbot.assertNotEmitted(panel.refreshed):
        _advance(app_state, 50)
        panel.refresh()
    assert panel.stack.edge == 100
    panel.show()
    assert panel.stack.edge == 150


def test_it_follows_until_the_wheel_is_turned_and_then_stays_put(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot, qapp: QApplication
) -> None:
    _begin_live(app_state)
    panel = make_panel()
    assert panel.stack.x_range == pytest.approx((0, 100))
    with qtbot.waitSignal(panel.follow_changed):
        _wheel(panel.stack.views[1], qapp)
    assert not panel.follow.on
    assert not panel.tools.follow_button.isChecked()
    seen = panel.stack.x_range
    assert seen[1] - seen[0] < 100
    with qtbot.waitSignal(panel.refreshed):
        _advance(app_state, 200)
    assert panel.stack.x_range == seen


def _drag(
    qtbot: QtBot, view: PlotView, button: Qt.MouseButton, modifier: Qt.KeyboardModifier
) -> None:
    viewport = view.viewport()
    start = viewport.rect().center()
    qtbot.mousePress(viewport, button, modifier, start)
    for step in range(1, 6):
        qtbot.mouseMove(viewport, start + QPoint(20 * step, 0))
    qtbot.mouseRelease(viewport, button, modifier, start + QPoint(100, 0))


@pytest.mark.parametrize(
    ("button", "modifier"),
    [
        (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier),
        (Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier),
    ],
)
def test_moving_a_plot_with_the_mouse_turns_following_off(
    make_panel: MakePanel,
    app_state: AppState,
    qtbot: QtBot,
    button: Qt.MouseButton,
    modifier: Qt.KeyboardModifier,
) -> None:
    _begin_live(app_state)
    panel = make_panel()
    _drag(qtbot, panel.stack.views[0], button, modifier)
    assert not panel.follow.on
    assert app_state.selected_range is None


def test_dragging_selects_whole_steps_and_says_what_each_run_did_in_them_until_esc(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    runs = [play(app_state.session, Script(input_s=wait_s)) for wait_s in (0.03, 0.0)]
    panel = make_panel()
    view = panel.stack.views[1]
    _drag(qtbot, view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
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


def test_following_again_shows_the_newest_steps_as_closely_as_before(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot, qapp: QApplication
) -> None:
    _begin_live(app_state, 400)
    panel = make_panel()
    _wheel(panel.stack.views[0], qapp)
    with qtbot.waitSignal(panel.refreshed):
        _advance(app_state, 600)
    width = np.diff(panel.stack.x_range)
    panel.toggle_follow()
    low, high = panel.stack.x_range
    assert panel.tools.follow_button.isChecked()
    assert low < 1000 <= high
    assert high - low == pytest.approx(width)
    with qtbot.waitSignal(panel.refreshed):
        _advance(app_state, 100)
    low, high = panel.stack.x_range
    assert low < 1100 <= high


def test_fit_shows_all_and_leaves_following_as_it_was(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot, qapp: QApplication
) -> None:
    _begin_live(app_state, 400)
    panel = make_panel()
    _wheel(panel.stack.views[2], qapp)
    qtbot.mouseClick(panel.tools.fit_button, Qt.MouseButton.LeftButton)
    assert panel.stack.x_range == pytest.approx((0, 400))
    assert not panel.follow.on


def test_the_plots_share_one_x_axis(
    make_panel: MakePanel, app_state: AppState, qapp: QApplication
) -> None:
    play(app_state.session, Script())
    panel = make_panel()
    _wheel(panel.stack.views[1], qapp)
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


def test_the_menu_has_no_broken_export(make_panel: MakePanel, app_state: AppState) -> None:
    play(app_state.session, Script())
    panel = make_panel()
    menu: QMenu = panel.menu()
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts == [
        "Copy image",
        "Save PNG…",
        "Save SVG…",
        "Copy values at the crosshair",
        "Select no steps",
        "Fit",
        "Follow",
        "Trace the next steps",
    ]
    assert not any(view.item.vb.menuEnabled() for view in panel.stack.views)


def test_the_plots_can_be_copied(make_panel: MakePanel, app_state: AppState, qtbot: QtBot) -> None:
    play(app_state.session, Script())
    panel = make_panel()
    with qtbot.waitSignal(app_state.message):
        panel.menu().actions()[0].trigger()
    # With the legend, without which nothing would name the lines.
    picture = QGuiApplication.clipboard().pixmap()
    assert picture.width() == 2 * panel.stack.width()
    assert picture.height() >= 2 * panel.stack.height()


@pytest.mark.parametrize(("index", "ending"), [(1, "png"), (2, "svg")])
def test_the_plots_can_be_saved(
    make_panel: MakePanel,
    app_state: AppState,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    index: int,
    ending: str,
) -> None:
    play(app_state.session, Script())
    panel = make_panel()
    path = tmp_path / "plots"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    with qtbot.waitSignal(app_state.message):
        panel.menu().actions()[index].trigger()
    saved = path.with_suffix(f".{ending}").read_bytes()
    assert (b"<svg" in saved) if ending == "svg" else saved.startswith(b"\x89PNG")
    assert ending == "png" or b"waiting for input" in saved


@pytest.mark.parametrize("index", [1, 2])
def test_a_picture_that_cannot_be_written_is_told_of(
    make_panel: MakePanel,
    app_state: AppState,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    index: int,
) -> None:
    play(app_state.session, Script())
    panel = make_panel()
    path = tmp_path / "nowhere" / "plots.x"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    with qtbot.waitSignal(app_state.failed) as told:
        panel.menu().actions()[index].trigger()
    assert "cannot be written" in told.args[0]


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
    keys = [view.isVisible() for view in stack.views]
    assert keys == [True, True, True, False, False, False, False]
    assert stack.views[2].item.getAxis("bottom").label.isVisible()
    panel.more.switches["cpu"].trigger()
    assert stack.views[4].isVisible()
    assert stack.headlines[4].value.text() == "1.20 cores"
    assert stack.views[4].item.getAxis("bottom").label.isVisible()
    assert not stack.views[2].item.getAxis("bottom").label.isVisible()
    assert stack.views[4].item.vb.viewRange()[0] == pytest.approx(stack.x_range)
    panel.more.switches["cpu"].trigger()
    assert not stack.views[4].isVisible()


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


def test_a_run_that_goes_on_is_drawn_in_several_events(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    _begin_live(app_state)
    panel = make_panel()
    with qtbot.waitSignal(panel.refreshed):
        _advance(app_state, 50)
    turns: list[float] = []
    between = QTimer()
    between.timeout.connect(lambda: turns.append(panel.stack.x_range[1]))
    between.start(0)
    with qtbot.waitSignal(panel.refreshed):
        _advance(app_state, 50)
        assert panel.stack.x_range[1] == 150
    between.stop()
    seen = [view for view in panel.stack.views if view.isVisible()]
    assert len(turns) >= len(seen) - 1
    ranges = [view.item.vb.viewRange()[0] for view in seen]
    assert ranges == [[0, 200]] * 3


def test_what_is_shown_anew_does_away_with_what_was_still_to_be_drawn(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    _begin_live(app_state)
    panel = make_panel()
    with qtbot.waitSignal(panel.refreshed):
        _advance(app_state, 50)
    _advance(app_state, 50)
    panel.set_x_axis(XAxis.SECONDS)
    seen = panel.stack.x_range
    QApplication.processEvents()
    QApplication.processEvents()
    assert panel.stack.x_range == seen
    assert seen[1] == pytest.approx(200 * 0.05)


def test_a_view_that_was_taken_over_stays_put_while_the_run_goes_on(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    _begin_live(app_state)
    panel = make_panel()
    panel.set_follow(False)
    panel.stack.set_x_range(10, 20)
    with qtbot.waitSignal(panel.refreshed):
        _advance(app_state, 50)
    assert panel.stack.x_range == (10, 20)
    assert panel.stack.edge == 150
