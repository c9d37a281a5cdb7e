"""Sorts and filters the table of runs."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractProxyModel, QModelIndex, QObject, Qt

from gui.runs_table.run_columns import NAME
from gui.runs_table.runs_model import RunsModel
from gui.widgets.tables.table_model import NO_INDEX, Index, sorted_places
from gui.widgets.tooltip_text import as_tip

_ROLE = Qt.ItemDataRole
_FOLDED_ROLES = (_ROLE.DisplayRole, _ROLE.ToolTipRole, _ROLE.DecorationRole)
_OPEN = "\N{BLACK DOWN-POINTING SMALL TRIANGLE}"


class RunsProxy(QAbstractProxyModel):
    """Rows that contain every word of the filter; what was not measured comes last.

    Rows keep their places while a run is under way: only ``arrange`` moves them. A comparison or
    sweep of several runs is one row until it is opened: that of its first run in the present order,
    which then stands for all.

    Attributes:
        opened: Ids of the experiments whose runs are all shown.
        matching: How many runs pass the filter, folded away or not.
        pinned: How many of the first rows are pinned; each stands for itself, also where it belongs
            to an experiment.

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
        self._groups: dict[str, list[int]] = {}
        self._heads: dict[int, str] = {}
        self.opened: set[str] = set()
        self.matching = self.pinned = 0
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
        if self._groups and self._order:
            # What rows say that stand for several may be something else now.
            last = self.index(len(self._order) - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    # -- what is folded ---------------------------------------------------------------------

    def group_at(self, place: int) -> str:
        """The experiment that a row begins; empty for a single run and for its other runs."""
        return self._heads.get(place, "")

    def folded_at(self, place: int) -> bool:
        """Whether a row stands for several runs."""
        group = self.group_at(place)
        return bool(group) and group not in self.opened

    def members(self, group: str) -> tuple[int, ...]:
        """The rows of the model that belong to an experiment and pass the filter."""
        return tuple(self._groups.get(group, ()))

    def rows_at(self, place: int) -> list[int]:
        """The rows of the model that a row stands for."""
        if self.folded_at(place):
            return list(self._groups[self.group_at(place)])
        return [self._order[place]]

    def place_of(self, row: int) -> int | None:
        """Where a row of the model is shown, perhaps folded away; None where the filter has it."""
        place = self._places.get(row)
        if place is not None:
            return place
        rows = self._groups.get(self._model.group_of(row), [])
        return self._places.get(rows[0]) if row in rows else None

    def open(self, group: str, *, on: bool) -> None:
        """Show all runs of an experiment, or one row for them."""
        if on == (group in self.opened):
            return
        (self.opened.add if on else self.opened.discard)(group)
        self.beginResetModel()
        self._take(self._arranged())
        self.endResetModel()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """See Qt: a folded row says what it stands for and has no figures."""
        if not index.isValid():
            return None
        group = self._heads.get(index.row(), "")
        if not group or role not in _FOLDED_ROLES:
            return self._model.data(self.mapToSource(index), role)
        if group in self.opened:
            shown = self._model.data(self.mapToSource(index), role)
            is_name = index.column() == NAME and role == _ROLE.DisplayRole
            return f"{_OPEN} {shown}" if is_name else shown
        if role == _ROLE.DecorationRole:
            return None
        tooltip = role == _ROLE.ToolTipRole
        folded = self._model.folded(index.column(), self._groups[group], tooltip=tooltip)
        return as_tip(folded) or None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """See Qt: what stands for several runs has no name to edit."""
        flags = self._model.flags(self.mapToSource(index))
        if index.isValid() and self.folded_at(index.row()):
            flags &= ~Qt.ItemFlag.ItemIsEditable
        return flags

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

    def index(self, row: int, column: int, parent: Index = NO_INDEX) -> QModelIndex:
        """See Qt."""
        inside = 0 <= row < len(self._order) and 0 <= column < self.columnCount()
        return self.createIndex(row, column) if inside and not parent.isValid() else QModelIndex()

    def parent(self, index: Index = NO_INDEX) -> Any:
        """A table has none."""
        return QModelIndex()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """Rows that are shown."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
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
            return self._fold(rows)
        column, order = self._sorted
        keys = [self._model.sort_key(row, column) for row in rows]
        return self._fold([rows[place] for place in sorted_places(keys, order)])

    def _fold(self, rows: list[int]) -> list[int]:
        """Pinned runs first; behind the first run of an experiment its others only if opened."""
        self.matching = len(rows)
        self._groups = {}
        shown = sorted(
            (row for row in rows if self._model.run_at(row).label.on_top),
            key=lambda row: not self._model.run_at(row).label.baseline,
        )
        self.pinned = len(shown)
        for row in rows:
            if self._model.run_at(row).label.on_top:
                continue
            group = self._model.group_of(row)
            if group:
                members = self._groups.setdefault(group, [])
                members.append(row)
                if len(members) > 1 and group not in self.opened:
                    continue
            shown.append(row)
        return shown

    def _passes(self, row: int) -> bool:
        if not self._words:
            return True
        text = self._model.words(row)
        return all(word in text for word in self._words)

    def _take(self, order: list[int]) -> None:
        self._order = order
        self._places = {row: place for place, row in enumerate(order)}
        self._heads = {
            self._places[rows[0]]: group
            for group, rows in self._groups.items()
            if len(rows) > 1 and rows[0] in self._places
        }

    def _show(self, order: list[int]) -> None:
        """Show other rows: a new order of the same ones keeps the selection."""
        if order == self._order:
            self._take(order)
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

        def moved(rows: list[int]) -> list[int]:
            return [row + count if row >= first else row for row in rows]

        self._groups = {group: moved(rows) for group, rows in self._groups.items()}
        self._take(moved(self._order))
        for row in range(first, last + 1):
            group = self._model.group_of(row)
            folded = group in self._groups and group not in self.opened
            # At the end until the panel has them arranged: it does with every such change.
            if not folded and self._passes(row):
                place = len(self._order)
                self.beginInsertRows(QModelIndex(), place, place)
                self._take([*self._order, row])
                self.endInsertRows()

    def _begin_removal(self, _parent: QModelIndex, first: int, last: int) -> None:
        # While the model still has the rows: what is selected is asked for meanwhile.
        for row in range(first, last + 1):
            place = self._places.get(row)
            if place is not None:
                self.beginRemoveRows(QModelIndex(), place, place)
                self._take(self._order[:place] + self._order[place + 1 :])
                self.endRemoveRows()

    def _end_removal(self, _parent: QModelIndex, first: int, last: int) -> None:
        count = last - first + 1

        def moved(rows: list[int]) -> list[int]:
            return [row - count if row > last else row for row in rows if not first <= row <= last]

        self._groups = {group: moved(rows) for group, rows in self._groups.items()}
        self._take(moved(self._order))

    def _follow_data(self, first: QModelIndex, last: QModelIndex) -> None:
        if last.row() - first.row() >= len(self._order):
            if self._order:
                end = self.index(len(self._order) - 1, last.column())
                self.dataChanged.emit(self.index(0, first.column()), end)
            return
        for row in range(first.row(), last.row() + 1):
            place = self.place_of(row)
            if place is not None:
                self.dataChanged.emit(
                    self.index(place, first.column()), self.index(place, last.column())
                )
