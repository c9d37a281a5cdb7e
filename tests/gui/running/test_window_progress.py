"""The title says how far a run is, and the desktop hears of what took long."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QProcess, QStandardPaths, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.session import Session
from gui import main_window
from gui.comparison.compare_dialog import CompareDialog
from gui.main_window import MainWindow
from gui.running import window_progress
from gui.running.desktop import Desktop
from gui.running.run_controller import Activity, RunController
from gui.running.window_progress import LONG_S, NAME, WindowProgress
from gui.state.app_state import AppState
from tests.diagnosis_builders import an_answer, record_diagnosis, with_answer
from tests.experiment_builders import comparison
from tests.gui.conftest import MakeWindow
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


@pytest.mark.parametrize(
    ("begins", "what", "came_of_it"),
    [
        ("compare", "map parallel calls, prefetch", "10 of 10 · complete"),
        ("diagnose", "diagnosis 1", "map parallel calls=4 calls, prefetch=autotune: 2.93 times"),
    ],
)
def test_what_the_window_begins_is_in_the_title_the_task_bar_and_told_at_its_end(
    make_window: MakeWindow,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
    begins: str,
    what: str,
    came_of_it: str,
) -> None:
    desktop = SilentDesktop()
    monkeypatch.setattr(main_window, "Desktop", lambda window: desktop)
    monkeypatch.setattr(window_progress, "LONG_S", 0.0)
    window = make_window(with_answer(ScriptedFit()))
    titles: list[str] = []
    window.windowTitleChanged.connect(titles.append)
    getattr(window.launcher, begins).trigger()
    for dialog in window.findChildren(CompareDialog):
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(desktop.told), timeout=30_000)
    assert any(title.endswith(f"{what} - {NAME}") for title in titles)
    assert window.windowTitle() == NAME
    assert desktop.shown[-1] is None
    ((title, text),) = desktop.told
    assert title == f"{what} - {NAME}"
    assert text.startswith(came_of_it)


def test_the_desktop_hears_of_it_only_while_another_window_is_in_front(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    sent: list[list[str]] = []
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    monkeypatch.setattr(QStandardPaths, "findExecutable", lambda name: f"/bin/{name}")
    monkeypatch.setattr(QProcess, "startDetached", lambda _, words: sent.append(list(words)))
    desktop = Desktop(window)
    desktop.tell("a - b", "in front")
    assert sent == []
    other = QWidget()
    qtbot.addWidget(other)
    with qtbot.waitActive(other):
        other.show()
        other.activateWindow()
    desktop.tell("a - b", 'says "done"')
    assert sent[0][-5:] == ['"a - b"', '"says \\"done\\""', "@as []", "@a{sv} {}", "-1"]
