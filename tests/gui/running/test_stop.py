from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from core.model.events import Phase, PhaseStarted, RunEnded, StopAdvanced, StopStage
from core.model.plan import PROCESS, WINDOW
from core.model.run import RunState
from gui.main_window import MainWindow
from gui.running.run_controller import Activity
from tests.gui.conftest import MakeWindow
from tests.gui.fake_engines import FakeEngines, ToldFit
from tests.gui.scripted import STEPS, step_events

STOPPED = RunEnded(RunState.STOPPED, None, 1.0, 0.05)
BEGINNING = (PhaseStarted(Phase.TRAINING, 0.5), step_events(0, STEPS))


class Stubborn:
    """A window over a run that obeys no Stop until it is told to."""

    def __init__(self, qtbot: QtBot, make_window: MakeWindow, engine: str) -> None:
        self.qtbot, self.fit = qtbot, ToldFit()
        self.engines = FakeEngines(self.fit)
        self.window = make_window(engines=self.engines)
        self.window.engine.chooser.want(engine)
        self.window.launcher.start_run()
        self.fit.say(*BEGINNING)
        qtbot.waitUntil(lambda: "training" in self.status)

    @property
    def status(self) -> str:
        return self.window.status.text.text()

    def press_stop(self) -> None:
        self.qtbot.mouseClick(self.window.bar.stop_button, Qt.MouseButton.LeftButton)

    def question(self) -> QMessageBox:
        boxes = self.window.findChildren(QMessageBox)
        (box,) = (one for one in boxes if one.isVisible())
        return box

    def end(self) -> None:
        self.fit.say(STOPPED)
        self.qtbot.waitUntil(lambda: self.window.controller.activity is Activity.IDLE)


@pytest.fixture
def isolated(qtbot: QtBot, make_window: MakeWindow) -> Stubborn:
    return Stubborn(qtbot, make_window, PROCESS)


@pytest.fixture
def within(qtbot: QtBot, make_window: MakeWindow) -> Stubborn:
    return Stubborn(qtbot, make_window, WINDOW)


def test_stop_counts_down_to_the_end_of_the_process(qtbot: QtBot, isolated: Stubborn) -> None:
    isolated.press_stop()
    assert "stopping after this batch · its process is ended in" in isolated.status
    isolated.fit.say(StopAdvanced(StopStage.SOFT), StopAdvanced(StopStage.TERMINATING))
    qtbot.waitUntil(lambda: "ending its process · it is killed in" in isolated.status)
    isolated.fit.say(StopAdvanced(StopStage.KILLING))
    qtbot.waitUntil(lambda: "killing its process" in isolated.status)
    isolated.end()
    (run,) = isolated.window.session.runs
    assert run.state is RunState.STOPPED
    assert run.samples.steps == STEPS
    assert isolated.engines.asked == []


def test_the_seconds_go_on_while_nothing_is_heard(qtbot: QtBot, isolated: Stubborn) -> None:
    isolated.press_stop()
    first = isolated.status
    qtbot.waitUntil(lambda: isolated.status != first)
    assert "its process is ended in" in isolated.status
    isolated.end()


def test_a_second_press_ends_the_process_of_an_isolated_run(isolated: Stubborn) -> None:
    isolated.press_stop()
    button = isolated.window.bar.stop_button
    assert button.text() == "End now"
    assert "process" in button.toolTip()
    isolated.engines.on_end_now = lambda: isolated.fit.say(STOPPED)
    isolated.press_stop()
    assert isolated.engines.asked == ["end_now"]
    assert not button.isEnabled()
    isolated.qtbot.waitUntil(lambda: isolated.window.controller.activity is Activity.IDLE)
    assert button.text() == "Stop"
    assert isolated.window.session.runs[0].state is RunState.STOPPED


def test_the_button_is_for_the_next_run_what_it_was(isolated: Stubborn) -> None:
    isolated.press_stop()
    isolated.press_stop()
    isolated.end()
    isolated.window.launcher.start_run()
    assert isolated.window.launcher.stop.isEnabled()
    assert isolated.window.bar.stop_button.text() == "Stop"
    isolated.end()


def test_esc_asks_first_and_once_more_before_the_process_is_ended(isolated: Stubborn) -> None:
    stop = isolated.window.launcher.ask_stop
    stop.trigger()
    assert [button.text() for button in isolated.question().buttons()] == [
        "Stop",
        "Keep it running",
    ]
    isolated.question().defaultButton().click()
    assert isolated.window.controller.activity is Activity.STOPPING
    assert isolated.engines.asked == []
    stop.trigger()
    asked = isolated.question()
    assert asked.text() == "End its process now?"
    assert [button.text() for button in asked.buttons()] == ["End now", "Keep waiting"]
    asked.defaultButton().click()
    assert isolated.engines.asked == ["end_now"]
    stop.trigger()
    assert not any(one.isVisible() for one in isolated.window.findChildren(QMessageBox))
    isolated.end()


def test_in_the_window_a_second_press_says_why_nobody_can_and_offers_isolated(
    within: Stubborn,
) -> None:
    within.press_stop()
    assert within.status.startswith("stopping after this batch · training")
    within.press_stop()
    asked = within.question()
    assert "cannot be cut off" in asked.text()
    asked.defaultButton().click()
    assert within.window.engine.chooser.engine == PROCESS
    assert within.engines.asked == []
    within.end()


def test_a_run_that_is_silent_for_long_is_said_to_be(
    qtbot: QtBot, make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit = ToldFit()
    window = make_window(engines=FakeEngines(fit))
    window.launcher.start_run()
    fit.say(PhaseStarted(Phase.FILLING_BUFFERS, 0.5))
    qtbot.waitUntil(lambda: "filling buffers" in window.status.text.text())
    monkeypatch.setattr("gui.running.run_words.SILENT_S", 0.5)
    qtbot.waitUntil(lambda: "no batch yet for" in window.status.text.text())
    assert "filling buffers" in window.status.text.text()
    monkeypatch.undo()
    fit.say(BEGINNING[1])
    qtbot.waitUntil(lambda: "no batch" not in window.status.text.text())
    fit.say(STOPPED)
    qtbot.waitUntil(lambda: window.controller.activity is Activity.IDLE, timeout=30_000)


def test_closing_stops_an_isolated_run_hides_and_ends_every_process(isolated: Stubborn) -> None:
    window: MainWindow = isolated.window
    window.close()
    isolated.question().defaultButton().click()
    assert not window.isVisible()
    assert window.controller.activity is Activity.STOPPING
    assert isolated.engines.asked == []
    with isolated.qtbot.waitSignal(window.closed):
        isolated.fit.say(STOPPED)
    assert isolated.engines.asked == ["close"]
