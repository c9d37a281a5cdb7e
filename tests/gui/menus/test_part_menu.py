"""Every part has a menu, by mouse and by key: its own, or what the panels around it can do."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from tests.diagnosis_builders import record_diagnosis
from tests.experiment_builders import carry_out, comparison, waits
from tests.gui.builders import Script, play
from tests.gui.conftest import MakeWindow
from tests.gui.stages.test_stages_panel import SAMPLED, record

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def full(make_window: MakeWindow) -> MainWindow:
    window = make_window()
    for _ in range(2):
        play(window.session, Script(workload="augmented"))
    record(window.app_state, SAMPLED)
    runs = window.session.runs
    carry_out(window.session, comparison(name="is it worth it?"), waits(0.03, 0.01))
    record_diagnosis(window.session)
    window.app_state.select(tuple(run.id for run in runs))
    return window


def parts(window: MainWindow) -> dict[str, tuple[QWidget, QWidget, str]]:
    """Of each place: its page, the part that has the focus, and something that its menu offers."""
    pages = window.pages
    answer, side = pages.answer.page, pages.side_by_side.page
    return {
        "runs": (window.live, window.runs.table, "Rename"),
        "live": (window.live, window.live.stack.views[0], "Fit"),
        "answer's changes": (answer, answer.table, "Use these settings"),
        "answer's chart": (answer, answer.rates.chart, "Report…"),
        "against settings": (
            pages.by_setting.page, pages.by_setting.page.picture.chart, "Copy numbers"
        ),
        "side by side": (side, side.table, "Copy comparison"),
        "experiments": (
            pages.experiments.page, pages.experiments.page.list.view, "Run experiment again"
        ),
        "stages": (pages.stages.page, pages.stages.page.table, "Copy table"),
        "timeline": (pages.timeline.page, pages.timeline.page.tools.open, "Open…"),
        "python": (pages.python.page, pages.python.page.code.view, "Copy"),
        "findings": (window.findings, window.findings.cards[0].set_button, "Set it"),
        "findings as text": (window.findings, window.findings.cards[0].set_button, "Copy as text"),
        "pipeline": (window.live, window.pipeline.boxes["cache"], "Help on this"),
    }  # fmt: skip


def opened(qtbot: QtBot, part: QWidget) -> QMenu:
    qtbot.keyClick(part, Qt.Key.Key_F10, SHIFT)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu), part
    return menu


def texts(menu: QMenu) -> list[str]:
    return [line.text().replace("&", "").partition("\t")[0] for line in menu.actions()]


def line(menu: QMenu, text: str) -> QAction:
    return menu.actions()[texts(menu).index(text)]


def test_every_part_has_a_menu_with_what_can_be_done_there(qtbot: QtBot, full: MainWindow) -> None:
    before = dict(full.draft.settings)
    for place, (page, part, offered) in parts(full).items():
        full.tabs.setCurrentWidget(page)
        part.setFocus()
        assert QApplication.focusWidget() is not None, place
        menu = opened(qtbot, part)
        assert offered in texts(menu), (place, texts(menu))
        if place in ("stages", "findings"):
            line(menu, offered).trigger()
        menu.close()
        qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)
    # A line presses the button that it stands for, and a table without an action is copied.
    assert dict(full.draft.settings) != before
    stages = full.pages.stages.page
    heads, *rows = QGuiApplication.clipboard().text().split("\n")
    assert len(rows) == stages.model.rowCount() > 0
    assert all(row.count("\t") == heads.count("\t") for row in rows)
