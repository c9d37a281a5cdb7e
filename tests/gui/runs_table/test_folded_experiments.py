"""A comparison or sweep is one row of the table of runs until it is opened."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.model.experiment import Experiment
from core.session import Session
from gui.runs_table.run_columns import NAME, STATE
from gui.runs_table.runs_panel import RunsPanel
from tests.experiment_builders import carry_out, comparison, waits
from tests.gui.builders import play
from tests.gui.conftest import MakeWindow


def names(panel: RunsPanel) -> list[str]:
    return [panel.proxy.index(row, NAME).data() for row in range(panel.proxy.rowCount())]


@pytest.fixture
def experiments(session: Session, runs_panel: RunsPanel) -> list[Experiment]:
    """A run, a comparison with a name, a run and one without."""
    made = []
    for name in ("prefetch or not", ""):
        play(session)
        made.append(comparison(repeats=2, name=name))
        carry_out(session, made[-1], waits(0.03, 0.015))
    return made


OPEN, FOLDED = "▾", "▸"


def test_each_is_one_row_that_says_what_is_in_it(
    runs_panel: RunsPanel, experiments: list[Experiment]
) -> None:
    assert names(runs_panel) == [
        "run 1",
        f"{FOLDED} prefetch or not · 4 runs",
        "run 6",
        f"{FOLDED} comparison 2 · 4 runs",
    ]
    assert runs_panel.proxy.index(1, STATE).data() == "4 done"
    assert runs_panel.proxy.index(1, STATE - 1).data() is None
    assert runs_panel.proxy.matching == 10


def test_keys_open_and_fold_and_its_runs_are_named_with_it(
    runs_panel: RunsPanel, experiments: list[Experiment], qtbot: QtBot
) -> None:
    table = runs_panel.table
    table.setCurrentIndex(runs_panel.proxy.index(3, NAME))
    qtbot.keyClick(table, Qt.Key.Key_Right)
    assert names(runs_panel)[3:] == [
        f"{OPEN} comparison 2 · A 1",
        "comparison 2 · B 1",
        "comparison 2 · B 2",
        "comparison 2 · A 2",
    ]
    table.setCurrentIndex(runs_panel.proxy.index(5, NAME))
    qtbot.keyClick(table, Qt.Key.Key_Left)
    assert len(names(runs_panel)) == 4
    assert len(runs_panel._app_state.selection) == 4
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert len(names(runs_panel)) == 7


def test_what_is_done_to_a_folded_row_is_done_to_its_runs(
    runs_panel: RunsPanel, experiments: list[Experiment], session: Session
) -> None:
    runs_panel.table.selectRow(1)
    selected = runs_panel.run_actions._selected
    assert [run.name for run in selected] == ["A 1", "B 1", "B 2", "A 2"]
    assert not runs_panel.run_actions.baseline.isEnabled()
    runs_panel.run_actions.delete.trigger()
    assert len(session.runs) == 6
    assert names(runs_panel)[:2] == ["run 1", "run 6"]
    runs_panel.run_actions.undo.trigger()
    assert names(runs_panel)[1] == f"{FOLDED} prefetch or not · 4 runs"


def test_one_of_its_runs_selected_elsewhere_opens_it(
    runs_panel: RunsPanel, experiments: list[Experiment], session: Session
) -> None:
    runs_panel._app_state.select((session.runs[2].id,))
    assert len(names(runs_panel)) == 7
    rows = runs_panel.table.selectionModel().selectedRows()
    assert [row.siblingAtColumn(NAME).data() for row in rows] == ["prefetch or not · B 1"]
    assert [run.id for run in runs_panel._app_state.selection] == [session.runs[2].id]


def test_a_filter_counts_and_takes_only_what_it_lets_through(
    runs_panel: RunsPanel, experiments: list[Experiment]
) -> None:
    runs_panel.filter.setText("prefetch=2")
    assert names(runs_panel) == [
        f"{FOLDED} prefetch or not · 2 runs",
        f"{FOLDED} comparison 2 · 2 runs",
    ]
    runs_panel.table.selectRow(0)
    assert [run.name for run in runs_panel._app_state.selection] == ["B 1", "B 2"]
    runs_panel.filter.setText("comparison 2")
    assert names(runs_panel) == [f"{FOLDED} comparison 2 · 4 runs"]


def test_a_sorted_table_keeps_one_row_each_and_sorts_all_once_opened(
    runs_panel: RunsPanel, experiments: list[Experiment]
) -> None:
    runs_panel.table.sortByColumn(NAME, Qt.SortOrder.DescendingOrder)
    assert sorted(names(runs_panel)) == sorted(
        ["run 1", f"{FOLDED} prefetch or not · 4 runs", "run 6", f"{FOLDED} comparison 2 · 4 runs"]
    )
    runs_panel.proxy.open(experiments[0].id, on=True)
    shown = [name.removeprefix(f"{OPEN} ") for name in names(runs_panel)]
    inside = [name for name in shown if name.startswith("prefetch")]
    assert inside == [f"prefetch or not · {name}" for name in ("B 2", "B 1", "A 2", "A 1")]


def test_runs_that_come_go_into_the_folded_row(runs_panel: RunsPanel, session: Session) -> None:
    experiment = comparison(repeats=3)
    carry_out(session, experiment, waits(0.03, 0.015), experiment.order[:3])
    assert names(runs_panel) == [f"{FOLDED} comparison 1 · 3 runs"]
    carry_out(session, experiment, waits(0.03, 0.015), experiment.order[3:])
    assert names(runs_panel) == [f"{FOLDED} comparison 1 · 6 runs"]


def test_what_is_open_stays_open_over_a_restart(make_window: MakeWindow) -> None:
    window = make_window()
    for _ in range(2):
        carry_out(window.session, comparison(repeats=1), waits(0.03, 0.015))
    window.runs.proxy.open(window.session.experiments.all[1].id, on=True)
    window.close()
    assert names(make_window().runs) == [
        f"{FOLDED} comparison 1 · 2 runs",
        f"{OPEN} comparison 2 · A 1",
        "comparison 2 · B 1",
    ]
