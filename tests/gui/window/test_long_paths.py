"""A path that is longer than its place is cut in its middle, with all of it as tooltip."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from gui.widgets.banner import Banner
from gui.widgets.status_bar import StatusBar
from gui.widgets.wrapped_label import WrappedLabel

PATH = "/home/somebody/" + "projects/" * 30 + "train.py"


@pytest.mark.parametrize("width", [120, 400, 900])
def test_a_label_shows_both_ends_of_a_path(qtbot: QtBot, width: int) -> None:
    label = WrappedLabel(f"The file {PATH} cannot be read.")
    qtbot.addWidget(label)
    label.resize(width, 100)
    label.show()
    shown = QLabel.text(label)
    _, _, word, *_ = shown.split()
    assert label.fontMetrics().horizontalAdvance(word) <= width
    assert word.startswith("/home")
    assert word.endswith("n.py")
    assert "\N{HORIZONTAL ELLIPSIS}" in word
    assert label.text() == label.toolTip() == f"The file {PATH} cannot be read."


def test_words_that_have_room_stay_whole(qtbot: QtBot) -> None:
    label = WrappedLabel("Some words that are not long at all.")
    qtbot.addWidget(label)
    label.resize(90, 200)
    assert QLabel.text(label) == label.text()


def test_a_banner_is_not_widened_and_is_copied_whole(qtbot: QtBot, qapp: QApplication) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.show_failure(f"There is no folder {PATH}.", "")
    assert banner.minimumSizeHint().width() < 500
    banner.copy_button.click()
    assert qapp.clipboard().text() == f"There is no folder {PATH}."


def test_the_status_bar_shows_both_ends_of_a_message(qtbot: QtBot) -> None:
    bar, fixed = StatusBar(), QLabel("fixed")
    bar.addPermanentWidget(fixed)
    qtbot.addWidget(bar)
    bar.resize(300, 24)
    bar.show()
    QApplication.processEvents()
    bar.showMessage(f"Saved {PATH}")
    assert bar.toolTip() == bar.currentMessage() == f"Saved {PATH}"
    assert bar.shown_message.startswith("Saved /home")
    assert bar.shown_message.endswith("train.py")
    assert bar.fontMetrics().horizontalAdvance(bar.shown_message) <= fixed.x()
