"""A table of runs over a session of its own, with runs that a test records."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.folders import Folders
from core.session import Session
from gui.notifier import Notifier
from gui.panels.runs_panel import RunsPanel
from gui.theme import LIGHT, apply_theme
from tests.gui.run_builders import record_run


@pytest.fixture
def notifier(tmp_path: Path, qapp: object) -> Notifier:
    return Notifier(Session(Folders.under(tmp_path), record=False), LIGHT)


@pytest.fixture
def session(notifier: Notifier) -> Session:
    return notifier.session


@pytest.fixture
def runs_panel(notifier: Notifier, qtbot: QtBot, qapp: QApplication) -> RunsPanel:
    apply_theme(qapp, LIGHT)
    made = RunsPanel(notifier)
    made.resize(QSize(1040, 240))
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made.table.setFocus()
    return made


@pytest.fixture
def runs(session: Session, runs_panel: RunsPanel) -> tuple[str, ...]:
    """Ids of three runs; the panel was there first."""
    return tuple(
        record_run(session, values, wait_s=wait_s).id
        for values, wait_s in (
            ({}, 0.03),
            ({"prefetch.buffer_size": 2}, 0.01),
            ({"shuffle.buffer_size": 1024}, 0.02),
        )
    )
