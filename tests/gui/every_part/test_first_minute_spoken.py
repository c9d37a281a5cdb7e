"""The first minute with a screen reader: what it says at start, in the form, and of a run."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.run_plots.crosshair_table import CrosshairReading
from gui.running.run_controller import Activity
from tests.gui.every_part.reader import reached, spoken, tree


def said(part: QWidget) -> str:
    return " | ".join(text for text in spoken(part) if text)


def test_the_first_minute_can_be_heard(window: MainWindow, qtbot: QtBot) -> None:
    # At the start: the keyboard is at Run, and what to do is said.
    assert QApplication.focusWidget() is window.bar.run_button
    name, role, about = spoken(window.bar.run_button)
    assert (name, role) == ("Run", "Button")
    assert about.startswith("Train with the settings on the left")
    heard = list(tree(window))
    assert any("No run yet. Press Run (Ctrl+R), then switch prefetch on" in line for line in heard)
    assert "StaticText: ready" in heard
    assert {f"PageTab: {title}" for title in ("Live", "Answer", "Stages")} <= set(heard)

    # By Tab through the form: which stage, which knob, its value.
    on_the_way = [(*spoken(stop)[:2], stop) for stop in reached(window.bar.run_button)]
    names = {name: (role, stop) for name, role, stop in on_the_way}
    assert names["prefetch buffer size"][0] == names["fit device"][0] == "ComboBox"
    assert "ComboBox: prefetch buffer size = off" in heard
    assert names["stage prefetch"][0] in ("CheckBox", "Client")

    # A run: what happens, and then what came of it.
    QTest.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(window.session.runs) == 1)
    qtbot.waitUntil(lambda: window.controller.activity is Activity.IDLE)
    assert any(line.startswith("StaticText: ready · run 1: done") for line in tree(window))
    plot = window.live.stack.view(0)
    plot.setFocus()
    name, _, about = spoken(plot)
    assert name == "device idle (%)"
    headline = window.live.stack.headlines[0].value.text()
    assert about.startswith(f"{headline}, ")
    assert "run 1: last " in about
    assert " %, between " in about
    assert "Share of the time in which the device had nothing to do" in about

    # The table of runs says each cell in words.
    table = window.runs.table
    interface = QAccessible.queryAccessibleInterface(table)
    assert interface.text(QAccessible.Text.Name) == "runs"
    model = table.model()
    cells = [_cell(model.index(0, column)) for column in range(model.columnCount())]
    assert "run 1" in cells
    assert "done" in cells
    assert all(cells)


def _cell(index: QModelIndex) -> str:
    return str(index.data(Qt.ItemDataRole.AccessibleTextRole) or index.data() or "nothing")


@pytest.mark.parametrize("more", ["", "and 3 more"])
def test_the_table_at_the_crosshair_is_said_run_by_run(more: str) -> None:
    rows = [
        (None, ["", "device idle", "loss"]),
        (None, ["run 2", "36.0 %", "1.91"]),
        (None, ["run 1", "62.0 %", "–"]),
    ]
    words = CrosshairReading("step 87", rows, more).words()
    said_first = "step 87. run 2: device idle 36.0 %, loss 1.91. run 1: device idle 62.0 %, loss –"
    assert words == said_first + (f". {more}" if more else "")
