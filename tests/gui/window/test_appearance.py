"""Theme and size of text: chosen, kept, and as the system asks for while the window is open."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from gui.main_window import MainWindow
from gui.state.ui_settings import UiSettings
from gui.text_size import NORMAL_PX, TEXT_SIZES_PX
from gui.theme import DARK, HIGH_CONTRAST, LIGHT
from gui.window.appearance import SYSTEM, remembered_text_px, remembered_theme
from tests.gui.builders import Script, play
from tests.gui.conftest import MakeWindow


def action(window: MainWindow, text: str) -> Any:
    return next(
        action
        for action in (*window.appearance.themes, *window.appearance.sizes)
        if action.text() == text
    )


def test_the_window_follows_the_system_until_a_theme_is_chosen(window: MainWindow) -> None:
    scheme = QApplication.styleHints().colorSchemeChanged
    assert window.appearance.choice == SYSTEM
    scheme.emit(Qt.ColorScheme.Dark)
    assert window.app_state.theme is DARK
    scheme.emit(Qt.ColorScheme.Light)
    assert window.app_state.theme is LIGHT
    action(window, "Theme: high contrast").trigger()
    scheme.emit(Qt.ColorScheme.Dark)
    assert window.app_state.theme is HIGH_CONTRAST
    assert HIGH_CONTRAST.accent in QApplication.instance().styleSheet()
    action(window, "Theme: as the system").trigger()
    scheme.emit(Qt.ColorScheme.Dark)
    assert window.app_state.theme is DARK


def test_theme_and_size_of_text_come_back(make_window: MakeWindow) -> None:
    first = make_window()
    action(first, "Theme: high contrast").trigger()
    action(first, "Larger text").trigger()
    first.close()
    kept = UiSettings(first.session.folders.runs)
    assert (remembered_theme(kept), remembered_text_px(kept)) == (HIGH_CONTRAST, NORMAL_PX + 1)
    again = make_window()
    assert action(again, "Theme: high contrast").isChecked()
    action(again, "Larger text").trigger()
    assert QApplication.font().pixelSize() == NORMAL_PX + 2


def test_a_size_that_is_none_is_passed_over(make_window: MakeWindow) -> None:
    window = make_window()
    kept = UiSettings(window.session.folders.runs)
    for damaged in ((7_000,), (-1,), (), (12, 12)):
        kept.remember("text_px", damaged)
        assert remembered_text_px(kept) == NORMAL_PX
    kept.remember("theme", {"of": "a newer version"})
    assert remembered_theme(kept) is LIGHT


@pytest.mark.usefixtures("styled")
def test_everything_grows_with_the_text_and_shrinks_again(window: MainWindow) -> None:
    play(window.session, Script())
    QApplication.processEvents()
    left = window.live.stack.view(0).item.getAxis("left")
    window.runs.columns.fit()

    def sizes() -> tuple[int, ...]:
        QApplication.processEvents()
        table = window.runs.table
        return (
            window.live.stack.headlines[0].value.fontMetrics().height(),
            table.verticalHeader().defaultSectionSize(),
            table.columnWidth(1),
            left.style["tickFont"].pixelSize(),
            round(left.width()),
            window.bar.run_button.minimumWidth(),
            window.bar.device.width(),
        )

    usual = sizes()
    window.appearance.step(len(TEXT_SIZES_PX))
    twice = sizes()
    assert all(1.6 < large / small < 2.5 for small, large in zip(usual, twice, strict=True))
    action(window, "Usual text size").trigger()
    assert all(abs(now - then) <= 2 for now, then in zip(sizes(), usual, strict=True))
    window.appearance.step(-len(TEXT_SIZES_PX))
    assert QApplication.font().pixelSize() == TEXT_SIZES_PX[0]
