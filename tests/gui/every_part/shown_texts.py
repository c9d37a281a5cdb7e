"""Every text that a widget shows, and what in it looks like markup that is shown as such."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import pyqtgraph as pg
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtGui import QAction, QTextDocumentFragment
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QGraphicsTextItem,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

_TAGS = (
    "a|b|i|u|p|br|hr|em|ul|ol|li|tr|td|th|h[1-6]|div|img|pre|qt|sub|sup|big|html|body|code|font|"
    "span|table|small|strong|center"
)
_SHOWN = re.compile(rf"</?(?:{_TAGS})\b[^<>]*>|&(?:lt|gt|amp|nbsp|quot|#\d+);|\*\*|`[^`\n]+`")
_EMPTY = re.compile(rf"<({_TAGS})\b[^<>]*>\s*</\1>")
_READ = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
_ROLES = (
    *_READ,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.StatusTipRole,
    Qt.ItemDataRole.WhatsThisRole,
)


def markup_in(text: str, *, rich: bool = False) -> str:
    """What of a text would be seen as markup, or makes nothing; empty where nothing does.

    Args:
        text: The text.
        rich: The widget takes it for rich text.
    """
    if rich:
        empty = _EMPTY.search(text)
        if empty is not None:
            return empty.group()
        text = QTextDocumentFragment.fromHtml(text).toPlainText()
    found = _SHOWN.search(text)
    return found.group() if found is not None else ""


def markup_seen(top: QWidget) -> list[str]:
    """Of a widget and all in it the texts with markup that is seen: where, and which."""
    found = []
    for widget in (top, *top.findChildren(QWidget)):
        for text, rich in _texts(widget):
            if markup_in(text, rich=rich):
                name = widget.accessibleName() or widget.objectName()
                found.append(f"{type(widget).__name__} {name}: {text[:120]}")
    texts = (
        text
        for action in top.findChildren(QAction)
        for text in (action.text(), action.toolTip(), action.statusTip(), action.iconText())
    )
    return [*found, *(f"action: {text[:120]}" for text in texts if markup_in(text))]


def ids_seen(top: QWidget, knobs: Iterable[str]) -> list[str]:
    """Of a widget and all in it the texts with the id of a knob: where, and which.

    Tooltips may say it, and so may code and what the person types.
    """
    names = "|".join({key.rpartition(".")[2] for key in knobs})
    an_id = re.compile(rf"\b[a-z_]+(?:\[[^\]\s]*\])?\.(?:{names})\b")
    found = []
    for widget in (top, *top.findChildren(QWidget)):
        for text, _ in (*_titles(widget), *_contents(widget, _READ)):
            if an_id.search(text):
                found.append(f"{type(widget).__name__} {widget.accessibleName()}: {text[:120]}")
    return [*found, *(a.text() for a in top.findChildren(QAction) if an_id.search(a.text()))]


def texts_in(top: QWidget) -> list[str]:
    """All that a widget and what is in it show, tooltips too."""
    widgets = (top, *top.findChildren(QWidget))
    return [text for widget in widgets for text, _ in _texts(widget) if text]


def _texts(widget: QWidget) -> Iterator[tuple[str, bool]]:
    yield from _titles(widget)
    for text in (widget.toolTip(), widget.statusTip(), widget.whatsThis()):
        yield text, False
    yield from _contents(widget, _ROLES)


def _titles(widget: QWidget) -> Iterator[tuple[str, bool]]:
    yield widget.windowTitle(), False
    yield widget.accessibleName(), False
    yield widget.accessibleDescription(), False


def _contents(widget: QWidget, roles: Sequence[int]) -> Iterator[tuple[str, bool]]:
    if isinstance(widget, QLabel):
        yield widget.text(), widget.textFormat() is Qt.TextFormat.RichText
    elif isinstance(widget, QAbstractButton):
        yield widget.text(), False
    elif isinstance(widget, QGroupBox | QMenu):
        yield widget.title(), False
    elif isinstance(widget, QLineEdit):
        yield from ((widget.text(), False), (widget.placeholderText(), False))
    elif isinstance(widget, QPlainTextEdit):
        # What is in it is code or the person's own text.
        yield widget.placeholderText(), False
    elif isinstance(widget, QTabBar):
        for index in range(widget.count()):
            yield widget.tabText(index), False
            if Qt.ItemDataRole.ToolTipRole in roles:
                yield widget.tabToolTip(index), False
    elif isinstance(widget, QComboBox):
        yield from ((text, False) for text in _cells(widget.model(), roles))
    elif isinstance(widget, pg.PlotWidget):
        yield from ((text, False) for text in _plotted(widget))
    elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
        yield from ((text, False) for text in _cells(widget.model(), roles))


def _plotted(view: pg.PlotWidget) -> Iterator[str]:
    for item in view.scene().items():
        if isinstance(item, QGraphicsTextItem):
            yield item.toPlainText()
        yield item.toolTip()


def _cells(
    model: QAbstractItemModel, roles: Sequence[int], parent: QModelIndex | None = None
) -> Iterator[str]:
    parent = parent or QModelIndex()
    # Of a list Qt has made this private.
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)
    for orientation, count in (
        (Qt.Orientation.Horizontal, columns),
        (Qt.Orientation.Vertical, model.rowCount(parent)),
    ):
        for section in range(count):
            for role in roles:
                yield str(model.headerData(section, orientation, role) or "")
    for row in range(model.rowCount(parent)):
        for column in range(columns):
            index = model.index(row, column, parent)
            for role in roles:
                yield str(index.data(role) or "")
        yield from _cells(model, roles, model.index(row, 0, parent))
