"""The page of a sweep: the sentence, the shares, the table."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.analysis.sweeps.sweep import SweepResult
from core.model.experiment import Experiment
from core.model.run import RunState
from core.session import Session
from gui.experiments.sweep_result import SweepResultView
from gui.state.app_state import AppState
from tests.experiment_builders import EMULATED, carry_out, sweep, waits

SLOW_WITHOUT = waits(*(0.04, 0.041, 0.01, 0.011, 0.008, 0.0085, 0.006, 0.0065), noise=0.002)
THROUGHPUT, DOUBTS = 3, 7


@pytest.fixture
def page(app_state: AppState, qtbot: QtBot) -> SweepResultView:
    made = SweepResultView(app_state)
    made.resize(720, 520)
    made.picked.connect(app_state.select)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def show(page: SweepResultView, session: Session, experiment: Experiment) -> SweepResult:
    found = session.experiments.result(experiment)
    assert isinstance(found, SweepResult)
    page.show_result(experiment, found)
    return found


@pytest.fixture
def experiment(session: Session, page: SweepResultView) -> Experiment:
    made = sweep()
    carry_out(session, made, SLOW_WITHOUT)
    show(page, session, made)
    return made


def column(page: SweepResultView, at: int) -> list[str]:
    return [page.model.index(row, at).data() for row in range(page.model.rowCount())]


def test_the_sentence_says_which_knob_mattered_most_and_bars_say_how_much(
    page: SweepResultView, experiment: Experiment
) -> None:
    assert page.sentence.text().startswith("prefetch mattered most")
    first, second = page.bars.chart.y.ticks or ()
    assert first.more.startswith("prefetch: ")
    assert first.more.endswith(" %, measurable difference")
    assert second.text == "batch"
    assert all(tick.more in page.bars.accessibleDescription() for tick in (first, second))


def test_the_fastest_comes_first_with_settings_interval_idle_and_repeats(
    page: SweepResultView, experiment: Experiment
) -> None:
    assert column(page, 0) == [str(place) for place in range(1, 9)]
    assert column(page, 1)[0] == "4 batches"
    assert column(page, 1)[-1] == "off"
    assert all(text.startswith("[") for text in column(page, 4))
    assert column(page, 6) == ["2 of 2"] * 8
    head = page.model.headerData(THROUGHPUT, Qt.Orientation.Horizontal)
    assert head == "throughput\n(examples/s)"
    assert page.source.text() == f"throughput and idle: timed in the loop, {EMULATED[0]}"


def test_any_column_sorts_and_what_was_not_measured_stays_last(
    page: SweepResultView, session: Session, experiment: Experiment
) -> None:
    part = sweep()
    carry_out(session, part, SLOW_WITHOUT, part.order[:6])
    show(page, session, part)
    measured = len(dict.fromkeys(which for _, which in part.order[:6]))
    for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        page.table.sortByColumn(THROUGHPUT, order)
        texts = column(page, THROUGHPUT)
        assert texts[measured:] == ["not measured"] * (8 - measured)
        speeds = [float(text.replace("\N{NARROW NO-BREAK SPACE}", "")) for text in texts[:measured]]
        assert speeds == sorted(speeds, reverse=order is Qt.SortOrder.DescendingOrder)
    page.table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert column(page, 1) == ["off"] * 2 + ["1 batch"] * 2 + ["2 batches"] * 2 + ["4 batches"] * 2


def test_the_order_that_was_chosen_outlives_new_runs(
    page: SweepResultView, session: Session, experiment: Experiment
) -> None:
    page.table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    show(page, session, experiment)
    assert column(page, 1)[:2] == ["4 batches"] * 2
    assert column(page, 1)[-1] == "off"


def test_a_row_selects_its_runs_and_a_run_selected_elsewhere_shows_its_row(
    page: SweepResultView, session: Session, experiment: Experiment, app_state: AppState
) -> None:
    page.table.selectRow(0)
    fastest = page.model.point_at(0).point.runs
    assert {run.id for run in app_state.selection} == {run.id for run in fastest}
    other = page.model.point_at(5).point.runs[0]
    app_state.select((other.id,))
    page.mark_selected(frozenset({other.id}))
    assert [index.row() for index in page.table.selectionModel().selectedRows()] == [5]
    assert [run.id for run in app_state.selection] == [other.id]


def test_the_arrow_keys_go_from_row_to_row(
    page: SweepResultView, experiment: Experiment, app_state: AppState, qtbot: QtBot
) -> None:
    page.table.setFocus()
    page.table.selectRow(0)
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    second = page.model.point_at(1).point.runs
    assert {run.id for run in app_state.selection} == {run.id for run in second}


def test_failed_runs_and_doubts_are_said(
    page: SweepResultView, session: Session, experiment: Experiment
) -> None:
    made = sweep()
    carry_out(session, made, SLOW_WITHOUT, made.order[:-1], steps=30)
    carry_out(session, made, SLOW_WITHOUT, made.order[-1:], state=RunState.FAILED)
    found = show(page, session, made)
    assert "1 of 2, 1 not done" in column(page, 6)
    # The scripted steps have 32 rows whatever the batch size is, which is doubted too.
    assert all("few steps" in doubts for doubts in column(page, DOUBTS))
    assert "steady steps" in page.model.index(0, DOUBTS).data(Qt.ItemDataRole.ToolTipRole)
    notes = page.notes.toPlainText()
    assert "8 of 8 configurations have doubtful runs" in notes
    assert all(note in notes for note in found.notes)


def test_without_a_run_it_says_that_nothing_is_measured(
    page: SweepResultView, session: Session
) -> None:
    made = sweep()
    session.experiments.add(made)
    show(page, session, made)
    assert page.sentence.text() == "Nothing measured yet"
    assert not page.bars.isVisible()
    assert column(page, 0) == ["–"] * 8
