"""Tab leads through the whole window and back to where it began."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.session.queue import again
from gui.main_window import MainWindow
from tests.gui.builders import Script, play

_MOST_STOPS = 120


@pytest.mark.parametrize("page", [0, 1], ids=["runs", "queue"])
@pytest.mark.parametrize("filled", [False, True], ids=["empty", "filled"])
def test_tab_comes_back_to_run(
    window: MainWindow, qtbot: QtBot, *, filled: bool, page: int
) -> None:
    if filled:
        run = play(window.session, Script())
        window.session.queue.paused = True
        window.session.queue.add(again(run.plan))
    window.bottom.tabs.setCurrentIndex(page)
    window.bar.run_button.setFocus()
    stops: list[str] = []
    while len(stops) < _MOST_STOPS:
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused is window.bar.run_button:
            break
        stops.append(focused.accessibleName())
    assert len(stops) < _MOST_STOPS, stops[-3:]
    assert {"preset", "fit epochs", "runs and queue"} <= set(stops)
