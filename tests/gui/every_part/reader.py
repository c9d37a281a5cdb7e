"""What a screen reader finds in the window: Qt's own tree of accessible interfaces, in-process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QWidget

MOST_STOPS = 400
_SILENT = ("Window", "Client", "Pane", "LayeredPane", "Splitter", "ToolBar", "Grouping")
"""Roles of parts that only hold others; they need no name."""


def spoken(part: QWidget) -> tuple[str, str, str]:
    """Name, role and description of a part, as a screen reader gets them."""
    interface = QAccessible.queryAccessibleInterface(part)
    return (_name(interface), interface.role().name, _text(interface, "Description"))


def tree(top: QWidget) -> Iterator[str]:
    """Every visible part with a name, as ``role: name = value``."""
    yield from _lines(QAccessible.queryAccessibleInterface(top))


def nameless(part: QWidget) -> bool:
    """Whether a part that takes the focus says not what it is, or only the name of a class."""
    name = spoken(part)[0].strip()
    return not name or name == type(part).__name__ or (name[0] == "Q" and name[1:2].isupper())


def unread(label: QLabel) -> bool:
    """Whether a label's own text is kept from a screen reader by another name."""
    return bool(label.accessibleName()) and label.text() not in label.accessibleName()


def stops(top: QWidget) -> list[QWidget]:
    """All that Tab should lead to in a window."""
    return [
        part
        for part in top.findChildren(QWidget)
        if part.isVisible()
        and part.isEnabled()
        and part.window() is top
        and part.focusProxy() is None
        and part.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not part.objectName().startswith("qt_")
    ]


def reached(first: QWidget) -> Iterator[QWidget]:
    """What Tab leads to from a part on, until it comes back there.

    Raises:
        AssertionError: It does not come back: the focus is caught somewhere.
    """
    first.activateWindow()
    QTest.qWaitForWindowActive(first.window())
    # As if it had come by Tab, also where it is there already.
    first.clearFocus()
    first.setFocus(Qt.FocusReason.TabFocusReason)
    start = before = QApplication.focusWidget()
    assert start is not None
    yield start
    for _ in range(MOST_STOPS):
        QTest.keyClick(before, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        # In a text Tab goes from link to link first.
        if focused is start and before is not start:
            return
        if focused is not before:
            yield focused
        before = focused
    assert len(stops(first.window())) == 1, f"Tab does not come back; last at {spoken(before)}"


def _name(interface: Any) -> str:
    own = _text(interface, "Name")
    # On Linux Qt gives the chosen line as the name of a list; its label names it.
    if isinstance(interface.object(), QComboBox):
        labels = [pair[0] for pair in interface.relations()]
        return ", ".join(_text(label, "Name") for label in labels)
    return own


def _text(interface: Any, which: str) -> str:
    return str(interface.text(QAccessible.Text[which]) or "")


def _lines(interface: Any) -> Iterator[str]:
    state, role = interface.state(), interface.role().name
    if state.invisible:
        return
    name = _name(interface)
    value = _text(interface, "Value")
    if name and role not in _SILENT:
        yield f"{role}: {name}" + (f" = {value}" if value and value != name else "")
    if role in ("Table", "Tree", "List"):
        return
    for index in range(interface.childCount()):
        child = interface.child(index)
        if child is not None and child.isValid():
            yield from _lines(child)
