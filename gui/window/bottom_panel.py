"""Below the plots: the runs that were made and those that wait, one page each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from gui.state.remembered import KeptValues, Remembered


class BottomPanel(QWidget):
    """Pages behind a narrow row of tabs; what belongs to a page stands in the same row.

    Attributes:
        tabs: Their titles.

    Signals:
        shown: Another page is shown: its number.
    """

    shown = Signal(int)

    def __init__(
        self, pages: Sequence[tuple[QWidget, QWidget, str, str]], parent: QWidget | None = None
    ) -> None:
        """Lay the pages out.

        Args:
            pages: Of each: what is in it, what stands beside the tabs while it is shown, its
                title, and a sentence on it.
            parent: Where it stands.
        """
        super().__init__(parent)
        self._titles = [title for _, _, title, _ in pages]
        self.tabs = QTabBar()
        # Two short titles: better a narrower field beside them than one that scrolls away.
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setProperty("role", "compact")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName("runs and queue")
        self._corners, self._pages = QStackedWidget(), QStackedWidget()
        for index, (page, corner, title, about) in enumerate(pages):
            self.tabs.addTab(title)
            self.tabs.setTabToolTip(index, about)
            self._pages.addWidget(page)
            self._corners.addWidget(_at_the_right(corner))
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.tabs)
        top.addWidget(self._corners, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 2, 8, 4)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self._pages, 1)
        self.tabs.currentChanged.connect(self._turn)
        Remembered(
            self, "bottom", lambda: {"shown": self._titles[self.tabs.currentIndex()]}, self._restore
        )

    def set_count(self, index: int, text: str) -> None:
        """Say behind a title how many there are; empty for none."""
        self.tabs.setTabText(index, f"{self._titles[index]} {text}".rstrip())

    def show_page(self, index: int) -> None:
        """Turn to a page and put the keyboard there."""
        self.tabs.setCurrentIndex(index)
        page = self._pages.widget(index)
        if page is not None:
            page.setFocus()

    def _restore(self, kept: KeptValues) -> None:
        if (title := kept.text("shown")) in self._titles:
            self.tabs.setCurrentIndex(self._titles.index(title))

    def _turn(self, index: int) -> None:
        self._pages.setCurrentIndex(index)
        self._corners.setCurrentIndex(index)
        self.shown.emit(index)


def _at_the_right(corner: QWidget) -> QWidget:
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    # All the room that it can use; a field may have a greatest width.
    row.addStretch(1)
    row.addWidget(corner, 100)
    return whole
