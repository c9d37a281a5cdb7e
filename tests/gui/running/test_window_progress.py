"""The title says how far a run is, and the desktop hears of what took long."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.session import Session
from gui.running.run_controller import Activity, RunController
from gui.running.window_progress import LONG_S, NAME, WindowProgress
from gui.state.app_state import AppState
from tests.diagnosis_builders import an_answer, record_diagnosis
from tests.experiment_builders import comparison
from tests.gui.scripted import ScriptedFit


class SilentDesktop:
    """Keeps what it was told."""

    def __init__(self) -> None:
        self.shown: list[float | None] = []
        self.told: list[tuple[str, str]] = []

    def show_progress(self, fraction: float | None) -> None:
        self.shown.append(fraction)

    def tell(self, title: str, text: str) -> None:
        self.told.append((title, text))


@pytest.mark.parametrize("took_s", [LONG_S - 1, LONG_S])
def test_an_experiment_is_told_once_where_it_took_long(
    app_state: AppState, session: Session, qtbot: QtBot, took_s: float
) -> None:
    window, desktop = QWidget(), SilentDesktop()
    qtbot.addWidget(window)
    titles: list[str] = []
    window.windowTitleChanged.connect(titles.append)
    controller, times = RunController(app_state, ScriptedFit(), window), iter([0.0, took_s])
    WindowProgress(window, app_state, controller, desktop, clock=lambda: next(times))
    experiment = comparison(name="is it worth it?", repeats=2)
    experiment = session.experiments.add(experiment)
    controller.start(*session.experiments.plans(experiment))
    qtbot.waitUntil(lambda: controller.activity is Activity.IDLE)
    seen = [share for share in desktop.shown if share is not None]
    assert seen == sorted(seen)
    assert {0.0, 0.25, 0.5, 0.75} <= {round(share, 2) for share in seen}
    assert f"25 % - is it worth it? - {NAME}" in titles
    assert titles[-1] == NAME
    assert desktop.shown[-1] is None
    told = [(f"is it worth it? - {NAME}", "4 of 4 · complete")]
    assert desktop.told == (told if took_s >= LONG_S else [])


def test_of_a_diagnosis_the_title_says_how_much_of_its_time_is_used(
    app_state: AppState, session: Session, qtbot: QtBot
) -> None:
    window, desktop = QWidget(), SilentDesktop()
    qtbot.addWidget(window)
    controller = RunController(app_state, ScriptedFit(), window)
    WindowProgress(window, app_state, controller, desktop)
    told = an_answer(finished=False, now="trying prefetch", wall_s=30.0, budget_s=300.0)
    run = record_diagnosis(session, told, over=False)
    controller.beginning.emit(run.plan)
    app_state.run_advanced.emit()
    assert window.windowTitle() == f"10 % - diagnosis - {NAME}"
    assert desktop.shown[-1] == 0.1
