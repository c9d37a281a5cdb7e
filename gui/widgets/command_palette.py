"""Every action of the window by name, with its key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget


class CommandPalette(QDialog):
    """Type to narrow down, arrows to choose, Enter to do."""

    def __init__(self, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("All actions")
        self.resize(560, 420)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("type a word of what you want to do")
        self.filter.setAccessibleName("filter of actions")
        self.filter.installEventFilter(self)
        self.list = QTreeWidget()
        self.list.setHeaderLabels(["action", "key", "what it does"])
        self.list.setRootIsDecorated(False)
        self.list.setAccessibleName("actions")
        for action in actions:
            self._add(action)
        self.list.resizeColumnToContents(0)
        self.list.resizeColumnToContents(1)
        column = QVBoxLayout(self)
        column.addWidget(self.filter)
        column.addWidget(self.list)
        self.filter.textChanged.connect(self._narrow)
        self.filter.returnPressed.connect(self._do)
        self.list.itemActivated.connect(self._do)
        self._narrow("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys move in the list while the person types."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step:
                self._move(step)
                return True
        return super().eventFilter(watched, event)

    def _add(self, action: QAction) -> None:
        name = action.text().replace("&", "")
        item = QTreeWidgetItem([name, action.shortcut().toString(), action.toolTip()])
        item.setData(0, Qt.ItemDataRole.UserRole, action)
        item.setDisabled(not action.isEnabled())
        self.list.addTopLevelItem(item)

    def _items(self) -> list[QTreeWidgetItem]:
        rows = (self.list.topLevelItem(row) for row in range(self.list.topLevelItemCount()))
        return [item for item in rows if item is not None and not item.isHidden()]

    def _narrow(self, text: str) -> None:
        words = text.lower().split()
        for row in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(row)
            if item is not None:
                line = f"{item.text(0)} {item.text(2)}".lower()
                item.setHidden(not all(word in line for word in words))
        items = self._items()
        if items:
            self.list.setCurrentItem(items[0])
        else:
            self.list.clearSelection()

    def _move(self, step: int) -> None:
        items = self._items()
        if items:
            current = self.list.currentItem()
            at = items.index(current) if current in items else 0
            self.list.setCurrentItem(items[(at + step) % len(items)])

    def _do(self) -> None:
        item = self.list.currentItem()
        if item is None or item.isDisabled() or item.isHidden():
            return
        action = item.data(0, Qt.ItemDataRole.UserRole)
        self.accept()
        action.trigger()
