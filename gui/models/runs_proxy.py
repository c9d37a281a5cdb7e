"""Sorts and filters the table of runs."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt

from gui.models.runs_model import RunsModel

Index = QModelIndex | QPersistentModelIndex


class RunsProxy(QSortFilterProxyModel):
    """Rows that contain every word of the filter; what was not measured comes last.

    Rows keep their places while a run is under way: only ``arrange`` moves them.
    """

    def __init__(self, model: RunsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._words: tuple[str, ...] = ()
        self.setDynamicSortFilter(False)
        self.setSourceModel(model)

    def set_filter(self, text: str) -> None:
        """Show the runs that contain all these words."""
        self.beginFilterChange()
        self._words = tuple(text.lower().split())
        self.endFilterChange()

    def arrange(self) -> None:
        """Filter and sort anew, after something other than a measurement changed."""
        if self._words:
            self.beginFilterChange()
            self.endFilterChange()
        if self.sortColumn() >= 0:
            self.sort(self.sortColumn(), self.sortOrder())

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        """See Qt."""
        if not self._words:
            return True
        text = self._model.words(row)
        return all(word in text for word in self._words)

    def lessThan(self, left: Index, right: Index) -> bool:
        """By the model's sort keys; see Qt."""
        one = self._model.sort_key(left.row(), left.column())
        other = self._model.sort_key(right.row(), right.column())
        if one is None or other is None:
            # Qt turns the answer round for a descending order; None stays last all the same.
            descending = self.sortOrder() is Qt.SortOrder.DescendingOrder
            return one is not other and (one is None) == descending
        if isinstance(one, str) or isinstance(other, str):
            return str(one) < str(other)
        return one < other
