"""Pages one behind the other that take the room that the one in front needs."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget


class CurrentStack(QStackedWidget):
    """Qt's own takes that of the largest: on a small screen a sentence alone is out of sight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.currentChanged.connect(lambda _: self._give_room())

    def showEvent(self, event: QShowEvent) -> None:
        """All pages are there now."""
        super().showEvent(event)
        self._give_room()

    def _give_room(self) -> None:
        for index in range(self.count()):
            page = self.widget(index)
            if page is not None:
                # Qt's layout knows no other way to leave a page out.
                front = index == self.currentIndex()
                how = QSizePolicy.Policy.Preferred if front else QSizePolicy.Policy.Ignored
                policy = page.sizePolicy()
                policy.setHorizontalPolicy(how)
                policy.setVerticalPolicy(how)
                page.setSizePolicy(policy)
