from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.model.events import Event, PipelineSampled
from core.workloads.catalogue import workload
from gui.plotting.canvas import Canvas
from gui.stages.stages_panel import StagesPanel
from gui.state.app_state import AppState
from tests.core.analysis.test_executed_view import reading
from tests.gui.scripted import whole_run


def record(app_state: AppState, sampled: list[Event]) -> None:
    chosen = workload("in_memory")
    app_state.session.begin(app_state.session.plan(chosen, chosen.chain.defaults()))
    events = whole_run()
    for event in (*events[:-1], *sampled, events[-1]):
        app_state.session.handle(event)


NAMES = ("Root", "Prefetch", "BatchV2", "TensorSlice")
SAMPLED: list[Event] = [PipelineSampled(reading(at, 30 * at, NAMES)) for at in (1, 2, 3)]


def shown(qtbot: QtBot, app_state: AppState) -> StagesPanel:
    panel = StagesPanel(app_state)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def test_without_a_run_it_says_what_to_do(qtbot: QtBot, app_state: AppState) -> None:
    panel = shown(qtbot, app_state)
    assert panel.empty.isVisible()
    assert "Press Run" in panel.empty.text()


def test_nodes_stand_beside_the_stages_they_come_from(qtbot: QtBot, app_state: AppState) -> None:
    record(app_state, SAMPLED)
    panel = shown(qtbot, app_state)
    rows = [
        [panel.model.index(row, column).data() for column in (0, 1)]
        for row in range(panel.model.rowCount())
    ]
    assert [executed for _, executed in rows] == ["TensorSlice", "BatchV2", "Prefetch *"]
    assert rows[2][0].startswith("(not written)")
    assert "put in a Prefetch" in panel.notes.text()


def test_every_number_says_that_the_performance_model_is_its_source(
    qtbot: QtBot, app_state: AppState
) -> None:
    record(app_state, SAMPLED)
    panel = shown(qtbot, app_state)
    for column in (2, 3, 7, 8):
        tip = panel.model.index(0, column).data(3)  # the tooltip role
        assert "performance model" in tip
        assert "emulated accelerator 20 ms" in tip


def test_a_run_without_readings_says_why(qtbot: QtBot, app_state: AppState) -> None:
    record(app_state, [])
    panel = shown(qtbot, app_state)
    assert panel.empty.isVisible()
    assert "TensorFlow told nothing" in panel.empty.text()


def test_it_catches_up_when_it_is_shown(qtbot: QtBot, app_state: AppState) -> None:
    panel = StagesPanel(app_state)
    qtbot.addWidget(panel)
    record(app_state, SAMPLED)
    assert panel.model.rowCount() == 0
    panel.show()
    qtbot.waitExposed(panel)
    assert panel.model.rowCount() == 3


def test_what_autotune_chose_is_drawn_over_time_and_said(qtbot: QtBot, app_state: AppState) -> None:
    record(app_state, SAMPLED)
    panel = shown(qtbot, app_state)
    # The Prefetch that TensorFlow put in is tuned.
    assert Canvas.of(panel.autotune.choices.item).names == {"Prefetch: buffer size"}
    assert "held" in Canvas.of(panel.autotune.memory.item).names
    assert panel.autotune.legend.isVisible()
    assert not panel.autotune.nothing.isVisible()
    assert "AUTOTUNE's last choice: Prefetch: buffer size 2." in panel.notes.text()


def test_where_autotune_has_nothing_to_choose_it_says_so(qtbot: QtBot, app_state: AppState) -> None:
    names = ("Root", "BatchV2", "TensorSlice")
    record(app_state, [PipelineSampled(reading(at, 30 * at, names)) for at in (1, 2)])
    panel = shown(qtbot, app_state)
    assert panel.autotune.nothing.isVisible()
    assert not panel.autotune.choices.isVisible()


def test_the_table_keeps_its_room_however_much_there_is_to_say(
    qtbot: QtBot, app_state: AppState
) -> None:
    record(app_state, SAMPLED)
    panel = StagesPanel(app_state)
    qtbot.addWidget(panel)
    # What the tab has of the smallest window, of 1366 by 768 pixels.
    panel.resize(970, 510)
    panel.show()
    qtbot.waitExposed(panel)
    panel.notes.setText("a long note. " * 400)
    QApplication.processEvents()
    rows = panel.table.verticalHeader()
    seen = panel.table.viewport().height()
    assert seen >= 5 * rows.sectionSize(0)
    record(
        app_state, [PipelineSampled(reading(at, 30 * at, NAMES[:1] + NAMES[2:])) for at in (1, 2)]
    )
    panel.refresh()
    QApplication.processEvents()
    # Without AUTOTUNE's plot the other one does not take the table's room.
    assert panel.table.viewport().height() >= 5 * rows.sectionSize(0)


def test_at_150_percent_of_a_full_hd_screen_several_rows_are_seen_without_scrolling(
    qtbot: QtBot, app_state: AppState
) -> None:
    record(app_state, SAMPLED)
    panel = shown(qtbot, app_state)
    # What the page has there, beside the form and above the runs.
    panel.resize(880, 430)
    assert panel.minimumSizeHint().height() <= 430
    seen = panel.table.viewport().height()
    assert seen >= 4 * panel.table.rowHeight(0)
