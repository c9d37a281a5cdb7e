"""What is not imported or built before the window is first painted."""

from __future__ import annotations

from pathlib import Path

import pyqtgraph as pg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from benchmarks.startup import start
from gui.main_window import MainWindow
from tests.experiment_builders import carry_out, comparison, waits
from tests.gui.builders import play

LATER = (
    "tensorflow", "keras", "scipy", "libcst", "pyqtgraph",
    "core.cli.catalogue", "core.export.report", "core.export.patch",
    "core.diagnosis", "gui.answer.answer_panel",
    "gui.by_setting.by_setting_panel", "gui.side_by_side.side_by_side_panel",
    "gui.experiments.experiments_panel", "gui.stages.stages_panel",
    "gui.python_code.python_page", "gui.widgets.command_palette", "gui.widgets.help_window",
    "gui.comparison.compare_dialog", "gui.comparison.sweep_dialog", "gui.user_code.open_dialog",
)  # fmt: skip
"""Each takes long to import, and is needed only for what the person does later."""


MOST = 40


def test_what_the_first_paint_does_not_need_is_not_there_yet(tmp_path: Path) -> None:
    started = start(str(tmp_path))
    assert "gui.main_window" in started.modules
    assert [name for name in LATER if name in started.modules] == []
    assert started.plots == 0


def test_only_the_plots_that_are_seen_are_built(window: MainWindow, qtbot: QtBot) -> None:
    assert window.findChildren(pg.PlotWidget) == []
    window.engine.getting_ready.emit()
    qtbot.waitUntil(lambda: len(window.findChildren(pg.PlotWidget)) == 3)
    play(window.session)
    window.live.refresh()
    assert len(window.findChildren(pg.PlotWidget)) == 3
    window.live.more.switches["memory"].trigger()
    window.live.more.switches["cpu"].trigger()
    assert len(window.findChildren(pg.PlotWidget)) == 5
    plots = [part for part in _tab_through(window, qtbot) if isinstance(part, pg.PlotWidget)]
    assert plots == [view for view in window.live.stack.views if view.isVisible()]


def test_a_plot_has_its_size_as_it_first_draws(window: MainWindow) -> None:
    play(window.session)
    window.live.refresh()
    sizes = [view.size() for view in window.findChildren(pg.PlotWidget)]
    assert len(sizes) == 3
    QApplication.processEvents()
    assert [view.size() for view in window.findChildren(pg.PlotWidget)] == sizes


@pytest.mark.parametrize(
    "name", ["answer", "by_setting", "side_by_side", "experiments", "timeline", "python"]
)
def test_a_page_is_built_when_it_is_first_shown_and_tab_leads_through_it_in_its_place(
    window: MainWindow, qtbot: QtBot, name: str
) -> None:
    titles = ["live", "answer", "by_setting", "side_by_side", "experiments", "stages", "timeline"]
    at = [*titles, "python"].index(name)
    runs = [play(window.session) for _ in range(2)]
    carry_out(window.session, comparison(), waits(0.03, 0.01))
    window.app_state.select(tuple(run.id for run in runs))
    assert window.tabs.widget(at) is None
    window.tabs.setCurrentIndex(at)
    page = window.tabs.widget(at)
    assert page is getattr(window.pages, name).page
    assert page is not None
    assert page.isVisible()
    assert any(page.isAncestorOf(part) for part in _tab_through(window, qtbot))


def _tab_through(window: MainWindow, qtbot: QtBot) -> list[QWidget]:
    """What Tab leads through from the tabs in the middle to those below."""
    window.tabs.tabBar().setFocus()
    parts: list[QWidget] = []
    while len(parts) < MOST:
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        if window.focusWidget() is window.bottom.tabs:
            return parts
        parts.append(window.focusWidget())
    raise AssertionError(f"no way from the page to the runs: {parts}")
