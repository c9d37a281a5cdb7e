"""The tour points at the controls, runs from the keyboard, and is offered once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from gui.help.tour import Tour, beside
from gui.main_window import MainWindow
from tests.gui.conftest import MakeWindow

Key = Qt.Key


def tour_of(window: MainWindow) -> Tour:
    (tour,) = (tour for tour in window.findChildren(Tour) if tour.isVisible())
    return tour


def offers(window: MainWindow) -> list[QPushButton]:
    buttons = window.live.empty.findChildren(QPushButton)
    return [button for button in buttons if "tour" in button.text()]


def press(qtbot: QtBot, key: Qt.Key) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClick(focused, key)


def test_four_cards_lead_to_the_answer_and_give_the_focus_back(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.bar.run_button.setFocus()
    window.welcome.action.trigger()
    tour = tour_of(window)
    run = window.bar.run_button
    pointed: list[QRect] = []
    for key in (Key.Key_Return, Key.Key_Right, Key.Key_Left, Key.Key_Return, Key.Key_Right):
        pointed.append(tour.ring.geometry())
        assert window.rect().contains(tour.geometry())
        press(qtbot, key)
    # The pipeline, Run, the plots, Run again, the plots again, and now the answer.
    assert pointed[1].contains(QRect(run.mapTo(window, QPoint()), run.size()))
    assert pointed[1] == pointed[3]
    assert pointed[2] == pointed[4]
    assert window.tabs.currentWidget() is window.pages.answer.page
    assert tour.next.text() == "Done"
    # The window can be used meanwhile.
    assert QApplication.activeModalWidget() is None
    press(qtbot, Key.Key_Return)
    assert not window.findChildren(Tour) or not tour.isVisible()
    assert QApplication.focusWidget() is run


def test_escape_skips_the_tour_and_help_opens_it_again(qtbot: QtBot, window: MainWindow) -> None:
    window.welcome.action.trigger()
    tour = tour_of(window)
    press(qtbot, Key.Key_Escape)
    assert not tour.isVisible()
    window.welcome.action.trigger()
    assert tour_of(window).at == 0


def test_the_ring_follows_the_control_as_the_window_is_resized(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.welcome.action.trigger()
    tour = tour_of(window)
    before = tour.ring.height()
    window.resize(window.width(), window.height() - 120)
    qtbot.waitUntil(lambda: tour.ring.height() < before)
    assert window.rect().contains(tour.geometry())


def test_the_tour_is_offered_at_the_first_start_alone(make_window: MakeWindow) -> None:
    first = make_window()
    assert len(offers(first)) == 1
    offers(first)[0].click()
    assert tour_of(first).isVisible()
    first.close()
    assert offers(make_window()) == []


@pytest.mark.parametrize(
    ("around", "at"),
    [
        (QRect(0, 0, 100, 500), QPoint(109, 10)),  # at the right
        (QRect(0, 0, 700, 100), QPoint(10, 109)),  # below
        (QRect(0, 400, 800, 190), QPoint(10, 290)),  # above
        (QRect(0, 0, 800, 600), QPoint(250, 10)),  # within
    ],
)
def test_a_card_lies_beside_its_control_and_within_the_window(around: QRect, at: QPoint) -> None:
    assert beside(around, QRect(0, 0, 300, 100), QRect(0, 0, 800, 600)) == at
