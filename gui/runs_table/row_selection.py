"""Keeps the rows that are selected in the table and the runs that are selected everywhere alike."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QObject
from PySide6.QtWidgets import QTableView

from gui.runs_table.runs_model import RunsModel
from gui.runs_table.runs_proxy import RunsProxy
from gui.state.app_state import AppState


class RowSelection(QObject):
    """Takes what is selected in the table to the other parts of the window, and back."""

    def __init__(
        self, table: QTableView, model: RunsModel, proxy: RunsProxy, app_state: AppState
    ) -> None:
        """Follow the table; ``show`` follows the others.

        Args:
            table: Owner.
            model: The runs.
            proxy: What of them is seen, and where.
            app_state: Knows what is selected everywhere.
        """
        super().__init__(table)
        self._table, self._model, self._proxy = table, model, proxy
        self._app_state, self._syncing = app_state, False
        table.selectionModel().selectionChanged.connect(self._selected_here)

    def index(self, run_id: str, column: int = 0) -> QModelIndex:
        """The cell of a run; invalid where its row is not seen."""
        row = self._model.row_of(run_id)
        place = None if row is None else self._proxy.place_of(row)
        return QModelIndex() if place is None else self._proxy.index(place, column)

    def sees(self, run_id: str) -> bool:
        """Whether a row of the table shows a run, by itself or with others."""
        return self.index(run_id).isValid()

    def _selected_here(self, _selected: QItemSelection, _deselected: QItemSelection) -> None:
        if self._syncing:
            return
        rows = self._table.selectionModel().selectedRows()
        here = {
            self._model.run_at(row).id: (place.row(), at)
            for place in rows
            for at, row in enumerate(self._proxy.rows_at(place.row()))
        }
        # Those selected before keep their order; the others follow in the order of the table.
        before = dict.fromkeys(run.id for run in self._app_state.selection if run.id in here)
        new = sorted(
            (run_id for run_id in here if run_id not in before), key=lambda run_id: here[run_id]
        )
        self._app_state.select((*before, *new))

    def show(self) -> None:
        """Select the rows of the runs that are selected elsewhere."""
        self._open_where_some_are_selected()
        wanted = [
            index for run in self._app_state.selection if (index := self.index(run.id)).isValid()
        ]
        model, flags = self._table.selectionModel(), QItemSelectionModel.SelectionFlag
        if {index.row() for index in wanted} == {index.row() for index in model.selectedRows()}:
            return
        rows = QItemSelection()
        for index in wanted:
            rows.select(index, index)
        self._syncing = True
        model.select(rows, flags.ClearAndSelect | flags.Rows)
        if wanted:
            model.setCurrentIndex(wanted[-1], flags.NoUpdate)
            self._table.scrollTo(wanted[-1])
        self._syncing = False

    def _open_where_some_are_selected(self) -> None:
        """A row that stands for several runs is selected only where all of them are."""
        ids = {run.id for run in self._app_state.selection}
        places = {index.row() for run_id in ids if (index := self.index(run_id)).isValid()}
        for place in sorted(places, reverse=True):
            rows = self._proxy.rows_at(place)
            if len(rows) > 1 and any(self._model.run_at(row).id not in ids for row in rows):
                group, self._syncing = self._model.group_of(rows[0]), True
                self._proxy.open(group, on=True)
                self._syncing = False
