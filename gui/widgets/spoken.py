"""Names for screen readers where Qt has none of its own."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QComboBox, QLabel, QWidget


def name_list(box: QComboBox, name: str) -> None:
    """Name a drop-down list that has no label beside it.

    On Linux Qt gives the chosen line as the name of such a list; what it is a list of, a screen
    reader learns from the label that names it.

    Args:
        box: The list; its parent may come later.
        name: What it is a list of.
    """
    box.setAccessibleName(name)
    _UnseenLabel(box, name)


def announce(part: QWidget, text: str) -> None:
    """Have a screen reader say something at once; without one this costs nothing."""
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(part, text))


class _UnseenLabel(QObject):
    """Keeps a hidden label beside a list, wherever the list goes."""

    def __init__(self, box: QComboBox, name: str) -> None:
        super().__init__(box)
        self._box = box
        self._label = QLabel(name.replace("&", "&&"))
        self._label.hide()
        self._label.setBuddy(box)
        self._label.setParent(box.parentWidget())
        box.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """See Qt."""
        if event.type() == QEvent.Type.ParentChange:
            self._label.setParent(self._box.parentWidget())
        return False
