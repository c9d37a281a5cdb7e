"""Selected runs stand side by side, with what to doubt about them above."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from core.metrics.x_axis import XAxis, XRange
from core.model.experiment import Experiment
from core.model.run import Run
from core.model.turn import ExperimentKind
from core.session import Session
from core.workloads.catalogue import workload
from gui.side_by_side.side_by_side_panel import MOST_RUNS, SideBySidePanel
from gui.state.app_state import AppState
from gui.theme import DARK
from tests.builders import even_samples, events_of
from tests.gui.run_builders import end_run, record_run

Horizontal = Qt.Orientation.Horizontal


@pytest.fixture
def panel(app_state: AppState, qtbot: QtBot) -> SideBySidePanel:
    made = SideBySidePanel(app_state)
    made.resize(1040, 600)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def runs(session: Session) -> tuple[Run, ...]:
    return tuple(
        record_run(session, values, wait_s=wait_s)
        for values, wait_s in (
            ({}, 0.03),
            ({"prefetch.buffer_size": 2}, 0.01),
            ({"batch.batch_size": 64}, 0.02),
        )
    )


def select(app_state: AppState, *runs: Run) -> None:
    app_state.select(tuple(run.id for run in runs))


def columns(panel: SideBySidePanel) -> list[str]:
    model = panel.model
    heads = (model.headerData(at, Horizontal) for at in range(model.columnCount()))
    return [head.split("\n")[0] for head in heads]


def test_with_fewer_than_two_runs_it_says_how_to_select(
    panel: SideBySidePanel, app_state: AppState, runs: tuple[Run, ...]
) -> None:
    assert panel.empty.isVisible()
    select(app_state, runs[0])
    assert panel.empty.isVisible()
    assert "Select two or more runs" in panel.empty.text()
    assert not panel.copy_action.isEnabled()


def test_without_a_baseline_the_first_selected_is_compared_with(
    panel: SideBySidePanel, app_state: AppState, runs: tuple[Run, ...]
) -> None:
    select(app_state, runs[1], runs[0])
    assert columns(panel) == ["run 2 (baseline)", "run 1"]
    assert panel.table.isVisible()
    assert "slower" in panel.model.text()


def test_the_pinned_baseline_comes_first_and_makes_one_selected_run_enough(
    panel: SideBySidePanel, app_state: AppState, session: Session, runs: tuple[Run, ...]
) -> None:
    session.set_baseline(runs[2].id)
    select(app_state, runs[0])
    assert columns(panel) == ["run 3 (baseline)", "run 1"]
    select(app_state, runs[0], runs[2], runs[1])
    assert columns(panel) == ["run 3 (baseline)", "run 1", "run 2"]
    select(app_state, runs[2])
    assert panel.empty.isVisible()


def test_doubts_stand_above_in_words(
    panel: SideBySidePanel, app_state: AppState, runs: tuple[Run, ...], qtbot: QtBot
) -> None:
    select(app_state, runs[0], runs[2])
    notes = panel.notes.toPlainText()
    assert "One run each proves little" in notes
    assert "run 3 against run 1: another batch size" in notes
    assert panel.notes.isReadOnly()
    qtbot.waitUntil(lambda: not panel.notes.verticalScrollBar().isVisible())


def test_equal_settings_are_shown_on_demand(
    panel: SideBySidePanel, app_state: AppState, runs: tuple[Run, ...], qtbot: QtBot
) -> None:
    select(app_state, *runs)
    before = panel.model.rowCount()
    assert "SAME" not in panel.model.text()
    qtbot.keyClick(panel.show_equal, Qt.Key.Key_Space)
    assert "SAME" in panel.model.text()
    assert panel.model.rowCount() > before
    same = next(row for row, line in enumerate(panel.model.rows) if line.head == "Same")
    assert panel.table.columnSpan(same, 0) == 3


def test_the_steps_selected_in_the_plots_have_a_section_until_they_are_not_any_more(
    panel: SideBySidePanel, app_state: AppState, runs: tuple[Run, ...]
) -> None:
    select(app_state, *runs[:2])
    app_state.select_range(XRange.between(XAxis.STEP, 20, 60))
    lines = panel.model.text().splitlines()
    at = next(at for at, line in enumerate(lines) if line.startswith("IN STEPS 21 TO 60"))
    selected = app_state.selected_range
    assert selected is not None
    figures = [selected.figure(run, "throughput").numbers() for run in runs[:2]]
    assert lines[at + 1].split() == " ".join(("throughput (examples/s)", *figures)).split()
    app_state.select_range(None)
    assert "IN STEPS" not in panel.model.text()


def test_values_are_not_cut(
    panel: SideBySidePanel, app_state: AppState, runs: tuple[Run, ...]
) -> None:
    select(app_state, *runs)
    for column in range(3):
        wanted = panel.table.sizeHintForColumn(column)
        assert panel.table.columnWidth(column) >= wanted


def test_names_and_deletions_show_at_once(
    panel: SideBySidePanel, app_state: AppState, session: Session, runs: tuple[Run, ...]
) -> None:
    select(app_state, *runs)
    session.relabel(runs[1].id, name="tuned")
    assert columns(panel) == ["run 1 (baseline)", "tuned", "run 3"]
    session.delete(runs[2].id)
    assert columns(panel) == ["run 1 (baseline)", "tuned"]


def test_a_panel_that_is_not_seen_catches_up_when_it_is(
    app_state: AppState, runs: tuple[Run, ...], qtbot: QtBot
) -> None:
    panel = SideBySidePanel(app_state)
    qtbot.addWidget(panel)
    select(app_state, *runs)
    assert panel.model.columnCount() == 0
    panel.show()
    assert panel.model.columnCount() == 3


def test_figures_of_a_run_under_way_follow_slowly(
    panel: SideBySidePanel,
    app_state: AppState,
    session: Session,
    runs: tuple[Run, ...],
    qtbot: QtBot,
) -> None:
    live = record_run(session, steps=60, to_the_end=False)
    select(app_state, runs[0], live)
    assert "still under way" in panel.notes.toPlainText()
    with qtbot.waitSignal(panel.model.dataChanged, timeout=5000):
        for _ in range(5):
            app_state.run_advanced.emit()
    end_run(session)
    assert "still under way" not in panel.notes.toPlainText()


def test_runs_under_way_that_are_not_compared_start_nothing(
    panel: SideBySidePanel,
    app_state: AppState,
    session: Session,
    runs: tuple[Run, ...],
    qtbot: QtBot,
) -> None:
    select(app_state, *runs)
    record_run(session, to_the_end=False)
    with qtbot.assertNotEmitted(panel.model.dataChanged):
        app_state.run_advanced.emit()
    end_run(session)


def test_the_button_copies_table_and_doubts(
    panel: SideBySidePanel, app_state: AppState, runs: tuple[Run, ...], qtbot: QtBot
) -> None:
    select(app_state, *runs[:2])
    with qtbot.waitSignal(app_state.message):
        qtbot.mouseClick(panel.copy_button, Qt.MouseButton.LeftButton)
    text = QGuiApplication.clipboard().text()
    assert "prefetch\toff\t2 batches" in text
    assert "One run each proves little" in text


def test_more_runs_than_anyone_reads_are_cut_and_it_is_said(
    panel: SideBySidePanel, app_state: AppState, session: Session
) -> None:
    many = [record_run(session, steps=2) for _ in range(MOST_RUNS + 2)]
    select(app_state, *many)
    assert panel.model.columnCount() == MOST_RUNS
    assert f"first {MOST_RUNS} of {MOST_RUNS + 2} runs" in panel.notes.toPlainText()


def test_another_theme_repaints(
    panel: SideBySidePanel, app_state: AppState, runs: tuple[Run, ...], qtbot: QtBot
) -> None:
    select(app_state, *runs)
    with qtbot.waitSignal(panel.model.dataChanged):
        app_state.set_theme(DARK)


def heading(panel: SideBySidePanel, head: str) -> int:
    return [line.head for line in panel.model.rows].index(head)


def test_a_section_folds_by_mouse_and_by_keyboard(
    panel: SideBySidePanel, app_state: AppState, runs: tuple[Run, ...], qtbot: QtBot
) -> None:
    select(app_state, *runs)
    row = heading(panel, "Measured")
    cell = panel.table.visualRect(panel.model.index(row, 0)).center()
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    assert panel.table.isRowHidden(row + 1)
    assert not panel.table.isRowHidden(row)
    panel.table.setFocus()
    panel.table.setCurrentIndex(panel.model.index(row, 0))
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert not panel.table.isRowHidden(row + 1)


def test_what_is_folded_stays_folded_when_other_runs_are_compared(
    panel: SideBySidePanel, app_state: AppState, runs: tuple[Run, ...]
) -> None:
    select(app_state, *runs)
    panel.fold_action.trigger()
    select(app_state, runs[0], runs[2])
    assert panel.table.isRowHidden(heading(panel, "Measured") + 1)


def test_repeats_of_a_kept_comparison_say_so_and_where_the_verdict_is(
    panel: SideBySidePanel, app_state: AppState, session: Session
) -> None:
    first, second = _comparison(session)
    select(app_state, first, second)
    notes = panel.notes.toPlainText()
    assert "All 2 are runs of the comparison “does prefetch help”" in notes
    assert "the tab Experiments" in notes
    alone = record_run(session)
    select(app_state, first, alone)
    assert f"{first.name} is a run of the comparison" in panel.notes.toPlainText()


def test_the_verdict_stands_above_and_is_copied_too(
    panel: SideBySidePanel, app_state: AppState, session: Session
) -> None:
    select(app_state, *_comparison(session))
    verdict = panel.notes.toPlainText().split("\n")[0].removeprefix("• ")
    assert verdict.startswith("B against A: not enough data")
    panel.copy_action.trigger()
    assert verdict in QGuiApplication.clipboard().text()


def _comparison(session: Session) -> tuple[Run, Run]:
    """One repeat of each of two configurations."""
    settings = workload("in_memory").chain.defaults()
    kept = session.experiments.add(
        Experiment(
            ExperimentKind.COMPARISON,
            "in_memory",
            (settings, settings.with_values({"prefetch.buffer_size": 2})),
            repeats=1,
            name="does prefetch help",
        )
    )
    made = []
    for plan in session.experiments.plans(kept):
        session.begin(plan)
        for event in events_of(even_samples(100)):
            session.handle(event)
        made.append(session.run(plan.id))
    return made[0], made[1]
