"""The place in the tab order of what is built after the window."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QSplitter, QStackedWidget, QTabWidget, QWidget


class TabPlace(QWidget):
    """Is never seen; what is built later comes where this is in the tab order.

    Qt puts new widgets behind all others of their window.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        # Qt orders only what Tab leads to. Tab passes over what is hidden.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.hide()

    def give_to(self, part: QWidget) -> None:
        """Let Tab lead to a part, and to what is in it, from here."""
        before: QWidget = self
        for widget in _with_parts(part):
            if _is_stop(widget) and widget.window() is part.window():
                QWidget.setTabOrder(before, widget)
                before = widget


def _with_parts(whole: QWidget) -> Iterator[QWidget]:
    """A widget and what is laid out in it, in the order of the layouts.

    Neither findChildren nor Qt's own chain: PySide would make Python objects of Qt's own parts,
    such as viewports, and crash some time after Qt deleted one of them.
    """
    yield whole
    if isinstance(whole, QScrollArea):
        parts = [whole.widget()]
    elif isinstance(whole, (QSplitter, QStackedWidget, QTabWidget)):
        parts = [whole.widget(index) for index in range(whole.count())]
    else:
        parts = list(_laid_out(whole.layout()))
    for part in parts:
        if part is not None:
            yield from _with_parts(part)


def _laid_out(layout: QLayout | None) -> Iterator[QWidget]:
    if layout is None:
        return
    for index in range(layout.count()):
        item = layout.itemAt(index)
        if item is None:
            continue
        part = item.widget()
        if part is not None:
            yield part
        else:
            yield from _laid_out(item.layout())


def _is_stop(part: QWidget) -> bool:
    # What stands for another goes along with it; ordered by itself it would break the chain.
    return part.focusProxy() is None and bool(part.focusPolicy() & Qt.FocusPolicy.TabFocus)
