"""A table whose rows stand in sections, under headings over all columns."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QTableView, QWidget

from gui.text_size import px, sized
from gui.widgets.tables.columns import TableColumns

_NARROWEST, _WIDEST = 150, 320
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
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        rows = self.verticalHeader()
        sized(self, lambda: rows.setDefaultSectionSize(self.fontMetrics().height() + px(8)))
        for heads in (self.horizontalHeader(), self.verticalHeader()):
            heads.setHighlightSections(False)
            heads.setSectionsClickable(False)
        # Only in this order do headings take clicks but no row is selected by them.
        self.verticalHeader().setSectionsClickable(True)
        self.verticalHeader().sectionClicked.connect(self.heading_pressed)
        self.clicked.connect(self._clicked)
        self.setCornerButtonEnabled(False)
        # The last one takes what few columns leave: sentences in headings need it. Headings reach
        # over all columns, so these cannot be moved.
        self.columns = TableColumns(self, "side by side", wide=-1, movable=False)

    def arrange(self, headings: list[int]) -> None:
        """Fit the widths of columns, and let these rows reach over all of them."""
        columns = self.model().columnCount()
        self.clearSpans()
        # A span over a single column is none, and Qt warns of it.
        if columns > 1:
            for row in headings:
                self.setSpan(row, 0, 1, columns)
        texts = {column: self.sizeHintForColumn(column) for column in range(columns)}
        self.columns.fit({at: min(max(px, _NARROWEST), _WIDEST) for at, px in texts.items()})

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space press the heading that the keyboard is on."""
        if event.key() in _ENTER and self.currentIndex().isValid():
            self.heading_pressed.emit(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def _clicked(self, index: QModelIndex) -> None:
        self.heading_pressed.emit(index.row())
