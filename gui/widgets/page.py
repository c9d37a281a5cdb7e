"""A page that is refreshed only while somebody looks at it."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget


class Page(QWidget):
    """Catches up when it is shown. Its ``refresh`` calls this class's first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stale = True

    def refresh(self) -> None:
        """Show what there is now."""
        self._stale = False

    def refresh_if_seen(self) -> None:
        """Refresh now, or once the page is shown."""
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while the page was not to be seen."""
        super().showEvent(event)
        if self._stale:
            self.refresh()
