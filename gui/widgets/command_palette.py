"""Every action of the window by name, with its key."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.text_size import px
from gui.widgets.empty_note import EmptyNote
from gui.widgets.fitted_dialog import FittedDialog
from gui.widgets.tooltip_text import as_tip


class CommandPalette(FittedDialog):
    """Type to narrow down, arrows to choose, Enter to do.

    Attributes:
        filter: What is typed.
        list: The actions that match.
        about: All that the chosen one does.
    """

    def __init__(self, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("All actions")
        self.resize(px(560), px(420))
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("type a word of what you want to do")
        self.filter.setAccessibleName("filter of actions")
        self.filter.installEventFilter(self)
        self.list = QTreeWidget()
        self.list.setHeaderLabels(["action", "key", "what it does"])
        self.list.setRootIsDecorated(False)
        self.list.setAccessibleName("actions")
        self.empty = EmptyNote()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.list)
        self._pages.addWidget(self.empty)
        # The list has room for a few words of it.
        self.about = QLabel()
        self.about.setProperty("role", "muted")
        self.about.setWordWrap(True)
        self.about.setMinimumHeight(2 * self.about.fontMetrics().lineSpacing())
        self.list.currentItemChanged.connect(self._tell)
        self._items = [_item(action) for action in actions]
        self._narrow("")
        self.list.resizeColumnToContents(0)
        self.list.resizeColumnToContents(1)
        column = QVBoxLayout(self)
        column.addWidget(self.filter)
        column.addWidget(self._pages)
        column.addWidget(self.about)
        self.filter.textChanged.connect(self._narrow)
        self.filter.returnPressed.connect(self._do)
        self.list.itemActivated.connect(self._do)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys move in the list while the person types."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step:
                self._move(step)
                return True
        return super().eventFilter(watched, event)

    def _narrow(self, text: str) -> None:
        """Show what matches, the best match first and chosen."""
        ranks = [
            (match_rank(text, item.text(0), f"{item.text(2)} {item.toolTip(2)}"), item)
            for item in self._items
        ]
        matches = [(rank, item.isDisabled(), item) for rank, item in ranks if rank is not None]
        matches.sort(key=lambda match: match[:2])
        while self.list.topLevelItemCount():
            self.list.takeTopLevelItem(0)
        self.list.addTopLevelItems([item for _, _, item in matches])
        if matches:
            self.list.setCurrentItem(matches[0][2])
        else:
            self.empty.setText(f"No match for “{text.strip()}”")
        self._pages.setCurrentWidget(self.list if matches else self.empty)

    def _tell(self, item: QTreeWidgetItem | None) -> None:
        self.about.setText("" if item is None else item.toolTip(2))

    def _move(self, step: int) -> None:
        current, count = self.list.currentItem(), self.list.topLevelItemCount()
        if current is None or not count:
            return
        row = self.list.indexOfTopLevelItem(current)
        item = self.list.topLevelItem((row + step) % count)
        if item is not None:
            self.list.setCurrentItem(item)

    def _do(self) -> None:
        item = self.list.currentItem()
        if item is None or item.isDisabled():
            return
        action = item.data(0, Qt.ItemDataRole.UserRole)
        self.accept()
        action.trigger()


def match_rank(text: str, name: str, description: str) -> int | None:
    """How well an action matches what was typed; lower is better, None is no match.

    0: the whole name. 1: the name begins with it. 2: every typed word is a word of the name.
    3: every typed word begins a word of the name. 4: all are in the name. 5: some are only in
    the description.
    """
    wanted = " ".join(text.lower().split())
    words = wanted.split()
    name, description = name.lower(), description.lower()
    if not words:
        return 5
    in_name = re.findall(r"\w+", name)
    if wanted == name.rstrip("\N{HORIZONTAL ELLIPSIS}"):
        return 0
    if name.startswith(wanted):
        return 1
    if all(word in in_name for word in words):
        return 2
    if all(any(name_word.startswith(word) for name_word in in_name) for word in words):
        return 3
    if all(word in name for word in words):
        return 4
    return 5 if all(word in name or word in description for word in words) else None


def _item(action: QAction) -> QTreeWidgetItem:
    name = action.text().replace("&", "")
    # A tooltip may say more than the list has room for, such as the id of a knob.
    does = action.statusTip() or action.toolTip()
    item = QTreeWidgetItem([name, action.shortcut().toString(), does])
    item.setToolTip(2, as_tip(action.toolTip()))
    item.setData(0, Qt.ItemDataRole.UserRole, action)
    item.setDisabled(not action.isEnabled())
    return item
