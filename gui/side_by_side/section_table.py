"""A table whose rows stand in sections, under headings over all columns."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QTableView, QWidget

_NARROWEST, _WIDEST, _AIR = 150, 320, 16
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class SectionTable(QTableView):
    """Lays out columns and headings; the model knows what is in them.

    Signals:
        heading_pressed: A row was clicked or entered, by mouse or keyboard: its number. Rows
            that are no heading are told of, too.
    """

    heading_pressed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._last_px: int | None = None
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        for heads in (self.horizontalHeader(), self.verticalHeader()):
            heads.setHighlightSections(False)
            heads.setSectionsClickable(False)
        # Only in this order do headings take clicks but no row is selected by them.
        self.verticalHeader().setSectionsClickable(True)
        self.verticalHeader().sectionClicked.connect(self.heading_pressed)
        self.clicked.connect(self._clicked)
        self.setCornerButtonEnabled(False)

    def arrange(self, headings: list[int]) -> None:
        """Fit the widths of columns, and let these rows reach over all of them."""
        columns = self.model().columnCount()
        self.clearSpans()
        # A span over a single column is none, and Qt warns of it.
        if columns > 1:
            for row in headings:
                self.setSpan(row, 0, 1, columns)
        self.resizeColumnsToContents()
        for column in range(columns):
            width = self.columnWidth(column) + _AIR
            self.setColumnWidth(column, min(max(width, _NARROWEST), _WIDEST))
        self._last_px = self.columnWidth(columns - 1) if columns else None
        self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Headings reach over as much as there is."""
        super().resizeEvent(event)
        self._fill()

    def _fill(self) -> None:
        """Let the last column take what few columns leave: sentences in headings need it."""
        heads = self.horizontalHeader()
        if self._last_px is None or not heads.count():
            return
        heads.resizeSection(heads.count() - 1, self._last_px)
        left = self.viewport().width() - heads.length()
        heads.resizeSection(heads.count() - 1, self._last_px + max(left, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space press the heading that the keyboard is on."""
        if event.key() in _ENTER and self.currentIndex().isValid():
            self.heading_pressed.emit(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def _clicked(self, index: QModelIndex) -> None:
        self.heading_pressed.emit(index.row())
