"""All keys by where they work, to be looked up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from gui.text_size import px
from gui.widgets.fitted_dialog import FittedDialog

PARTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "In a table": (
        ("Up, Down", "Another row; with Shift, more rows"),
        ("Right, Left", "Open or fold the runs of an experiment"),
        ("Shift+F10", "Its menu; on the header, the columns"),
    ),
    "In a plot of runs": (
        ("Left, Right", "Read the values at another step"),
        ("Shift+Left, Shift+Right", "Select a range"),
        ("Enter", "Keep the values that are read, or let them go"),
        ("Ctrl+C", "Copy them"),
        ("W, S", "Zoom in and out"),
        ("A, D", "To the left and to the right"),
        ("Esc", "Read and select none"),
    ),
    "In a chart": (
        ("Up, Down", "Another mark, with its numbers"),
        ("Enter", "Select the runs of the mark"),
    ),
    "On the timeline": (
        ("W, S", "Zoom in and out"),
        ("A, D", "To the left and to the right; Left and Right: by less"),
        ("comma, period", "The step before, the next step"),
        ("Up, Down", "Another row; Enter folds it"),
        ("F", "All of it"),
    ),
    "In the pipeline": (
        ("Tab", "The next setting"),
        ("Esc", "Out of a field, back to its stage"),
    ),
}
"""Keys that no action of the window has: the part that has the focus takes them."""


class KeyList(FittedDialog):
    """Type to narrow it down.

    Attributes:
        filter: What is typed.
        list: Places, and the keys that work there.
    """

    def __init__(self, actions: Mapping[str, Iterable[QAction]], parent: QWidget) -> None:
        """Open it.

        Args:
            actions: Those of the window, by where their keys work.
            parent: The window.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Keys")
        self.resize(px(620), px(560))
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("type a key or a word of what it does")
        self.filter.setAccessibleName("filter of keys")
        self.list = QTreeWidget()
        self.list.setHeaderLabels(["key", "what it does"])
        self.list.setAccessibleName("keys")
        for place, listed in actions.items():
            self._add(place, [(_keys(action), _name(action)) for action in listed if _keys(action)])
        for place, keys in PARTS.items():
            self._add(place, keys)
        self.list.expandAll()
        self.list.resizeColumnToContents(0)
        self.list.setColumnWidth(0, self.list.columnWidth(0) + px(12))
        column = QVBoxLayout(self)
        column.addWidget(self.filter)
        column.addWidget(self.list)
        self.filter.textChanged.connect(self._narrow)
        self.show()

    def _add(self, place: str, keys: Iterable[tuple[str, str]]) -> None:
        top = QTreeWidgetItem([place])
        top.setFlags(Qt.ItemFlag.ItemIsEnabled)
        top.addChildren([QTreeWidgetItem([key, does]) for key, does in keys])
        if top.childCount():
            self.list.addTopLevelItem(top)
            top.setFirstColumnSpanned(True)

    def _narrow(self, text: str) -> None:
        words = text.lower().split()
        for at in range(self.list.topLevelItemCount()):
            top = self.list.topLevelItem(at)
            assert top is not None
            shown = False
            for row in range(top.childCount()):
                line = top.child(row)
                assert line is not None
                said = f"{top.text(0)} {line.text(0)} {line.text(1)}".lower()
                matches = all(word in said for word in words)
                line.setHidden(not matches)
                shown = shown or matches
            top.setHidden(not shown)


def _keys(action: QAction) -> str:
    return " or ".join(key.toString() for key in action.shortcuts())


def _name(action: QAction) -> str:
    return action.text().replace("&", "")
