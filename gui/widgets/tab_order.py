"""The place in the tab order of what is built after the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


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
        # Not along Qt's own chain: PySide loses widgets that are asked for what follows them.
        for widget in (part, *part.findChildren(QWidget)):
            if _is_stop(widget) and widget.window() is part.window():
                QWidget.setTabOrder(before, widget)
                before = widget


def _is_stop(part: QWidget) -> bool:
    # What stands for another goes along with it; ordered by itself it would break the chain.
    return part.focusProxy() is None and bool(part.focusPolicy() & Qt.FocusPolicy.TabFocus)
