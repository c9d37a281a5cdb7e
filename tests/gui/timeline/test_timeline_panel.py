"""The page Timeline. Its traces are simulated: no training and no GPU stands behind them."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from core.model.events import StepsTraced
from core.model.tracing import TRACE_ENDING, TraceOptions, Tracing
from core.workloads.catalogue import workload
from gui.main_window import MainWindow
from gui.state.app_state import AppState
from gui.theme import DARK
from gui.timeline.row_layout import GUTTER_PX
from gui.timeline.timeline_panel import TimelinePanel
from gui.timeline.trace_reader import TraceSource
from tests.core.timeline.builders import (
    Simulated,
    files_read_one_by_one,
    held_up_parallel_map,
    with_gpu,
)
from tests.diagnosis_builders import record_diagnosis
from tests.gui.conftest import MakeWindow
from tests.gui.drops import drop
from tests.gui.scripted import whole_run

Key = Qt.Key


def write(folder: Path, trace: Simulated, name: str = "t.xplane.pb") -> Path:
    file = folder / name
    file.write_bytes(trace.data())
    return file


@pytest.fixture
def panel(qtbot: QtBot, app_state: AppState) -> TimelinePanel:
    made = TimelinePanel(app_state, QAction("Trace"))
    qtbot.addWidget(made)
    made.resize(1000, 600)
    made.show()
    qtbot.waitExposed(made)
    return made


def shows(qtbot: QtBot, panel: TimelinePanel, file: Path) -> None:
    with qtbot.waitSignal(panel.shown):
        panel.open(file)


def test_while_a_trace_is_read_the_page_says_so(
    qtbot: QtBot, panel: TimelinePanel, tmp_path: Path
) -> None:
    with qtbot.waitSignal(panel.shown):
        panel.open(write(tmp_path, files_read_one_by_one()))
        assert panel.empty.text() == "Reading the trace t.xplane.pb."


def labels(panel: TimelinePanel) -> list[str]:
    return [row.label for row in panel.view.rows]


def test_without_a_trace_it_says_how_to_take_one(panel: TimelinePanel) -> None:
    assert panel.empty.isVisible()
    assert "Ctrl+Shift+T" in panel.empty.text()
    assert not panel.tools.perfetto.isEnabled()


def test_an_opened_trace_is_told_in_words_and_rows(
    qtbot: QtBot, panel: TimelinePanel, tmp_path: Path
) -> None:
    shows(qtbot, panel, write(tmp_path, with_gpu()))
    assert "The model waited in 10 of 10 steps" in panel.words.toPlainText()
    assert labels(panel)[:3] == ["waiting for input", "train step", "host"]
    assert {"Map", "hand-over", "Stream #13(Compute)", "python"} <= set(labels(panel))
    assert panel.view.rows[0].heading == "Steps"
    assert panel.tools.xprof.isEnabled()
    assert not panel.tools.delete.isEnabled()


def test_a_file_that_is_no_trace_is_explained(
    qtbot: QtBot, panel: TimelinePanel, app_state: AppState, tmp_path: Path
) -> None:
    file = tmp_path / "odd.xplane.pb"
    file.write_bytes(b"no trace")
    with qtbot.waitSignal(app_state.failed) as said:
        panel.open(file)
    assert "odd.xplane.pb" in said.args[0]
    assert panel.empty.isVisible()


def test_keys_zoom_go_sideways_and_from_step_to_step(
    qtbot: QtBot, panel: TimelinePanel, tmp_path: Path
) -> None:
    shows(qtbot, panel, write(tmp_path, with_gpu()))
    view, seen = panel.view, panel.view.seen
    whole = seen.length_s
    QTest.keyClick(view, Key.Key_W)
    assert seen.length_s == pytest.approx(whole / 1.5)
    begin = seen.begin_s
    QTest.keyClick(view, Key.Key_D)
    assert seen.begin_s > begin
    QTest.keyClick(view, Key.Key_A)
    assert seen.begin_s == pytest.approx(begin, abs=1e-4)
    QTest.keyClick(view, Key.Key_S)
    QTest.keyClick(view, Key.Key_S)
    assert seen.length_s == pytest.approx(whole)
    for steps in (1, 2):
        QTest.keyClick(view, Key.Key_Period)
        middle = (seen.begin_s + seen.end_s) / 2
        assert middle == pytest.approx(0.01 * steps - 0.005, abs=1e-3)
    QTest.keyClick(view, Key.Key_Comma)
    assert (seen.begin_s + seen.end_s) / 2 == pytest.approx(0.005, abs=1e-3)
    QTest.keyClick(view, Key.Key_F)
    assert seen.length_s == pytest.approx(whole)


def test_keys_of_the_picture_come_before_those_of_the_window(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window.pages.open_trace(write(tmp_path, with_gpu()))
    page = window.pages.timeline.page
    qtbot.waitUntil(lambda: page.timeline is not None)
    page.view.setFocus()
    followed: list[None] = []
    window.live.toggle_follow = lambda: followed.append(None)  # type: ignore[method-assign]
    qtbot.keyClick(page.view, Key.Key_W)
    length = page.view.seen.length_s
    qtbot.keyClick(page.view, Key.Key_F)
    assert page.view.seen.length_s > length
    assert not followed


def test_a_drag_selects_a_stretch_with_statistics_and_escape_clears_it(
    qtbot: QtBot, panel: TimelinePanel, tmp_path: Path
) -> None:
    shows(qtbot, panel, write(tmp_path, with_gpu()))
    view, port = panel.view, panel.view.viewport()
    assert not panel.table.isVisible()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=QPoint(300, 60))
    QTest.mouseMove(port, QPoint(500, 60))
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=QPoint(500, 60))
    assert view.selection is not None
    assert panel.table.isVisible()
    first = [panel.model.index(0, column).data() for column in range(5)]
    assert first[0] == "waiting for input"
    assert 0 < float(first[4]) < 100
    QTest.keyClick(view, Key.Key_Escape)
    assert view.selection is None
    assert not panel.table.isVisible()


def test_a_selected_step_has_exact_statistics(
    qtbot: QtBot, panel: TimelinePanel, tmp_path: Path
) -> None:
    shows(qtbot, panel, write(tmp_path, with_gpu()))
    panel.view.select((0.0101, 0.0199))
    table = {
        panel.model.index(row, 0).data(): [
            panel.model.index(row, column).data() for column in range(1, 5)
        ]
        for row in range(panel.model.rowCount())
    }
    assert table["Stream #13(Compute)"] == ["1", "3.00 ms", "3.00 ms", "30.6"]


def test_a_row_unfolds_into_its_calls_by_click_and_by_key(
    qtbot: QtBot, panel: TimelinePanel, tmp_path: Path
) -> None:
    shows(qtbot, panel, write(tmp_path, held_up_parallel_map()))
    folded = labels(panel)
    at = folded.index("ParallelMapV2")
    panel.view.toggle(at)
    assert labels(panel)[at + 1 : at + 6] == [
        "tf_data_iterator_get_next", "call 1", "call 2", "call 3", "call 4",
    ]  # fmt: skip
    for _ in range(at):
        QTest.keyClick(panel.view, Key.Key_Down)
    QTest.keyClick(panel.view, Key.Key_Return)
    assert labels(panel) == folded


def test_a_name_that_is_searched_for_is_brought_into_the_middle(
    qtbot: QtBot, panel: TimelinePanel, app_state: AppState, tmp_path: Path
) -> None:
    shows(qtbot, panel, write(tmp_path, with_gpu()))
    for _ in range(6):
        QTest.keyClick(panel.view, Key.Key_W)
    panel.tools.search.setText("GEMM")
    QTest.keyClick(panel.tools.search, Key.Key_Return)
    seen = panel.view.seen
    assert ((seen.begin_s + seen.end_s) / 2) % 0.01 == pytest.approx(0.006, abs=1e-4)
    panel.tools.search.setText("nothing of that name")
    with qtbot.waitSignal(app_state.message) as said:
        QTest.keyClick(panel.tools.search, Key.Key_Return)
    assert "nothing of that name" in said.args[0]


def test_the_tooltip_says_what_is_under_the_pointer(
    qtbot: QtBot, panel: TimelinePanel, tmp_path: Path
) -> None:
    shows(qtbot, panel, write(tmp_path, with_gpu()))
    view = panel.view
    panel.view.go_step(1)
    x = 210 + round(view.seen.x(0.003))
    tips = [view.tip_at(QPoint(x, y)) for y in range(24, 400, 10)]
    assert any("waiting for input: 6.00 ms" in tip for tip in tips)
    assert any("Map, runs on 1 thread" in tip for tip in tips)


@pytest.mark.usefixtures("styled")
def test_the_picture_is_painted_in_both_themes_at_every_scale(
    qtbot: QtBot, panel: TimelinePanel, app_state: AppState, tmp_path: Path
) -> None:
    shows(qtbot, panel, write(tmp_path, files_read_one_by_one(steps=60)))
    view = panel.view
    pictures = set()
    # What is zoomed into is where the pointer is, wherever another test left it.
    QTest.mouseMove(view.viewport(), QPoint(GUTTER_PX + view.seen.width // 2, 60))
    for theme in (app_state.theme, DARK):
        view.set_theme(theme)
        view.fit()
        # To where nothing went on in most rows.
        for _ in range(30):
            pictures.add(view.grab().toImage().pixelColor(600, 60).name())
            QTest.keyClick(view, Key.Key_W)
    assert len(pictures) >= 2
    seen = view.seen.begin_s, view.seen.end_s
    assert not any(part.start_s[part.between(*seen)].size for part in view.rows[1].parts)


def test_a_second_trace_is_drawn_below_in_the_same_scale(
    qtbot: QtBot, panel: TimelinePanel, app_state: AppState, tmp_path: Path
) -> None:
    shows(qtbot, panel, write(tmp_path, files_read_one_by_one()))
    other = write(tmp_path, with_gpu(), "b.xplane.pb")
    with qtbot.waitSignal(panel.second.changed):
        panel.second.reader.read(TraceSource(other))
    above, below = panel.pictures.view, panel.pictures.other
    assert below.isVisible()
    assert "is 2.41 times as fast as one of t.xplane.pb" in panel.words.toPlainText()
    assert below.timeline.steps_s[0, 0] == pytest.approx(above.timeline.steps_s[0, 0])
    assert below.timeline.rows[0].parts[0].start_s[0] == pytest.approx(
        above.timeline.rows[0].parts[0].start_s[0]
    )
    assert below.viewport().width() == above.viewport().width()
    below.setFocus()
    QTest.keyClick(below, "w")
    assert (above.seen.begin_s, above.seen.end_s) == (below.seen.begin_s, below.seen.end_s)
    begin_s, end_s = below.timeline.steps_s[1].tolist()
    below.select((begin_s, end_s))
    assert above.selection == (begin_s, end_s)
    rows = [row.label for row in panel.pictures.statistics]
    assert {row.partition(": ")[0] for row in rows} == {"t.xplane.pb", "b.xplane.pb"}

    panel.second.fill()
    texts = [action.text() for action in panel.tools.second.menu().actions() if action.text()]
    assert texts == ["Take the second trace away", "A file\N{HORIZONTAL ELLIPSIS}"]
    panel.tools.second.menu().actions()[0].trigger()
    assert not below.isVisible()
    assert "times as fast" not in panel.words.toPlainText()


def keep_trace(app_state: AppState) -> str:
    """A recorded run of ``augmented`` with a trace; its id."""
    session = app_state.session
    chosen = workload("augmented")
    begun = session.begin(session.plan(chosen, chosen.chain.defaults(), trace=TraceOptions(5)))
    run_id = begun.run().id
    file = session.folders.traces / f"{run_id}{TRACE_ENDING}"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(gzip.compress(files_read_one_by_one().data()))
    events = whole_run()
    for event in (*events[:-1], StepsTraced(Tracing(12, 5, 0.25, 4_000)), events[-1]):
        session.handle(event)
    return run_id


def test_an_answer_leads_to_the_longest_wait_of_a_trace_else_takes_one(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window()
    diagnosis = record_diagnosis(window.session)
    window.pages.answer.wanted.emit()
    answer = window.pages.answer.page
    assert answer.trace_button.text() == "Trace 20 &steps of this"
    keep_trace(window.app_state)
    window.app_state.runs_changed.emit()
    assert answer.trace_button.text() == "&See the trace"
    answer.trace_button.click()
    page = window.pages.timeline.page
    qtbot.waitUntil(lambda: page.view.selection is not None)
    assert window.tabs.currentWidget() is page
    steps = page.view.timeline.steps_s
    # The slow file is read in step 13.
    assert page.view.seen.begin_s == pytest.approx(steps[13, 0], abs=0.02)
    assert page.view.selection is not None
    assert page.view.selection[1] - page.view.selection[0] > 0.3
    assert "cut rates" in page.words.toPlainText()

    page.tools.delete.click()
    window.findChild(QMessageBox).accept()
    answer.trace_requested.emit(diagnosis.id)
    qtbot.waitUntil(lambda: len(window.session.runs) == 2 and window.session.runs[1].state.over)
    assert window.session.runs[1].plan.trace == replace(
        TraceOptions(), folder=str(window.session.folders.traces)
    )
    assert window.session.runs[1].settings == diagnosis.settings


def test_the_trace_of_the_run_in_focus_is_shown_and_can_be_deleted(
    qtbot: QtBot, panel: TimelinePanel, app_state: AppState
) -> None:
    session = app_state.session
    chosen = workload("in_memory")
    plan = session.plan(chosen, chosen.chain.defaults(), trace=TraceOptions(5))
    begun = session.begin(plan).run().plan
    assert begun.trace == replace(TraceOptions(5), folder=str(session.folders.traces))
    file = session.folders.traces / f"{begun.id}{TRACE_ENDING}"
    file.parent.mkdir()
    file.write_bytes(gzip.compress(files_read_one_by_one().data()))
    events = whole_run()
    with qtbot.waitSignal(panel.shown):
        for event in (*events[:-1], StepsTraced(Tracing(12, 5, 0.25, 4_000)), events[-1]):
            session.handle(event)
    qtbot.waitUntil(lambda: panel.timeline is not None)
    assert panel.tools.heading.text().startswith("run 1 · 20 steps")
    assert "were traced and are in no average" in panel.words.toPlainText()
    panel.tools.delete.click()
    question = panel.window().findChild(QMessageBox)
    assert question.defaultButton().text() == "Cancel"
    assert file.exists()
    question.accept()
    assert not file.exists()
    assert panel.empty.isVisible()
    assert not panel.tools.heading.text()
    assert session.runs[0].id == begun.id


def test_the_stretch_in_sight_comes_back_after_a_restart(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    def page_of(window: MainWindow) -> TimelinePanel:
        window.app_state.select((run_id,))
        page: TimelinePanel = window.pages.timeline.page
        window.pages.timeline.wanted.emit()
        qtbot.waitUntil(lambda: page.timeline is not None)
        return page

    first = make_window()
    run_id = keep_trace(first.app_state)
    page = page_of(first)
    QTest.keyClick(page.view, "w")
    QTest.keyClick(page.view, "d")
    seen = page.view.seen.begin_s, page.view.seen.end_s
    first.close()
    again = page_of(make_window())
    assert (again.view.seen.begin_s, again.view.seen.end_s) == pytest.approx(seen)
    QTest.keyClick(again.view, "0")
    assert again.view.seen.is_whole


def test_a_trace_dropped_on_the_window_opens(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    drop(window.bar, write(tmp_path, with_gpu()))
    page = window.pages.timeline.page
    qtbot.waitUntil(lambda: page.timeline is not None)
    assert window.tabs.currentWidget() is page


def test_trace_trains_with_the_present_settings_and_shows_the_page(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window()
    window.launcher.trace.trigger()
    qtbot.waitUntil(lambda: bool(window.session.runs) and window.session.runs[0].state.over)
    assert window.session.runs[0].plan.trace is not None
    assert window.tabs.currentWidget() is window.pages.timeline.page
