"""The table of runs: what it shows, what the filter leaves of it, what is selected."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.metrics.throughput import Throughput
from core.metrics.x_axis import XAxis, XRange
from core.session import Session
from gui.runs_table.range_columns import RangeColumn
from gui.runs_table.run_columns import (
    COLUMNS,
    NAME,
    SETTINGS,
    SHARE_OF_CEILING,
    THROUGHPUT,
    WORKLOAD,
)
from gui.runs_table.runs_panel import RunsPanel
from gui.state.app_state import AppState
from tests.gui.run_builders import fail_run, measure_ceilings, record_run
from tests.gui.runs_table.table_actions import click, names, selected

Modifier = Qt.KeyboardModifier


# -- states ---------------------------------------------------------------------------------


def test_without_runs_it_says_what_to_do(runs_panel: RunsPanel) -> None:
    assert runs_panel.empty.isVisible()
    assert "Press Run" in runs_panel.empty.text()
    assert not runs_panel.filter.isEnabled()


def test_runs_take_the_place_of_the_hint(runs_panel: RunsPanel, runs: tuple[str, ...]) -> None:
    assert runs_panel.table.isVisible()
    assert not runs_panel.empty.isVisible()
    assert names(runs_panel) == ["run 1", "run 2", "run 3"]


def test_runs_that_were_there_before_are_shown(app_state: AppState, qtbot: QtBot) -> None:
    run = record_run(app_state.session)
    app_state.select((run.id,))
    runs_panel = RunsPanel(app_state)
    qtbot.addWidget(runs_panel)
    assert names(runs_panel) == ["run 1"]
    assert [index.row() for index in runs_panel.table.selectionModel().selectedRows()] == [0]


def test_the_workload_takes_no_room_while_all_runs_share_one(
    runs_panel: RunsPanel, runs: tuple[str, ...], session: Session
) -> None:
    assert runs_panel.table.isColumnHidden(WORKLOAD)
    record_run(session, of="jpeg_tfrecord")
    assert not runs_panel.table.isColumnHidden(WORKLOAD)


def test_the_share_of_the_ceiling_has_a_column_once_a_ceiling_was_measured(
    runs_panel: RunsPanel, runs: tuple[str, ...], session: Session
) -> None:
    assert runs_panel.table.isColumnHidden(SHARE_OF_CEILING)
    measure_ceilings(session, session.run(runs[0]).plan)
    assert not runs_panel.table.isColumnHidden(SHARE_OF_CEILING)
    assert names(runs_panel) == ["run 1", "run 2", "run 3"]
    shares = [runs_panel.proxy.index(row, SHARE_OF_CEILING).data() for row in range(3)]
    assert shares[0] == "32.6"
    assert shares[1] == "not measured"


def test_headings_and_cells_fit_into_the_narrowest_window(
    runs_panel: RunsPanel, runs: tuple[str, ...], session: Session
) -> None:
    session.relabel(runs[0], hidden=True)
    session.set_baseline(runs[0])
    record_run(session, {"fit.device": "emulated:20"}, of="jpeg_tfrecord")
    fail_run(session)
    heads, metrics = runs_panel.table.horizontalHeader(), runs_panel.table.fontMetrics()
    assert heads.length() <= runs_panel.table.viewport().width()
    for section, column in enumerate(COLUMNS):
        width = heads.sectionSize(section)
        if section != SETTINGS and not heads.isSectionHidden(section):
            assert width >= runs_panel.table.sizeHintForColumn(section), column
        for line in () if heads.isSectionHidden(section) else column.header.split("\n"):
            assert width >= metrics.horizontalAdvance(line) + 12, column


def test_only_rows_that_are_seen_cost_something(
    app_state: AppState, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(300):
        fail_run(app_state.session)
    asked: list[str] = []
    monkeypatch.setattr(
        Throughput, "of", lambda self, run: asked.append(run.id) or self.missing("not asked")
    )
    panel = RunsPanel(app_state)
    panel.resize(1040, 240)
    qtbot.addWidget(panel)
    panel.show()
    panel.grab()
    assert 0 < len(asked) < 20


# -- filter ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("prefetch", ["run 2"]),
        ("PREFETCH=", ["run 2"]),
        ("prefetch.buffer_size=2", ["run 2"]),
        ("prefetch=3", []),
        ("run 3", ["run 3 · note"]),
        ("cold cache", ["run 3 · note"]),
        ("in_memory done", ["run 1", "run 2", "run 3 · note"]),
        ("", ["run 1", "run 2", "run 3 · note"]),
    ],
)
def test_the_filter_looks_for_all_words(
    runs_panel: RunsPanel, runs: tuple[str, ...], qtbot: QtBot, text: str, expected: list[str]
) -> None:
    runs_panel._app_state.session.relabel(runs[2], note="Cold disk cache")
    qtbot.keyClicks(runs_panel.filter, text)
    assert names(runs_panel) == expected


def test_a_filter_without_a_match_says_so(
    runs_panel: RunsPanel, runs: tuple[str, ...], qtbot: QtBot
) -> None:
    qtbot.keyClicks(runs_panel.filter, "nothing such")
    assert runs_panel.empty.isVisible()
    assert "nothing such" in runs_panel.empty.text()
    runs_panel.filter.clear()
    assert runs_panel.table.isVisible()


# -- selection ------------------------------------------------------------------------------


def test_what_is_clicked_is_selected_everywhere_in_that_order(
    runs_panel: RunsPanel, runs: tuple[str, ...], app_state: AppState, qtbot: QtBot
) -> None:
    click(qtbot, runs_panel, 2)
    click(qtbot, runs_panel, 0, Modifier.ControlModifier)
    assert selected(app_state) == (runs[2], runs[0])
    click(qtbot, runs_panel, 1)
    assert selected(app_state) == (runs[1],)


def test_what_is_selected_elsewhere_is_selected_here(
    runs_panel: RunsPanel, runs: tuple[str, ...], app_state: AppState
) -> None:
    app_state.select((runs[2], runs[0]))
    rows = runs_panel.table.selectionModel().selectedRows()
    assert sorted(index.row() for index in rows) == [0, 2]
    assert selected(app_state) == (runs[2], runs[0])


def test_the_selection_outlives_sorting_and_another_run(
    runs_panel: RunsPanel, runs: tuple[str, ...], app_state: AppState, session: Session
) -> None:
    app_state.select((runs[1],))
    runs_panel.table.sortByColumn(THROUGHPUT, Qt.SortOrder.DescendingOrder)
    record_run(session, wait_s=0.001)
    assert names(runs_panel)[0] == "run 4"
    assert selected(app_state) == (runs[1],)
    (row,) = runs_panel.table.selectionModel().selectedRows()
    assert runs_panel.proxy.index(row.row(), NAME).data() == "run 2"


def test_what_the_filter_hides_is_not_selected_any_more(
    qtbot: QtBot, app_state: AppState, runs_panel: RunsPanel, runs: tuple[str, ...]
) -> None:
    app_state.select(runs)
    runs_panel.filter.setText("prefetch=2")
    assert [run.id for run in app_state.selection] == [runs[1]]
    rows = runs_panel.table.selectionModel().selectedRows()
    assert [index.row() for index in rows] == [0]


def test_a_sorted_table_scrolls_to_the_run_that_begins(
    runs_panel: RunsPanel, session: Session, qapp: QApplication
) -> None:
    for _ in range(30):
        record_run(session)
    # By name, downwards: "run 31" stands neither first nor last.
    runs_panel.table.sortByColumn(NAME, Qt.SortOrder.DescendingOrder)
    runs_panel.table.scrollToBottom()
    new = record_run(session, to_the_end=False)
    qapp.processEvents()
    place = runs_panel.table.visualRect(runs_panel.row_selection.index(new.id))
    assert runs_panel.table.viewport().rect().contains(place.center())


def test_figures_of_the_steps_selected_in_the_plots_stand_in_columns_of_their_own(
    runs_panel: RunsPanel, runs: tuple[str, ...], app_state: AppState, session: Session
) -> None:
    section = next(at for at, column in enumerate(COLUMNS) if isinstance(column, RangeColumn))
    assert runs_panel.table.isColumnHidden(section)
    app_state.select_range(XRange.between(XAxis.STEP, 40, 80))
    assert not runs_panel.table.isColumnHidden(section)
    heading = runs_panel.model.headerData(section, Qt.Orientation.Horizontal)
    assert heading == "in steps 41 to 80:\nthroughput (examples/s)"
    selected = app_state.selected_range
    assert selected is not None
    figure = selected.figure(session.run(runs[0]), "throughput")
    cell = runs_panel.proxy.index(0, section)
    assert cell.data() == figure.mean.number()
    assert "p95" in cell.data(Qt.ItemDataRole.ToolTipRole)
    app_state.select_range(None)
    assert runs_panel.table.isColumnHidden(section)
