"""What a person does to the table of runs and reads off it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.runs_table.run_columns import NAME, SETTINGS
from gui.runs_table.runs_panel import RunsPanel
from gui.state.app_state import AppState

Modifier = Qt.KeyboardModifier


def click(
    qtbot: QtBot, panel: RunsPanel, row: int, modifier: Modifier = Modifier.NoModifier
) -> None:
    where = panel.table.visualRect(panel.proxy.index(row, SETTINGS)).center()
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, modifier, where)


def names(panel: RunsPanel) -> list[str]:
    return [panel.proxy.index(row, NAME).data() for row in range(panel.proxy.rowCount())]


def selected(app_state: AppState) -> tuple[str, ...]:
    return tuple(run.id for run in app_state.selection)
