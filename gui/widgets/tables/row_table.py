"""The view of a table in which whole rows are selected."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gui.text_size import px, sized

_DIVIDER_PX, _AIR_PX = 2, 4


def row_table(model: QAbstractItemModel, name: str, *, sorting: bool = False) -> QTableView:
    """A view of a model, without a grid.

    Args:
        model: What it shows.
        name: What a screen reader calls it.
        sorting: A click on a heading sorts; the third click brings the model's order back.
    """
    table = QTableView()
    # The style sheet sets the font that the height of rows is measured with.
    table.ensurePolished()
    table.setModel(model)
    table.setAccessibleName(name)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setShowGrid(False)
    table.setWordWrap(False)
    # Tab leaves the table; arrows move in it.
    table.setTabKeyNavigation(False)
    rows = table.verticalHeader()
    rows.hide()
    # Asking every row for its height would cost seconds with a thousand rows.
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    sized(table, lambda: rows.setDefaultSectionSize(table.fontMetrics().height() + px(8)))
    heads = table.horizontalHeader()
    heads.setHighlightSections(False)
    if sorting:
        heads.setSortIndicatorClearable(True)
        heads.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        table.setSortingEnabled(True)
    return table


def fit_rows(table: QTableView) -> None:
    """Give each row the height that its texts take; for few rows, for each is measured."""
    rows = table.verticalHeader()
    for row in range(rows.count()):
        needed = table.sizeHintForRow(row) + px(_AIR_PX)
        rows.resizeSection(row, max(rows.defaultSectionSize(), needed))


def rows_height(table: QTableView) -> int:
    """Pixels of a table that shows all of its rows and no scroll bar."""
    heads, rows = table.horizontalHeader(), table.verticalHeader()
    return heads.sizeHint().height() + rows.length() + 2 * table.frameWidth()


class Divider(QStyledItemDelegate):
    """Paints the cells of a table, and a line below the first few rows."""

    def __init__(self, rows: Callable[[], int], parent: QWidget) -> None:
        """Make it.

        Args:
            rows: How many rows stand above the line; 0 for no line.
            parent: The table.
        """
        super().__init__(parent)
        self._rows = rows

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """See Qt."""
        super().paint(painter, option, index)
        if index.row() == self._rows() - 1:
            line = option.rect.adjusted(0, option.rect.height() - _DIVIDER_PX, 0, 0)
            painter.fillRect(line, option.palette.text())
