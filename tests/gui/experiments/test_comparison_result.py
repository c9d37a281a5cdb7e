"""The page of a comparison: verdict, plots, notes and table, by mouse and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from core.analysis.comparisons.comparison import Comparison
from core.charts.chart import Target
from core.model.experiment import Experiment
from core.session import Session
from gui.experiments.comparison_result import ComparisonResult
from gui.plotting.chart_view import ChartView
from gui.state.app_state import AppState
from gui.theme import DARK
from tests.experiment_builders import EMULATED, carry_out, comparison, waits


@pytest.fixture
def page(app_state: AppState, qtbot: QtBot) -> ComparisonResult:
    made = ComparisonResult(app_state)
    made.resize(720, 520)
    made.picked.connect(app_state.select)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def show(page: ComparisonResult, session: Session, experiment: Experiment) -> Comparison:
    found = session.experiments.result(experiment)
    assert isinstance(found, Comparison)
    page.show_result(experiment, found)
    return found


@pytest.fixture
def experiment(session: Session, page: ComparisonResult) -> Experiment:
    made = comparison("off", 1, 2)
    carry_out(session, made, waits(0.03, 0.015, 0.03, noise=0.001))
    show(page, session, made)
    return made


def named(view: ChartView, name: str) -> Target:
    return next(target for target in view.targets if target.rows[0][0].endswith(name))


def selected(app_state: AppState) -> list[str]:
    return [run.name for run in app_state.selection]


def test_each_configuration_has_its_verdict_with_its_confidence(
    page: ComparisonResult, experiment: Experiment
) -> None:
    text = page.verdict.text()
    assert "B is faster than A" in text
    assert "C against A: no measurable difference" in text
    assert text.count("97.5 % confidence") == 2
    assert page.settings.text() == "prefetch: A off, B 1 batch, C 2 batches"


def test_shapes_lines_source_and_emulation_are_explained_below_the_plots(
    page: ComparisonResult, experiment: Experiment
) -> None:
    assert "higher is better" in page.how_to_read.text()
    assert EMULATED[0] in page.how_to_read.text()
    for part in ("counts", "same repeat", "95 % interval", "within 5 %"):
        assert part in page.legend.accessibleName()


def test_notes_are_there_in_full(page: ComparisonResult, session: Session) -> None:
    experiment = comparison(repeats=3)
    carry_out(session, experiment, waits(0.03, 0.015), experiment.order[:3], steps=20)
    found = show(page, session, experiment)
    assert len(found.notes) > 2
    assert all(note in page.notes.text() for note in found.notes)
    assert "so far" in page.verdict.text()


def test_a_point_says_run_figure_settings_and_what_is_to_be_known(
    page: ComparisonResult, session: Session
) -> None:
    experiment = comparison(repeats=5)
    steady = waits(0.03, 0.015, noise=0.01)
    carry_out(session, experiment, lambda one, at: 0.08 if at == (3, 1) else steady(one, at))
    show(page, session, experiment)
    far = next(at for at, one in enumerate(page.repeats.targets) if "Far from" in one.words)
    page.repeats.point_at(far)
    text = page.repeats.readout.text().replace("&nbsp;", " ")
    assert "B 4" in text
    assert "examples/s" in text
    assert "prefetch=2 batches" in text
    assert "Far from the others" in text
    assert "far from the others" in page.legend.accessibleName()


# pyqtgraph acts on a click without taking the event, which Qt then offers to the page around it.
@pytest.mark.qt_log_ignore("not accepted by receiving widget")
def test_a_click_on_a_point_selects_its_run_everywhere(
    page: ComparisonResult, experiment: Experiment, app_state: AppState, qtbot: QtBot
) -> None:
    view = page.repeats
    point = named(view, "B 3")
    # Painting it lays it out.
    view.grab()
    where = view.mapFromScene(view.item.vb.mapViewToScene(QPointF(point.x, point.y)))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert selected(app_state) == ["B 3"]


def test_arrow_keys_step_from_repeat_to_repeat(
    page: ComparisonResult, experiment: Experiment, app_state: AppState, qtbot: QtBot
) -> None:
    app_state.selection_changed.connect(
        lambda: page.mark_selected(frozenset(run.id for run in app_state.selection))
    )
    page.repeats.setFocus()
    seen = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(page.repeats, key)
        seen += selected(app_state)
    assert seen == ["A 1", "A 2", "A 1"]
    assert page.repeats.readout.isVisible()


def test_arrow_keys_step_from_ratio_to_ratio_and_select_the_configuration(
    page: ComparisonResult, experiment: Experiment, app_state: AppState, qtbot: QtBot
) -> None:
    page.ratios.setFocus()
    qtbot.keyClick(page.ratios, Qt.Key.Key_Right)
    assert selected(app_state) == ["B 1", "B 2", "B 3", "B 4", "B 5"]
    assert "faster" in page.ratios.readout.text()
    qtbot.keyClick(page.ratios, Qt.Key.Key_Right)
    assert selected(app_state)[0] == "C 1"


def test_another_metric_can_be_plotted_from_list_and_table(
    page: ComparisonResult, experiment: Experiment
) -> None:
    page.choose_metric("device_idle_percent")
    assert page.repeats.chart.y.label == "device idle (%)"
    assert "lower is better" in page.how_to_read.text()
    row = next(at for at, one in enumerate(page.model.rows) if one.metric_key == "final_loss")
    page.table.setCurrentIndex(page.model.index(row, 0))
    assert page.metric_box.currentData() == "final_loss"


def test_another_comparison_begins_with_throughput_the_same_keeps_the_choice(
    page: ComparisonResult, session: Session, experiment: Experiment
) -> None:
    page.choose_metric("device_idle_percent")
    show(page, session, experiment)
    assert page.metric_box.currentData() == "device_idle_percent"
    other = comparison()
    carry_out(session, other, waits(0.03, 0.015))
    show(page, session, other)
    assert page.metric_box.currentData() == "throughput_examples_per_s"


def test_a_heading_selects_the_runs_of_its_configuration(
    page: ComparisonResult, experiment: Experiment, app_state: AppState
) -> None:
    page.table.horizontalHeader().sectionClicked.emit(2)
    assert selected(app_state) == ["C 1", "C 2", "C 3", "C 4", "C 5"]


def test_the_table_is_as_high_as_its_rows(page: ComparisonResult, experiment: Experiment) -> None:
    assert page.table.height() >= page.table.verticalHeader().length()
    assert page.table.verticalScrollBar().maximum() == 0


def test_another_theme_redraws_the_plots(
    page: ComparisonResult, experiment: Experiment, app_state: AppState
) -> None:
    app_state.set_theme(DARK)
    page.apply()
    for view in (page.repeats, page.ratios):
        assert view.backgroundBrush().color().name() == DARK.base


def test_the_plots_can_be_copied_and_saved(page: ComparisonResult, experiment: Experiment) -> None:
    menu = page.menu()
    assert [action.text() for action in menu.actions()] == ["Copy image", "Save PNG…", "Save SVG…"]
    menu.deleteLater()


def test_without_any_run_it_says_that_nothing_is_measured(
    page: ComparisonResult, session: Session
) -> None:
    experiment = comparison()
    session.experiments.add(experiment)
    show(page, session, experiment)
    assert "Nothing measured yet" in page.verdict.text()


def test_with_only_one_configuration_known_it_says_so(
    page: ComparisonResult, session: Session
) -> None:
    experiment = comparison(1, repeats=1)
    carry_out(session, experiment, waits(0.03))
    show(page, session, experiment)
    assert "Only one configuration is known" in page.verdict.text()
