"""The pages in the middle of the window, each behind a tab."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QTabWidget, QWidget

from gui.state.remembered import KeptValues, Remembered
from gui.widgets.scrolled import Scrolled
from gui.widgets.tab_order import TabPlace

P = TypeVar("P", bound=QWidget)


class LazyPage(Scrolled, Generic[P]):
    """Builds a page when it is first shown or asked for.

    Signals:
        built: The page is there (``QWidget``).
        wanted: The page is to be brought to the front.
    """

    built = Signal(QWidget)
    wanted = Signal()

    def __init__(self, build: Callable[[], P], parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._build, self._place = build, TabPlace(self)
        self._page: P | None = None

    @property
    def page(self) -> P:
        """The page; built now if it was not shown yet."""
        if self._page is None:
            self._page = self._build()
            self.setWidget(self._page)
            self._place.give_to(self._page)
            self.built.emit(self._page)
        return self._page

    @property
    def built_page(self) -> P | None:
        """The page; None if it was not built yet."""
        return self._page

    def showEvent(self, event: QShowEvent) -> None:
        """Build the page before it is painted."""
        super().showEvent(event)
        assert self.page is not None


class Pages(QTabWidget):
    """Speaks of the pages and never of what scrolls them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDocumentMode(True)
        self.tabBar().setDrawBase(False)
        self._names: list[str] = []
        Remembered(self, "page", lambda: {"shown": self._names[self.currentIndex()]}, self._restore)

    def add_page(self, page: QWidget | LazyPage, title: str, about: str) -> None:
        """Add a page with a sentence on it."""
        scrolled = page if isinstance(page, LazyPage) else Scrolled(page)
        index = self.addTab(scrolled, title)
        self.setTabToolTip(index, about)
        self._names.append(title)
        if isinstance(page, LazyPage):
            page.wanted.connect(partial(self.setCurrentIndex, index))

    def _restore(self, kept: KeptValues) -> None:
        if (name := kept.text("shown")) in self._names:
            self.setCurrentIndex(self._names.index(name))

    def widget(self, index: int) -> QWidget | None:
        """The page with this number; None if it was not built yet."""
        scrolled = super().widget(index)
        return scrolled.widget() if isinstance(scrolled, Scrolled) else scrolled

    def currentWidget(self) -> QWidget:
        """The page in front."""
        scrolled = super().currentWidget()
        assert isinstance(scrolled, Scrolled)
        page = scrolled.page if isinstance(scrolled, LazyPage) else scrolled.widget()
        assert page is not None
        return page

    def indexOf(self, page: QWidget) -> int:
        """The number of a page."""
        return next(at for at in range(self.count()) if self.widget(at) is page)

    def setCurrentWidget(self, page: QWidget) -> None:
        """Bring a page to the front."""
        self.setCurrentIndex(self.indexOf(page))
