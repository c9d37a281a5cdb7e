"""What a part of the window is for, in words: what F1 and What's This show."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QTabBar, QTableView, QWidget

_NOTHING = "There is no help on this. Ctrl+K finds every action, and ? lists all keys."
_TIP = Qt.ItemDataRole.ToolTipRole


def help_text(part: QWidget, at: QPoint | None = None) -> str:
    """What a part is for, and the keys that act on it.

    Args:
        part: A field, button, table, plot or anything else.
        at: The point on the screen that is asked about; None for what the focus is on.
    """
    said, keys = "", list[str]()
    around: QWidget | None = part
    while around is not None and not around.isWindow():
        said = said or _of(around, at)
        keys += [_key(action) for action in around.actions() if _acts_on_part(action)]
        around = around.parentWidget()
    return "\n\n".join(filter(None, (said, "\n".join(keys)))) or _NOTHING


def as_help(text: str) -> str:
    """Plain text as Qt's help window shows it, which would take it for markup."""
    return escape(text).replace("\n", "<br>")


def _acts_on_part(action: QAction) -> bool:
    """Whether its key works only while the focus is in the part."""
    only_there = action.shortcutContext() is Qt.ShortcutContext.WidgetWithChildrenShortcut
    return only_there and action.isVisible() and not action.shortcut().isEmpty()


def _key(action: QAction) -> str:
    return f"{action.shortcut().toString()}: {action.text()}"


def _of(part: QWidget, at: QPoint | None) -> str:
    if isinstance(part, QTabBar):
        tab = part.currentIndex() if at is None else part.tabAt(part.mapFromGlobal(at))
        return part.tabToolTip(tab)
    said = part.whatsThis() or part.toolTip() or part.accessibleDescription()
    if not isinstance(part, QAbstractItemView):
        return said
    index = part.currentIndex()
    if at is not None:
        index = part.indexAt(part.viewport().mapFromGlobal(at))
    return "\n".join(filter(None, (said, *_of_cell(part, index))))


def _of_cell(view: QAbstractItemView, index: QModelIndex) -> tuple[str, ...]:
    if not index.isValid():
        return ()
    if not isinstance(view, QTableView):
        return (index.data(_TIP) or "",)
    column = index.model().headerData(index.column(), Qt.Orientation.Horizontal, _TIP)
    return (column or "", index.data(_TIP) or "")
