"""Sorts and filters the table of runs."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractProxyModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from gui.runs_table.runs_model import RunsModel

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()


class RunsProxy(QAbstractProxyModel):
    """Rows that contain every word of the filter; what was not measured comes last.

    Rows keep their places while a run is under way: only ``arrange`` moves them.

    Qt's own sorting proxy asks Python anew for each comparison and tells views of each stretch of
    rows that a filter lets through: with 1,000 runs that took 50 to 300 ms, this takes 5.
    """

    def __init__(self, model: RunsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._words: tuple[str, ...] = ()
        self._sorted: tuple[int, Qt.SortOrder] | None = None
        self._order: list[int] = []
        self._places: dict[int, int] = {}
        self._going = False
        self.setSourceModel(model)
        self._take(self._arranged())
        model.modelAboutToBeReset.connect(self.beginResetModel)
        model.modelReset.connect(self._follow_reset)
        model.rowsInserted.connect(self._follow_insertion)
        model.rowsAboutToBeRemoved.connect(self._begin_removal)
        model.rowsRemoved.connect(self._end_removal)
        model.dataChanged.connect(self._follow_data)

    # -- what the panel does ----------------------------------------------------------------

    def set_filter(self, text: str) -> None:
        """Show the runs that contain all these words."""
        words = tuple(text.lower().split())
        if words != self._words:
            self._words = words
            self._show(self._arranged())

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; below 0: as the model has them."""
        self._sorted = (column, order) if column >= 0 else None
        self.arrange()

    def arrange(self) -> None:
        """Filter and sort anew, after something other than a measurement changed."""
        self._show(self._arranged())

    # -- what Qt asks -----------------------------------------------------------------------

    def mapToSource(self, index: Index) -> QModelIndex:
        """See Qt."""
        if not index.isValid():
            return QModelIndex()
        return self._model.index(self._order[index.row()], index.column())

    def mapFromSource(self, index: Index) -> QModelIndex:
        """See Qt; invalid for a row that the filter holds back."""
        place = self._places.get(index.row()) if index.isValid() else None
        return QModelIndex() if place is None else self.createIndex(place, index.column())

    def index(self, row: int, column: int, parent: Index = _NONE) -> QModelIndex:
        """See Qt."""
        inside = 0 <= row < len(self._order) and 0 <= column < self.columnCount()
        return self.createIndex(row, column) if inside and not parent.isValid() else QModelIndex()

    def parent(self, index: Index = _NONE) -> Any:
        """A table has none."""
        return QModelIndex()

    def rowCount(self, parent: Index = _NONE) -> int:
        """Rows that are shown."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = _NONE) -> int:
        """See Qt."""
        return 0 if parent.isValid() else self._model.columnCount()

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """See Qt."""
        return self._model.headerData(section, orientation, role)

    # -- inside -----------------------------------------------------------------------------

    def _arranged(self) -> list[int]:
        rows = [row for row in range(self._model.rowCount()) if self._passes(row)]
        if self._sorted is None:
            return rows
        column, order = self._sorted
        keys = {row: self._model.sort_key(row, column) for row in rows}
        known = [row for row in rows if keys[row] is not None]
        if any(isinstance(keys[row], str) for row in known):
            known.sort(key=lambda row: str(keys[row]))
        else:
            known.sort(key=keys.__getitem__)  # type: ignore[arg-type]
        if order is Qt.SortOrder.DescendingOrder:
            known.reverse()
        return [*known, *(row for row in rows if keys[row] is None)]

    def _passes(self, row: int) -> bool:
        if not self._words:
            return True
        text = self._model.words(row)
        return all(word in text for word in self._words)

    def _take(self, order: list[int]) -> None:
        self._order = order
        self._places = {row: place for place, row in enumerate(order)}

    def _show(self, order: list[int]) -> None:
        """Show other rows: a new order of the same ones keeps the selection."""
        if order == self._order:
            return
        if len(order) != len(self._order) or set(order) != set(self._order):
            self.beginResetModel()
            self._take(order)
            self.endResetModel()
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        rows = [self._order[index.row()] for index in before]
        self._take(order)
        after = [
            self.createIndex(self._places[row], index.column())
            for row, index in zip(rows, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    # -- what the model tells ---------------------------------------------------------------

    def _follow_reset(self) -> None:
        self._take(self._arranged())
        self.endResetModel()

    def _follow_insertion(self, _parent: QModelIndex, first: int, last: int) -> None:
        count = last - first + 1
        self._take([row + count if row >= first else row for row in self._order])
        for row in range(first, last + 1):
            # At the end until the panel has them arranged: it does with every such change.
            if self._passes(row):
                place = len(self._order)
                self.beginInsertRows(QModelIndex(), place, place)
                self._take([*self._order, row])
                self.endInsertRows()

    def _begin_removal(self, _parent: QModelIndex, first: int, last: int) -> None:
        place = self._places.get(first)
        self._going = first == last and place is not None
        if first != last:
            self.beginResetModel()
        elif place is not None:
            # While the model still has the row: what is selected is asked for meanwhile.
            self.beginRemoveRows(QModelIndex(), place, place)

    def _end_removal(self, _parent: QModelIndex, first: int, last: int) -> None:
        count = last - first + 1
        self._take(
            [row - count if row > last else row for row in self._order if not first <= row <= last]
        )
        if first != last:
            self.endResetModel()
        elif self._going:
            self.endRemoveRows()

    def _follow_data(self, first: QModelIndex, last: QModelIndex) -> None:
        if last.row() - first.row() >= len(self._order):
            if self._order:
                end = self.index(len(self._order) - 1, last.column())
                self.dataChanged.emit(self.index(0, first.column()), end)
            return
        for row in range(first.row(), last.row() + 1):
            place = self._places.get(row)
            if place is not None:
                self.dataChanged.emit(
                    self.index(place, first.column()), self.index(place, last.column())
                )
