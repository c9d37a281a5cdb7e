from __future__ import annotations

from queue import SimpleQueue

import pytest
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from core.model.events import Event, RunEnded
from core.model.run import RunState
from gui.running.redraw_budget import SLOWEST_S
from gui.running.run_feed import RunFeed
from gui.state.app_state import AppState
from tests.gui.builders import begin
from tests.gui.scripted import step_events


class Clock:
    """Processor time that passes only where a test says so."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


class Canvas(QWidget):
    """Takes so long to paint."""

    def __init__(self, clock: Clock, cost_s: float) -> None:
        super().__init__()
        self._clock, self.cost_s, self.painted = clock, cost_s, 0

    def paintEvent(self, event: QPaintEvent) -> None:
        self._clock.now_s += self.cost_s
        self.painted += 1


class Fed:
    """A feed, the queue it drains and a window with something to paint."""

    def __init__(self, app_state: AppState, qtbot: QtBot, paint_s: float) -> None:
        self.clock = Clock()
        self.events: SimpleQueue[Event] = SimpleQueue()
        self.feed = RunFeed(app_state, clock=self.clock)
        self.window = QWidget()
        self.canvas = Canvas(self.clock, paint_s)
        QVBoxLayout(self.window).addWidget(self.canvas)
        self.window.resize(200, 100)
        qtbot.addWidget(self.window)
        app_state.run_advanced.connect(self.canvas.update)
        with qtbot.waitExposed(self.window):
            self.window.show()
        begin(app_state.session)
        self.feed.start(self.events)
        self._taken, self._qtbot = 0, qtbot

    def redraw(self, times: int) -> None:
        """Let so many redraws be caused by steps, each with the paint that follows."""
        for _ in range(times):
            before = self.canvas.painted
            self.events.put(step_events(self._taken, 5))
            self._taken += 5
            self.feed.drain()
            self._qtbot.waitUntil(lambda: self.canvas.painted > before)  # noqa: B023
        self.feed.drain()

    def end(self) -> None:
        self.events.put(RunEnded(RunState.DONE))
        self.feed.drain()


def test_where_painting_is_dear_the_run_is_drawn_less_often(
    app_state: AppState, qtbot: QtBot
) -> None:
    fed = Fed(app_state, qtbot, paint_s=0.030)
    before_ms = fed.feed.interval_ms
    fed.redraw(25)
    assert fed.feed.interval_ms == pytest.approx(1500, rel=0.02)
    assert fed.feed.interval_ms > before_ms
    fed.end()


def test_where_painting_gets_cheap_again_the_run_is_drawn_more_often(
    app_state: AppState, qtbot: QtBot
) -> None:
    fed = Fed(app_state, qtbot, paint_s=0.030)
    fed.redraw(10)
    dear_ms = fed.feed.interval_ms
    fed.canvas.cost_s = 0.004
    fed.redraw(20)
    assert fed.feed.interval_ms == pytest.approx(200, rel=0.1)
    assert fed.feed.interval_ms < dear_ms
    fed.end()


def test_what_panels_do_before_the_paint_counts_too(app_state: AppState, qtbot: QtBot) -> None:
    fed = Fed(app_state, qtbot, paint_s=0.010)

    def work() -> None:
        fed.clock.now_s += 0.010

    app_state.run_advanced.connect(work)
    fed.redraw(25)
    assert fed.feed.interval_ms == pytest.approx(1000, rel=0.02)
    fed.end()


def test_a_window_that_is_not_painted_still_pays_for_what_panels_do(
    app_state: AppState, qtbot: QtBot
) -> None:
    fed = Fed(app_state, qtbot, paint_s=0.0)
    fed.window.hide()

    def work() -> None:
        fed.clock.now_s += 10.0

    app_state.run_advanced.connect(work)
    for first in range(0, 200, 5):
        fed.events.put(step_events(first, 5))
        fed.feed.drain()
    assert fed.feed.interval_ms == pytest.approx(1000 * SLOWEST_S, rel=0.02)
    fed.end()


def test_paints_that_no_run_caused_are_not_counted(app_state: AppState, qtbot: QtBot) -> None:
    fed = Fed(app_state, qtbot, paint_s=1.0)
    before_ms = fed.feed.interval_ms
    for _ in range(3):
        painted = fed.canvas.painted
        fed.canvas.update()
        qtbot.waitUntil(lambda: fed.canvas.painted > painted)  # noqa: B023
    assert fed.feed.interval_ms == before_ms
    fed.end()
