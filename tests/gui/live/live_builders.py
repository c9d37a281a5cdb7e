"""A run that goes on as the feed takes it in, and a mouse on a plot."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.model.events import EpochBegan, RunPrepared, StepsTaken
from core.model.run import Prepared
from gui.live.live_panel import LivePanel
from gui.plotting.plot_view import PlotView
from gui.state.app_state import AppState
from tests.gui.builders import Script, begin

EMULATED = {"fit__device": "emulated:20"}

MakePanel = Callable[[], LivePanel]


def advance(app_state: AppState, steps: int) -> None:
    """Add steps to the run under way, as the feed does."""
    recording = app_state.session.recording
    assert recording is not None
    asked = 0.05 * (recording.steps + np.arange(steps))
    times = np.stack([asked, asked + 0.03, asked + 0.05], axis=1)
    recording.handle(StepsTaken(times, np.full(steps, 32, np.int64), 1.0))
    app_state.run_advanced.emit()


def begin_live(app_state: AppState, steps: int = 100) -> None:
    begin(app_state.session, Script(), **{"fit.device": "emulated:20"})
    recording = app_state.session.recording
    assert recording is not None
    recording.handle(RunPrepared(Prepared(1, 1000, 10, 0, ("emulated accelerator 20 ms",))))
    recording.handle(EpochBegan(0))
    advance(app_state, steps)


def wheel(view: PlotView, qapp: QApplication) -> None:
    middle = QPointF(view.viewport().rect().center())
    event = QWheelEvent(
        middle,
        view.viewport().mapToGlobal(middle),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    qapp.sendEvent(view.viewport(), event)


def drag(
    qtbot: QtBot, view: PlotView, button: Qt.MouseButton, modifier: Qt.KeyboardModifier
) -> None:
    viewport = view.viewport()
    start = viewport.rect().center()
    qtbot.mousePress(viewport, button, modifier, start)
    for step in range(1, 6):
        qtbot.mouseMove(viewport, start + QPoint(20 * step, 0))
    qtbot.mouseRelease(viewport, button, modifier, start + QPoint(100, 0))
