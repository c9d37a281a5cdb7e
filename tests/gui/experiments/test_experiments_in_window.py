"""The tab of experiments in the window: where it stands, and what it hands to the other tabs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from core.model.diagnosis import DiagnosisOptions
from core.model.events import AnswerFound, Phase, PhaseStarted, RunEnded
from core.model.experiment import Experiment
from core.model.plan import Part
from core.model.run import RunState
from gui.comparison.compare_dialog import CompareDialog
from gui.comparison.sweep_dialog import SweepDialog
from gui.main_window import MainWindow
from gui.running.run_controller import Activity
from gui.widgets.command_palette import CommandPalette
from tests.diagnosis_builders import an_answer
from tests.experiment_builders import carry_out, comparison, sweep, waits
from tests.gui.conftest import MakeWindow
from tests.gui.file_dialogs import answer, choose
from tests.gui.scripted import ScriptedFit


def test_it_stands_between_side_by_side_and_stages(window: MainWindow) -> None:
    titles = [window.tabs.tabText(index) for index in range(window.tabs.count())]
    at = titles.index("Experiments")
    assert titles[at - 1 : at + 2] == ["Side by side", "Experiments", "Stages"]
    assert window.tabs.tabToolTip(at).endswith(f"({at + 1})")


def test_go_on_carries_out_what_is_missing_and_the_tab_follows(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    fit = ScriptedFit()
    window = make_window(fit)
    experiment = comparison(repeats=3)
    carry_out(window.session, experiment, waits(0.03, 0.015), experiment.order[:4])
    window.tabs.setCurrentWidget(window.pages.experiments.page)
    window.pages.experiments.page.list.view.setFocus()
    qtbot.keyClick(window.pages.experiments.page.list.view, Qt.Key.Key_G)
    qtbot.waitUntil(
        lambda: window.controller.activity is Activity.IDLE and not window.session.queue.plans
    )
    assert [plan.turn and plan.turn.place for plan in fit.plans] == list(experiment.order[4:])
    assert all(run.state is RunState.DONE for run in window.session.runs)
    assert window.pages.experiments.page.head.state.text() == "6 of 6 · complete"


def test_its_runs_are_shown_side_by_side_and_against_settings(window: MainWindow) -> None:
    experiment = comparison(repeats=2)
    carry_out(window.session, experiment, waits(0.03, 0.015))
    acts = window.pages.experiments.page.experiment_actions
    for action, tab in (
        (acts.side_by_side, window.pages.side_by_side.page),
        (acts.plots, window.pages.by_setting.page),
    ):
        window.tabs.setCurrentWidget(window.pages.experiments.page)
        action.trigger()
        assert window.tabs.currentWidget() is tab
    assert [run.name for run in window.app_state.selection] == ["A 1", "B 1"]


def test_every_action_is_in_the_palette(window: MainWindow) -> None:
    window.palette_action.trigger()
    palette = window.findChild(CommandPalette)
    assert palette is not None
    listed = [palette.list.topLevelItem(row) for row in range(palette.list.topLevelItemCount())]
    texts = {item.text(0) for item in listed if item is not None}
    assert {action.text() for action in window.pages.experiments.page.actions()} <= texts
    palette.close()


def dialog(window: MainWindow, kind: type[QDialog]) -> QDialog:
    found = [one for one in window.findChildren(kind) if one.isVisible()]
    assert len(found) == 1
    return found[0]


def test_a_comparison_is_duplicated_with_its_settings_to_be_changed_first(
    window: MainWindow,
) -> None:
    experiment = replace(comparison(repeats=4), early=True)
    carry_out(window.session, experiment, waits(0.03, 0.015))
    window.tabs.setCurrentWidget(window.pages.experiments.page)
    window.pages.experiments.page.experiment_actions.duplicate.trigger()
    asked = dialog(window, CompareDialog)
    assert isinstance(asked, CompareDialog)
    made = asked.experiment()
    assert made.configurations == experiment.configurations
    assert (made.repeats, made.early) == (4, True)
    assert made.id != experiment.id
    asked.reject()


@pytest.mark.parametrize("make", [comparison, sweep])
@pytest.mark.parametrize("at_left", ["in_memory", "augmented"])
def test_to_duplicate_leaves_the_form_as_it_is(
    window: MainWindow, make: Callable[[], Experiment], at_left: str
) -> None:
    experiment = window.session.experiments.add(make())
    window.draft.set_workload(at_left)
    window.draft.set_value("batch.batch_size", 7)
    before = window.draft.workload.id, window.draft.saved_state()
    window.tabs.setCurrentWidget(window.pages.experiments.page)
    window.pages.experiments.page.show_experiment(experiment.id)
    window.pages.experiments.page.experiment_actions.duplicate.trigger()
    asked = dialog(window, CompareDialog if make is comparison else SweepDialog)
    assert isinstance(asked, CompareDialog | SweepDialog)
    made = asked.draft().experiment()
    assert made.workload == experiment.workload
    assert made.configurations[0] == experiment.configurations[0]
    assert (window.draft.workload.id, window.draft.saved_state()) == before
    asked.reject()
    assert (window.draft.workload.id, window.draft.saved_state()) == before


def test_a_configuration_against_itself_is_duplicated_as_that(window: MainWindow) -> None:
    one = comparison(repeats=3)
    experiment = replace(one, configurations=(one.configurations[0], one.configurations[0]))
    carry_out(window.session, experiment, waits(0.03, 0.03))
    window.tabs.setCurrentWidget(window.pages.experiments.page)
    window.pages.experiments.page.experiment_actions.duplicate.trigger()
    asked = dialog(window, CompareDialog)
    assert isinstance(asked, CompareDialog)
    assert asked.experiment().configurations == experiment.configurations
    asked.reject()


def test_a_sweep_is_duplicated_with_its_axes_and_design(window: MainWindow) -> None:
    experiment = sweep(repeats=3)
    window.session.experiments.add(experiment)
    window.tabs.setCurrentWidget(window.pages.experiments.page)
    window.pages.experiments.page.show_experiment(experiment.id)
    window.pages.experiments.page.experiment_actions.duplicate.trigger()
    asked = dialog(window, SweepDialog)
    assert isinstance(asked, SweepDialog)
    made = asked.draft().experiment()
    assert set(made.axes) == set(experiment.axes)
    assert made.repeats == 3
    assert {tuple(sorted(configuration.items())) for configuration in made.configurations} == {
        tuple(sorted(configuration.items())) for configuration in experiment.configurations
    }
    asked.reject()


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("r.html", "<!doctype html>"),
        ("r", "<!doctype html>"),
        ("r.csv", "number,"),
        ("r.json", "{"),
    ],
)
def test_a_report_is_saved_as_the_ending_says(
    window: MainWindow, tmp_path: Path, name: str, begins: str
) -> None:
    experiment = comparison(repeats=3)
    carry_out(window.session, experiment, waits(0.03, 0.015))
    window.tabs.setCurrentWidget(window.pages.experiments.page)
    window.pages.experiments.page.experiment_actions.report.trigger()
    choose(tmp_path / name)
    (written,) = tmp_path.glob("r*")
    assert written.read_text(encoding="utf-8").startswith(begins)
    assert "Saved" in window.statusBar().currentMessage()


def test_a_report_that_cannot_be_written_says_why(window: MainWindow, tmp_path: Path) -> None:
    carry_out(window.session, comparison(repeats=3), waits(0.03, 0.015))
    window.tabs.setCurrentWidget(window.pages.experiments.page)
    window.pages.experiments.page.experiment_actions.report.trigger()
    answer(tmp_path / "no" / "r.html")
    assert window.banner.isVisible()
    assert "cannot be written" in window.banner.text.text()


def test_a_diagnosis_is_kept_shown_gone_on_with_and_opened_in_answer(window: MainWindow) -> None:
    session, workload = window.session, window.draft.workload
    plan = session.plan(
        workload, window.draft.settings, Part.DIAGNOSIS, diagnosis=DiagnosisOptions()
    )
    kept = session.experiments.add(Experiment.of_diagnosis(plan, "why so slow?"))
    (plan,) = session.experiments.plans(kept)
    session.begin(plan)
    session.handle(PhaseStarted(Phase.DIAGNOSING, 1.0))
    session.handle(AnswerFound(an_answer()))
    session.handle(RunEnded(RunState.STOPPED))
    page = window.pages.experiments.page
    window.pages.experiments.wanted.emit()
    page.show_experiment(kept.id)
    assert "2.93 times as fast" in page.diagnosis.headline.text()
    assert "prefetch 8: 1.00 times as fast" in page.diagnosis.tried.toPlainText()
    actions = page.experiment_actions
    assert actions.go_on.isEnabled()
    assert not actions.duplicate.isEnabled()
    assert not actions.show_runs.isEnabled()
    page.diagnosis.open_button.click()
    assert window.pages.answer.page.headline.isVisible()
    (again,) = session.experiments.plans(kept)
    assert again.resumed == session.run(plan.id).answer
