"""Opens and folds experiments in the table of runs, by mouse and keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QCursor, QKeyEvent
from PySide6.QtWidgets import QTableView

from gui.runs_table.run_columns import NAME
from gui.runs_table.runs_model import RunsModel
from gui.runs_table.runs_proxy import RunsProxy
from gui.state.app_state import AppState

TRIANGLE_PX = 20
"""So far from the left edge of a name a click opens or folds."""


class ExperimentFolding(QObject):
    """Listens to the table; what is selected stays so."""

    def __init__(
        self, table: QTableView, model: RunsModel, proxy: RunsProxy, app_state: AppState
    ) -> None:
        """Listen.

        Args:
            table: The table.
            model: All runs.
            proxy: What the table shows of them.
            app_state: Has the selection.
        """
        super().__init__(table)
        self._table, self._model, self._proxy = table, model, proxy
        self._app_state = app_state
        table.clicked.connect(self._clicked)
        table.activated.connect(self.toggle)
        table.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Right and Enter open the experiment of the row that the keyboard is on, Left folds it."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            at = self._table.currentIndex()
            if at.isValid() and event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Left):
                return self._open(at, on=event.key() == Qt.Key.Key_Right)
            if at.isValid() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                return self.toggle(at)
        return super().eventFilter(watched, event)

    def _clicked(self, index: QModelIndex) -> None:
        """A click on the triangle in front of a name opens or folds."""
        left = self._table.visualRect(index.siblingAtColumn(NAME)).left()
        x = self._table.viewport().mapFromGlobal(QCursor.pos()).x()
        if index.column() == NAME and x - left < TRIANGLE_PX:
            self.toggle(index)

    def toggle(self, index: QModelIndex) -> bool:
        """Open the experiment of a row, or fold it; False where it has none."""
        return self._open(index, on=self._proxy.folded_at(index.row()))

    def _open(self, index: QModelIndex, *, on: bool) -> bool:
        """Open or fold the experiment of a row; False where there is nothing to do."""
        row = self._proxy.rows_at(index.row())[0]
        group = self._model.group_of(row)
        if not group or on == (group in self._proxy.opened):
            return False
        members = [self._model.run_at(member).id for member in self._proxy.members(group)]
        selected = [run.id for run in self._app_state.selection]
        if not on and not set(selected).isdisjoint(members):
            # The row that takes their place is selected, and stands for all of them.
            self._app_state.select(tuple(dict.fromkeys((*selected, *members))))
        self._proxy.open(group, on=on)
        place = self._proxy.place_of(row)
        if place is not None:
            at = self._proxy.index(place, index.column())
            self._table.selectionModel().setCurrentIndex(
                at, QItemSelectionModel.SelectionFlag.NoUpdate
            )
            self._table.scrollTo(at)
        return True
