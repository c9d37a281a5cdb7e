"""The tab of experiments in the window: where it stands, and what it hands to the other tabs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.model.run import RunState
from gui.main_window import MainWindow
from gui.run_controller import Activity
from gui.widgets.command_palette import CommandPalette
from tests.experiment_builders import carry_out, comparison, waits
from tests.gui.conftest import MakeWindow
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
    window.tabs.setCurrentWidget(window.experiments)
    window.experiments.list.view.setFocus()
    qtbot.keyClick(window.experiments.list.view, Qt.Key.Key_G)
    qtbot.waitUntil(
        lambda: window.controller.activity is Activity.IDLE and not window.session.queue.plans
    )
    assert [plan.turn and plan.turn.place for plan in fit.plans] == list(experiment.order[4:])
    assert all(run.state is RunState.DONE for run in window.session.runs)
    assert window.experiments.head.state.text() == "6 of 6 · complete"


def test_its_runs_are_shown_side_by_side_and_against_settings(window: MainWindow) -> None:
    experiment = comparison(repeats=2)
    carry_out(window.session, experiment, waits(0.03, 0.015))
    acts = window.experiments.experiment_actions
    for action, tab in ((acts.side_by_side, window.compare), (acts.plots, window.against)):
        window.tabs.setCurrentWidget(window.experiments)
        action.trigger()
        assert window.tabs.currentWidget() is tab
    assert [run.name for run in window.notifier.selection] == ["A 1", "B 1"]


def test_every_action_is_in_the_palette(window: MainWindow) -> None:
    window.palette_action.trigger()
    palette = window.findChild(CommandPalette)
    assert palette is not None
    listed = [palette.list.topLevelItem(row) for row in range(palette.list.topLevelItemCount())]
    texts = {item.text(0) for item in listed if item is not None}
    assert {one.text() for one in window.experiments.actions()} <= texts
    palette.close()
