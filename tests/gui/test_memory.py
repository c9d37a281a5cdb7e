"""What the window holds of a run does not grow with its steps."""

from __future__ import annotations

import gc
import tracemalloc
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.folders import Folders
from core.model.events import EpochBegan, RunPrepared, StepsTaken
from core.model.run import Prepared
from core.session import Session
from gui.main_window import MainWindow
from gui.theme import LIGHT, apply_theme
from tests.gui.builders import begin
from tests.gui.run_builders import end_run

STEPS, PACKET = 200_000, 2_000


def test_a_step_takes_under_64_bytes_in_the_window_too(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    apply_theme(qapp, LIGHT)
    session = Session(Folders.under(tmp_path), record=False)
    window = MainWindow(session, LIGHT, load_tensorflow=False)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    begin(session)
    recording = session.recording
    assert recording is not None
    recording.handle(RunPrepared(Prepared(1, STEPS, 10, 0)))
    recording.handle(EpochBegan(0))

    def advance(first: int) -> None:
        asked_s = 0.002 * (first + np.arange(PACKET))
        times_s = np.stack([asked_s, asked_s + 0.001, asked_s + 0.002], axis=1)
        recording.handle(StepsTaken(times_s, np.full(PACKET, 32, np.int64), 1.0))
        window.app_state.run_advanced.emit()
        qapp.processEvents()

    for first in range(0, 5 * PACKET, PACKET):
        advance(first)
    # Imports what it needs, which is no memory of a step.
    python = window.pages.python.page
    gc.collect()
    tracemalloc.start()
    try:
        for first in range(5 * PACKET, STEPS, PACKET):
            advance(first)
            if first == STEPS * 3 // 4:
                # What is not seen any more must not hold on to what was there then.
                window.tabs.setCurrentWidget(python)
        gc.collect()
        allocated, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    end_run(session)
    assert recording.steps == STEPS
    assert allocated / STEPS < 64
    window.close()
