"""The tab "Against settings" as a part of the window: keys, palette, room."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from core.model.experiment import SweptKnob
from gui.by_setting.by_setting_model import View
from gui.main_window import MainWindow
from tests.core.charts.reading import bars, cells
from tests.gui.sweep_builders import CALLS, PREFETCH, a_sweep, record_sweep

AXES = (SweptKnob(CALLS, ("off", 2)), SweptKnob(PREFETCH, ("off", 2)))
ALT = Qt.KeyboardModifier.AltModifier


def test_keys_change_the_way_of_looking_while_the_tab_is_in_front(
    qtbot: QtBot, window: MainWindow
) -> None:
    record_sweep(window.session, a_sweep(AXES))
    qtbot.keyClick(window, Qt.Key.Key_2, ALT)
    assert window.pages.by_setting.page.controls.view is View.ONE
    window.tabs.setCurrentWidget(window.pages.by_setting.page)
    qtbot.keyClick(window, Qt.Key.Key_2, ALT)
    assert cells(window.pages.by_setting.page.picture.chart.chart)
    qtbot.keyClick(window, Qt.Key.Key_5, ALT)
    assert bars(window.pages.by_setting.page.picture.chart.chart)


def test_the_palette_leads_to_a_plot_from_another_tab(qtbot: QtBot, window: MainWindow) -> None:
    record_sweep(window.session, a_sweep(AXES))
    window.palette_action.trigger()
    palette = next(child for child in window.children() if type(child).__name__ == "CommandPalette")
    assert isinstance(palette, QWidget)
    line = palette.findChild(QLineEdit)
    assert line is not None
    qtbot.keyClicks(line, "against settings: memory")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert window.tabs.currentWidget() is window.pages.by_setting.page
    assert window.pages.by_setting.page.picture.chart.chart.name == "memory"


def test_escape_clears_brushes_before_it_asks_to_stop(qtbot: QtBot, window: MainWindow) -> None:
    experiment = record_sweep(window.session, a_sweep(AXES))
    window.pages.by_setting.page.show_experiment(experiment.id)
    window.pages.by_setting.page.choose(view=View.ALL)
    view = window.pages.by_setting.page.picture.parallel
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert window.app_state.selection
    assert len(window.runs.table.selectionModel().selectedRows()) == 4
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.brushes.on == {}
    assert not window.app_state.selection


def test_rows_selected_in_the_table_set_their_lines_off(qtbot: QtBot, window: MainWindow) -> None:
    experiment = record_sweep(window.session, a_sweep(AXES))
    window.pages.by_setting.page.show_experiment(experiment.id)
    window.pages.by_setting.page.choose(view=View.ALL)
    window.runs.table.selectRow(0)
    qtbot.keyClick(window.runs.table, Qt.Key.Key_Right)
    window.runs.table.selectRow(1)
    (run,) = window.app_state.selection
    (line,) = window.pages.by_setting.page.picture.parallel.strong
    assert run.id in window.pages.by_setting.page.picture.parallel.chart.lines[line].target.run_ids


def test_every_view_fits_a_small_screen(window: MainWindow) -> None:
    experiment = record_sweep(window.session, a_sweep(AXES))
    window.pages.by_setting.page.show_experiment(experiment.id)
    for view in View:
        window.pages.by_setting.page.choose(view=view)
        assert window.minimumSizeHint().width() <= 1366
        assert window.minimumSizeHint().height() <= 768
