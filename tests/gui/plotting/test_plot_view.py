"""A plot shows what it plots and nothing of pyqtgraph's own."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from gui.plotting.plot_view import PlotView


def test_pyqtgraphs_own_menu_is_never_seen_and_goes_with_the_plot(qtbot: QtBot) -> None:
    view = PlotView("loss", "The loss.")
    qtbot.addWidget(view)
    view.show()
    qtbot.waitExposed(view)
    menus = view.findChildren(QMenu)
    assert menus
    assert not any(menu.isVisible() for menu in menus)
