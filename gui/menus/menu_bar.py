"""The menu bar: the actions of the palette, each with its key, filled as a menu is opened."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from gui.actions import ActionGroup

MENUS = ("File", "Edit", "Run", "View", "Help")


class MenuBar(QMenuBar):
    """A menu for each of ``MENUS``.

    Attributes:
        menus: By the path of each, menus in menus too.
    """

    def __init__(self, groups: Sequence[ActionGroup], parent: QWidget | None = None) -> None:
        """Make the menus, empty until they are opened.

        Args:
            groups: What is in them.
            parent: The window.
        """
        super().__init__(parent)
        self._groups = groups
        self.menus: dict[str, QMenu] = {}
        for name in MENUS:
            self.addMenu(self._made(name))
        for path in dict.fromkeys(group.menu for group in groups):
            if path not in self.menus:
                self._made(path)

    def event(self, event: QEvent) -> bool:
        """After Alt, a letter means a menu and not the action of the window with that key."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.ShiftModifier,
            )
            if self.hasFocus() and event.text().isalnum() and plain:
                event.accept()
                return True
        return super().event(event)

    def _made(self, path: str) -> QMenu:
        name = path.rpartition("/")[2]
        menu = QMenu(f"&{name}" if path in MENUS else name, self)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(partial(self._fill, path))
        self.menus[path] = menu
        return menu

    def _fill(self, path: str) -> None:
        """Show what is there now, under the names that it has now."""
        menu = self.menus[path]
        menu.clear()
        lines: list[QAction] = []
        for group in self._groups:
            if group.menu == path:
                menu.addSeparator()
                shown = [
                    menu_line(action, menu) for action in group.actions() if action.isVisible()
                ]
                menu.addActions(shown)
                lines += shown
            elif group.menu.rpartition("/")[0] == path:
                below = self.menus[group.menu].menuAction()
                if below not in lines:
                    menu.addAction(below)
                    lines.append(below)
        give_letters(lines)


def give_letters(lines: Sequence[QAction]) -> None:
    """Mark in each line of a menu a letter that no other one has."""
    for line, letter in zip(lines, _mnemonics([_name(line) for line in lines]), strict=True):
        name, tab, key = line.text().replace("&", "").partition("\t")
        line.setText((name.replace(letter, f"&{letter}", 1) if letter else name) + tab + key)


def _name(line: QAction) -> str:
    """The text without its key and mark."""
    return line.text().replace("&", "").partition("\t")[0]


def menu_line(action: QAction, menu: QMenu) -> QAction:
    """Stands for an action in a menu.

    The action itself would get a mark for its letter here, which buttons and the palette show too,
    and its key would work in the menu bar as well.
    """
    line = QAction(f"{action.text().replace('&', '')}\t{action.shortcut().toString()}", menu)
    line.setToolTip(action.toolTip())
    line.setCheckable(action.isCheckable())
    line.setChecked(action.isChecked())
    line.setEnabled(action.isEnabled())
    line.setData(action)
    line.triggered.connect(lambda _=False: action.trigger())
    return line


def _mnemonics(names: Sequence[str]) -> list[str]:
    """For each name a letter that no other one has, the start of a word rather than another.

    One that has no free letter takes that of another one which has a further letter; empty where
    there are more names than letters.
    """
    owners: dict[str, int] = {}

    def assign(index: int, tried: set[str]) -> bool:
        name = names[index]
        starts = [word[0] for word in name.split()]
        for letter in (*starts, *name):
            key = letter.lower()
            if not letter.isalnum() or key in tried:
                continue
            tried.add(key)
            if key not in owners or assign(owners[key], tried):
                owners[key], found[index] = index, letter
                return True
        return False

    found = [""] * len(names)
    for index in range(len(names)):
        assign(index, set())
    return found
