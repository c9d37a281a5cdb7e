"""The Live page over a session without a disk."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from gui.live.live_panel import LivePanel
from gui.state.app_state import AppState
from tests.gui.live.live_builders import MakePanel


@pytest.fixture
def make_panel(app_state: AppState, qtbot: QtBot) -> MakePanel:
    def make() -> LivePanel:
        panel = LivePanel(app_state, QAction("Trace the next steps"))
        panel.resize(1040, 620)
        qtbot.addWidget(panel)
        with qtbot.waitExposed(panel):
            panel.show()
        return panel

    return make
