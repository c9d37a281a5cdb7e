"""A window is there again as it was left: pages, tables, plots, form, experiment."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.by_setting.by_setting_model import View
from gui.main_window import MainWindow
from gui.run_plots.plot import XAxis
from gui.state.ui_settings import UiSettings
from tests.experiment_builders import carry_out, comparison, waits
from tests.gui.builders import Script, play
from tests.gui.conftest import MakeWindow


def page(window: MainWindow, title: str) -> None:
    titles = [window.tabs.tabText(index) for index in range(window.tabs.count())]
    window.tabs.setCurrentIndex(titles.index(title))
    QApplication.processEvents()


def test_pages_tables_plots_and_the_open_experiment_come_back(make_window: MakeWindow) -> None:
    first = make_window()
    runs = [play(first.session, Script(workload="augmented", epochs=1)) for _ in range(2)]
    for name in ("one", "another"):
        carry_out(first.session, comparison(name=name), waits(0.03, 0.01))
    wanted = next(one for one in first.session.experiments.all if one.name == "one")
    first.app_state.select(tuple(run.id for run in runs))
    first.live.set_x_axis(XAxis.SECONDS)
    QApplication.processEvents()
    first.live.stack.set_x_range(1.0, 3.0)
    first.live.set_follow(False)
    first.runs.filter.setText("augmented")
    first.runs.table.horizontalHeader().setSortIndicator(2, Qt.SortOrder.DescendingOrder)
    page(first, "Against settings")
    first.pages.by_setting.page.controls.show_view(View.MEMORY)
    page(first, "Experiments")
    first.pages.experiments.page.show_experiment(wanted.id)
    first.bottom.tabs.setCurrentIndex(1)
    first.close()

    second = make_window()
    assert second.tabs.tabText(second.tabs.currentIndex()) == "Experiments"
    assert second.pages.experiments.page.list.chosen_id == wanted.id
    assert second.bottom.tabs.currentIndex() == 1
    assert second.runs.filter.text() == "augmented"
    assert second.runs.proxy.rowCount() == 2
    heads = second.runs.table.horizontalHeader()
    assert heads.sortIndicatorSection() == 2
    assert heads.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder
    assert [run.id for run in second.app_state.selection] == [run.id for run in runs]
    page(second, "Against settings")
    assert second.pages.by_setting.page.controls.view is View.MEMORY
    page(second, "Live")
    assert second.live.x_axis is XAxis.SECONDS
    assert not second.live.follow.on
    assert second.live.stack.x_range == (1.0, 3.0)


def test_what_is_only_typed_comes_back(make_window: MakeWindow, qtbot: QtBot) -> None:
    first = make_window()
    field = first.pipeline.boxes["batch"].editors["batch.batch_size"]
    field.setFocus()
    qtbot.keyClicks(QApplication.focusWidget(), "7")
    typed = first.draft.settings["batch.batch_size"]
    first.close()
    assert first.draft.settings["batch.batch_size"] != typed
    assert make_window().draft.settings == first.draft.settings


def test_a_form_is_kept_without_the_window_being_closed(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window()
    window.draft.set_value("batch.batch_size", 48)
    saved = window._memory.timer
    qtbot.waitUntil(saved.isActive)
    saved.setInterval(0)
    with qtbot.waitSignal(saved.timeout):
        saved.start()
    kept = UiSettings(window.session.folders.runs).mapping("settings")
    assert kept[window.draft.workload.id]["batch.batch_size"] == 48
