"""On a screen of 1366 x 768 pixels at 200 % a page shows what it is about."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget

from gui.by_setting.by_setting_model import View
from gui.comparison.compare_dialog import CompareDialog
from gui.comparison.sweep_dialog import SweepDialog
from gui.main_window import MainWindow
from gui.plotting.marks_view import MarksView
from tests.gui.builders import Script, play


@pytest.fixture
def small(window: MainWindow) -> MainWindow:
    play(window.session, Script())
    window.resize(683, 360)
    QApplication.processEvents()
    return window


def seen(part: QWidget) -> bool:
    """Whether no edge of a part is out of sight or behind something that scrolls."""
    whole = QRect(0, 0, part.width(), part.height())
    return part.isVisible() and part.visibleRegion().boundingRect() == whole


def test_what_a_page_has_to_say_is_not_scrolled_out_of_sight(small: MainWindow) -> None:
    small.tabs.setCurrentWidget(small.pages.stages.page)
    QApplication.processEvents()
    assert small.pages.stages.page.empty.text()
    assert seen(small.pages.stages.page.empty)


def test_a_label_of_the_bar_goes_where_its_field_goes(small: MainWindow) -> None:
    for label in small.bar.findChildren(QLabel):
        field = label.buddy()
        assert field is not None
        assert label.isVisible() == field.isVisible()
    assert not small.bar.device.isVisible()
    small.resize(1366, 700)
    QApplication.processEvents()
    assert small.bar.device.isVisible()


def test_the_runs_leave_the_pages_most_of_the_height(small: MainWindow) -> None:
    area = small.centralWidget()
    assert small.bottom.height() <= 0.4 * area.height()


def test_a_chart_scrolls_before_it_is_too_low_to_be_read(small: MainWindow) -> None:
    small.tabs.setCurrentWidget(small.pages.by_setting.page)
    small.pages.by_setting.page.controls.show_view(View.ONE)
    QApplication.processEvents()
    chart = small.pages.by_setting.page.picture.chart
    assert isinstance(chart, MarksView)
    assert chart.isVisible()
    assert chart.height() >= 160


@pytest.mark.parametrize("which", ["compare", "sweep"])
def test_a_dialog_says_what_it_will_do_without_being_scrolled(
    window: MainWindow, which: str
) -> None:
    getattr(window.launcher, which).trigger()
    (dialog,) = (each for each in window.findChildren(QDialog) if each.isVisible())
    assert isinstance(dialog, CompareDialog | SweepDialog)
    dialog.resize(dialog.width(), 460)
    QApplication.processEvents()
    assert seen(dialog.amount)
