"""The window and its frame fit the screen, whatever the screen and its scaling are."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMargins, QRect, QSize, Qt

from gui.widgets.fitted_dialog import FRAME, fitted
from gui.window.window_memory import first_place, on_a_screen
from tests.gui.conftest import MakeWindow

FULL_HD, SMALL = QRect(0, 27, 1920, 1053), QRect(0, 0, 1366, 741)


def scaled(screen: QRect, percent: int) -> QRect:
    """What is left of a screen in the pixels that Qt counts in."""
    return QRect(*(round(100 * number / percent) for number in screen.getRect()))


@pytest.mark.parametrize("screen", [FULL_HD, SMALL], ids=["1920x1080", "1366x768"])
@pytest.mark.parametrize("percent", [100, 125, 150, 200])
def test_the_first_window_is_on_the_screen_with_its_frame(screen: QRect, percent: int) -> None:
    available = scaled(screen, percent)
    place, whole = first_place(available)
    assert available.contains(place.marginsAdded(FRAME))
    # Where the usual size has no room, the window takes all there is.
    assert whole is not (place.size() == QSize(1366, 768))


def test_a_window_that_stands_over_the_edge_is_moved_before_it_is_made_smaller() -> None:
    frame = QMargins(1, 20, 1, 5)
    screen = QRect(100, 50, 1000, 700)
    assert fitted(QRect(900, 600, 300, 200), screen, frame) == QRect(799, 545, 300, 200)
    assert fitted(QRect(0, 0, 2000, 2000), screen, frame) == QRect(101, 70, 998, 675)
    assert fitted(QRect(300, 200, 300, 200), screen, frame) == QRect(300, 200, 300, 200)


def test_a_remembered_place_is_kept_on_two_screens_and_fitted_where_one_is_gone() -> None:
    left, right = QRect(0, 0, 1366, 768), QRect(1366, 0, 1366, 768)
    across, gone = QRect(1000, 100, 900, 500), QRect(3000, 100, 900, 500)
    assert on_a_screen(across, FRAME, [left, right]) == across
    assert on_a_screen(across, FRAME, [left]) == fitted(across, left)
    assert left.contains(on_a_screen(gone, FRAME, [left, right]).marginsAdded(FRAME))


def test_a_maximised_window_stays_maximised(make_window: MakeWindow) -> None:
    first = make_window()
    first.setWindowState(Qt.WindowState.WindowMaximized)
    first.close()
    assert make_window().isMaximized()
