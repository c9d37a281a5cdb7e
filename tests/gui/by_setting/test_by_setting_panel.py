from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.charts.words import NO_POINT
from core.model.run import RunState
from gui.by_setting.by_setting_choices import EVERY_DEVICE
from gui.by_setting.by_setting_controls import EACH_RUN
from gui.by_setting.by_setting_panel import NOTHING_YET, BySettingPanel
from gui.state.app_state import AppState
from gui.theme import DARK
from tests.core.charts.reading import ticks
from tests.gui.builders import Script, play

PREFETCH = "prefetch.buffer_size"
EMULATED = {"fit__device": "emulated:20"}

MakePanel = Callable[[], BySettingPanel]


@pytest.fixture
def make_panel(app_state: AppState, qtbot: QtBot) -> MakePanel:
    def make() -> BySettingPanel:
        panel = BySettingPanel(app_state)
        panel.resize(1040, 620)
        qtbot.addWidget(panel)
        with qtbot.waitExposed(panel):
            panel.show()
        return panel

    return make


def _names(panel: BySettingPanel) -> list[str]:
    return [target.rows[0][0] for target in panel.picture.chart.targets if len(target.run_ids) == 1]


def test_without_runs_it_says_what_to_do(make_panel: MakePanel) -> None:
    panel = make_panel()
    assert panel.empty.isVisible()
    assert panel.empty.text() == NOTHING_YET


def test_the_knob_that_varies_most_is_shown_first(
    make_panel: MakePanel, app_state: AppState
) -> None:
    for size in ("off", 2, "autotune"):
        play(app_state.session, Script(), prefetch__buffer_size=size)
    panel = make_panel()
    assert panel.controls.knob_box.currentData() == PREFETCH
    assert panel.controls.knob_box.itemText(0) == "prefetch (3 values)"
    assert ticks(panel.picture.chart.chart.x) == ["off", "2 batches", "autotune"]
    assert panel.controls.metric_box.currentText() == "throughput"


def test_the_choice_of_the_person_outlives_new_runs(
    make_panel: MakePanel, app_state: AppState
) -> None:
    play(app_state.session, Script())
    panel = make_panel()
    panel.choose(knob="batch.batch_size", metric_key="device_idle_percent")
    for size in (2, 4):
        play(app_state.session, Script(), prefetch__buffer_size=size)
    assert panel.controls.knob_box.currentData() == "batch.batch_size"
    assert panel.controls.metric_box.currentData() == "device_idle_percent"
    assert len(_names(panel)) == 3


def test_devices_are_not_mixed(make_panel: MakePanel, app_state: AppState) -> None:
    play(app_state.session, Script())
    play(app_state.session, Script(), **EMULATED)
    panel = make_panel()
    panel.choose(knob=PREFETCH)
    assert _names(panel) == ["run 2"]
    assert panel.controls.device_box.currentText() == "emulated 20 ms"
    panel.controls.device_box.setCurrentIndex(panel.controls.device_box.findData("cpu"))
    assert panel.controls.device_box.count() == 2


def test_the_device_itself_can_be_the_setting(make_panel: MakePanel, app_state: AppState) -> None:
    play(app_state.session, Script(), **EMULATED)
    play(app_state.session, Script())
    panel = make_panel()
    panel.choose(knob="fit.device")
    assert _names(panel) == ["run 2", "run 1"]
    assert panel.controls.device_box.currentText() == EVERY_DEVICE
    assert not panel.controls.device_box.isEnabled()


def test_workloads_are_not_mixed(make_panel: MakePanel, app_state: AppState) -> None:
    play(app_state.session, Script(workload="in_memory"))
    play(app_state.session, Script(workload="npz_shards"))
    panel = make_panel()
    assert panel.controls.workload_box.currentData() == "npz_shards"
    assert _names(panel) == ["run 2"]


def test_it_goes_with_the_run_in_focus(make_panel: MakePanel, app_state: AppState) -> None:
    first = play(app_state.session, Script(workload="in_memory"))
    play(app_state.session, Script(workload="npz_shards"))
    panel = make_panel()
    app_state.select((first.id,))
    assert _names(panel) == ["run 1"]


def test_the_notes_say_what_else_differs_and_who_is_left_out(
    make_panel: MakePanel, app_state: AppState
) -> None:
    play(app_state.session, Script())
    play(app_state.session, Script(), prefetch__buffer_size=2, batch__batch_size=64)
    play(app_state.session, Script(state=RunState.FAILED))
    panel = make_panel()
    panel.choose(knob=PREFETCH)
    notes = panel.picture.notes.toPlainText()
    assert "run 2 against run 1: another batch size" in notes
    assert "these means differ by batch.batch_size, too" in notes
    assert "Left out: 1 failed." in notes


def test_where_nothing_can_be_shown_it_says_why(make_panel: MakePanel, app_state: AppState) -> None:
    play(app_state.session, Script(), fit__device="gpu:0")
    panel = make_panel()
    panel.choose(metric_key="device_idle_percent")
    assert panel.picture.shown is None
    assert panel.picture.empty.text().startswith(NO_POINT)
    assert "on a GPU" in panel.picture.empty.text()


def test_the_source_says_what_was_emulated(make_panel: MakePanel, app_state: AppState) -> None:
    play(app_state.session, Script(), **EMULATED)
    panel = make_panel()
    assert panel.picture.source.text() == (
        "throughput: higher is better · timed in the loop, emulated accelerator 20 ms · in_memory"
    )


def test_hidden_runs_are_not_shown(make_panel: MakePanel, app_state: AppState) -> None:
    run = play(app_state.session, Script())
    play(app_state.session, Script())
    panel = make_panel()
    app_state.session.relabel(run.id, hidden=True)
    assert _names(panel) == ["run 2"]


def test_clicking_a_point_selects_its_run(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    for size in ("off", 2):
        play(app_state.session, Script(), prefetch__buffer_size=size)
    panel = make_panel()
    view = panel.picture.chart
    point = view.targets[0]
    place = view.mapFromScene(view.item.vb.mapViewToScene(QPointF(point.x, point.y)))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [run.id for run in app_state.selection] == list(point.run_ids)


def test_arrow_keys_go_from_point_to_point(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    runs = [play(app_state.session, Script(), prefetch__buffer_size=size) for size in (4, 2)]
    panel = make_panel()
    qtbot.keyClick(panel.picture.chart, Qt.Key.Key_Right)
    assert app_state.focus == runs[1]
    qtbot.keyClick(panel.picture.chart, Qt.Key.Key_Right)
    assert app_state.focus == runs[0]


def test_hovering_names_the_run_and_what_differs(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    play(app_state.session, Script())
    play(app_state.session, Script(), prefetch__buffer_size=2, batch__batch_size=64)
    panel = make_panel()
    panel.choose(knob=PREFETCH)
    view = panel.picture.chart
    point = view.targets[1]
    place = view.mapFromScene(view.item.vb.mapViewToScene(QPointF(point.x, point.y)))
    qtbot.mouseMove(view.viewport(), place)
    qtbot.waitUntil(view.readout.isVisible)
    text = view.readout.text().replace("&nbsp;", " ")
    assert "run 2" in text
    assert "batch" in text
    assert "64 examples" in text
    assert " examples/s" in text


def test_a_theme_is_taken_on(make_panel: MakePanel, app_state: AppState) -> None:
    play(app_state.session, Script())
    panel = make_panel()
    app_state.set_theme(DARK)
    assert panel.picture.chart.backgroundBrush().color().name() == DARK.base


def test_what_is_not_seen_is_refreshed_when_it_is(
    make_panel: MakePanel, app_state: AppState
) -> None:
    panel = make_panel()
    panel.hide()
    play(app_state.session, Script())
    assert _names(panel) == []
    panel.show()
    assert _names(panel) == ["run 1"]


def test_it_can_be_saved_as_a_picture(make_panel: MakePanel, app_state: AppState) -> None:
    play(app_state.session, Script())
    panel = make_panel()
    texts = [action.text() for action in panel.menu().actions()]
    assert [text for text in texts if text] == [
        "Copy image",
        "Save PNG…",
        "Save SVG…",
        "Copy numbers",
    ]


def test_a_second_knob_makes_series_with_a_legend(
    make_panel: MakePanel, app_state: AppState
) -> None:
    for size in ("off", 2):
        for batch in (16, 32):
            play(app_state.session, Script(), prefetch__buffer_size=size, batch__batch_size=batch)
    panel = make_panel()
    assert panel.controls.second_box.currentText() == EACH_RUN
    panel.choose(knob=PREFETCH, second="batch.batch_size")
    view = panel.picture.chart
    assert [key.text for key in view.chart.keys] == ["16 examples", "32 examples"]
    assert sum(target.stop for target in view.targets) == 4
    assert panel.picture.legend.isVisible()
    assert "batch:, 16 examples, 32 examples" in panel.picture.legend.accessibleName()


def test_its_numbers_are_copied_with_units_and_source(
    make_panel: MakePanel, app_state: AppState
) -> None:
    play(app_state.session, Script(), **EMULATED)
    panel = make_panel()
    panel.choose(knob=PREFETCH)
    panel.copy_action.trigger()
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:3] == ["what", PREFETCH, "throughput (examples/s)"]
    assert lines[2].startswith("run 1\toff\t")
    assert "emulated accelerator 20 ms" in lines[-1]


def test_hovering_says_what_is_doubtful(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    play(app_state.session, Script(epochs=1, steps=25))
    panel = make_panel()
    view = panel.picture.chart
    point = view.targets[0]
    place = view.mapFromScene(view.item.vb.mapViewToScene(QPointF(point.x, point.y)))
    qtbot.mouseMove(view.viewport(), place)
    qtbot.waitUntil(view.readout.isVisible)
    assert "doubt" in view.readout.text()
    assert "timed in the loop" in view.readout.text()


def test_a_ring_round_a_mean_stands_for_its_runs(
    make_panel: MakePanel, app_state: AppState, qtbot: QtBot
) -> None:
    for size in ("off", 2):
        for batch in (16, 32):
            for _ in range(2):
                play(
                    app_state.session, Script(), prefetch__buffer_size=size, batch__batch_size=batch
                )
    panel = make_panel()
    panel.choose(knob=PREFETCH, second="batch.batch_size")
    view = panel.picture.chart
    qtbot.keyClick(view, Qt.Key.Key_Right)
    first = next(index for index, target in enumerate(view.targets) if target.stop)
    assert {run.id for run in app_state.selection} == set(view.targets[first].run_ids)
    assert view.ringed == (first,)
    app_state.select(view.targets[0].run_ids)
    assert view.ringed == (0,)


def test_selecting_works_nothing_out_anew(make_panel: MakePanel, app_state: AppState) -> None:
    runs = [play(app_state.session, Script(), prefetch__buffer_size=size) for size in ("off", 2)]
    panel = make_panel()
    before = panel.answer
    assert before is not None
    app_state.select((runs[0].id,))
    assert panel.answer is before
    view = panel.picture.chart
    assert [view.targets[index].run_ids for index in view.chosen()] == [(runs[0].id,)]
