"""The menu bar has every action of the palette, and Alt and a letter lead to each."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.menus.menu_bar import MENUS, MenuBar
from gui.widgets.command_palette import CommandPalette
from tests.gui.builders import Script, play


def bar_of(window: MainWindow) -> MenuBar:
    bar = window.menuBar()
    assert isinstance(bar, MenuBar)
    return bar


def lines(bar: MenuBar, path: str) -> list[QAction]:
    menu = bar.menus[path]
    menu.aboutToShow.emit()
    return [line for line in menu.actions() if not line.isSeparator()]


def every_line(bar: MenuBar) -> Iterator[QAction]:
    for path in bar.menus:
        yield from (line for line in lines(bar, path) if line.data() is not None)


def listed(window: MainWindow) -> list[QAction]:
    """What the palette lists, but the knobs."""
    window.palette_action.trigger()
    palette = window.findChild(CommandPalette)
    assert palette is not None
    items = [palette.list.topLevelItem(row) for row in range(palette.list.topLevelItemCount())]
    palette.reject()
    actions = [item.data(0, Qt.ItemDataRole.UserRole) for item in items if item is not None]
    return [action for action in actions if action not in window.pipeline.knob_actions()]


def test_every_action_of_the_palette_is_in_a_menu_with_its_key(window: MainWindow) -> None:
    play(window.session, Script(workload="augmented"))
    in_menus = {line.data(): line for line in every_line(bar_of(window))}
    actions = [action for action in listed(window) if action.isVisible()]
    assert len(actions) > 60
    for action in actions:
        assert action in in_menus, action.text()
        name, _, key = in_menus[action].text().partition("\t")
        assert name.replace("&", "") == action.text()
        assert key == action.shortcut().toString()
        assert in_menus[action].isEnabled() == action.isEnabled()


def test_every_action_of_the_window_is_in_the_palette(window: MainWindow) -> None:
    known = listed(window)
    for action in (*window.actions(), *window.runs.actions(), *window.queue.actions()):
        assert action in known, action.text()


def test_each_line_of_a_menu_has_a_letter_of_its_own(window: MainWindow) -> None:
    bar = bar_of(window)
    for path in bar.menus:
        texts = [line.text().partition("\t")[0] for line in lines(bar, path)]
        letters = [text[text.index("&") + 1].lower() for text in texts]
        assert len(set(letters)) == len(letters), (path, texts)
        assert texts, path


def test_no_control_of_the_window_has_the_letter_of_a_menu(window: MainWindow) -> None:
    for index in range(window.tabs.count()):
        window.tabs.setCurrentIndex(index)
    taken = {f"&{name[0].lower()}" for name in MENUS}
    for kind in (QAbstractButton, QLabel):
        for part in window.findChildren(kind):
            assert not any(letter in part.text().lower() for letter in taken), part.text()


def test_a_line_does_what_its_action_does_and_is_ticked_where_it_is_so(window: MainWindow) -> None:
    line = next(line for line in lines(bar_of(window), "View") if "Python" in line.text())
    line.trigger()
    assert window.tabs.currentWidget() is window.pages.python.page
    for path, name in (("Run/Engine", "isolated"), ("View/Further plots", "CPU")):

        def wanted(path: str = path, name: str = name) -> QAction:
            return next(line for line in lines(bar_of(window), path) if name in _plain(line))

        assert not wanted().isChecked()
        wanted().trigger()
        assert wanted().isChecked()


def _plain(line: QAction) -> str:
    return line.text().replace("&", "")


def test_alt_and_a_letter_open_a_menu(qtbot: QtBot, window: MainWindow) -> None:
    for name in MENUS:
        key = getattr(Qt.Key, f"Key_{name[0]}")
        qtbot.keyClick(window, key, Qt.KeyboardModifier.AltModifier)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        assert menu.title() == f"&{name}"
        menu.close()
        qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)


def test_a_letter_typed_into_a_field_is_no_key_of_the_window(
    qtbot: QtBot, window: MainWindow
) -> None:
    play(window.session, Script(workload="augmented"))
    window.runs.filter.setFocus()
    before = window.tabs.currentIndex(), window.live.follow.on
    qtbot.keyClicks(window.runs.filter, "f0tq?3")
    assert window.runs.filter.text() == "f0tq?3"
    assert (window.tabs.currentIndex(), window.live.follow.on) == before
    assert window.findChild(CommandPalette) is None
