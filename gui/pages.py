"""The pages in the middle of the window, each behind a tab."""

from __future__ import annotations

from PySide6.QtWidgets import QTabWidget, QWidget

from gui.widgets.scrolled import Scrolled


class Pages(QTabWidget):
    """Scrolls a page that has too little room; speaks of the pages and never of what scrolls."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scrolls: dict[QWidget, Scrolled] = {}
        self.setDocumentMode(True)
        self.tabBar().setDrawBase(False)

    def add_page(self, page: QWidget, title: str, about: str) -> None:
        """Add a page with a sentence on it."""
        self._scrolls[page] = Scrolled(page)
        self.setTabToolTip(self.addTab(self._scrolls[page], title), about)

    def widget(self, index: int) -> QWidget | None:
        """The page with this number."""
        scroll = super().widget(index)
        return scroll.widget() if isinstance(scroll, Scrolled) else scroll

    def currentWidget(self) -> QWidget:
        """The page in front."""
        return next(page for page in self._scrolls if self.indexOf(page) == self.currentIndex())

    def indexOf(self, page: QWidget) -> int:
        """The number of a page."""
        return super().indexOf(self._scrolls[page])

    def setCurrentWidget(self, page: QWidget) -> None:
        """Bring a page to the front."""
        super().setCurrentWidget(self._scrolls[page])
