"""The runs that wait as a Qt table, the one under way on top."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QMimeData, QModelIndex, QObject, Qt

from gui.queue.queue_columns import COLUMNS, QueueFacts, QueueRow
from gui.running.queue_times import QueueTimes
from gui.state.app_state import AppState
from gui.widgets.tables.row_changes import change_rows
from gui.widgets.tables.table_model import Index, TableModel

_DRAGGED = "application/x-pipeline-explorer-waiting-runs"
_TIMES_EVERY_S = 1.0


class QueueModel(TableModel[QueueRow, QueueFacts]):
    """One row a run. Rows that are dragged to another place move in the session's queue."""

    def __init__(
        self,
        app_state: AppState,
        times: QueueTimes,
        parent: QObject | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Show a session's queue.

        Args:
            app_state: Tells what changed.
            times: Estimates of how long runs take.
            parent: Owner.
            clock: Seconds; times are shown anew once a second at most.
        """
        super().__init__(COLUMNS, QueueFacts(app_state, times), app_state.theme, parent)
        self._app_state, self._clock = app_state, clock
        self._times_shown_s = clock()
        self.refresh()
        app_state.queue_changed.connect(self.refresh)
        app_state.runs_changed.connect(self.refresh)
        app_state.experiments_changed.connect(self.repaint)
        app_state.run_advanced.connect(self._advance)
        app_state.theme_changed.connect(self._follow_theme)

    # -- what the table asks ----------------------------------------------------------------

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows that wait can be selected and dragged; what is dragged goes between rows."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        if not self.waits(index.row()):
            return Qt.ItemFlag.ItemIsEnabled
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsDragEnabled
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    # -- dragging ---------------------------------------------------------------------------

    def supportedDropActions(self) -> Qt.DropAction:
        """Rows are moved, never copied."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """Ids of the runs."""
        return [_DRAGGED]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """See Qt."""
        rows = sorted({index.row() for index in indexes})
        data = QMimeData()
        data.setData(_DRAGGED, json.dumps([self.rows[row].id for row in rows]).encode())
        return data

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """Put the dragged runs in front of a row; behind all where it is below the last."""
        if not data.hasFormat(_DRAGGED):
            return False
        target = parent.row() if parent.isValid() else row
        if target < 0:
            target = len(self.rows)
        queue = self._app_state.session.queue
        dragged = json.loads(bytes(data.data(_DRAGGED).data()).decode())
        queue.place(dragged, max(0, target - self._under_way))
        return True

    # -- what the panel asks ----------------------------------------------------------------

    def id_at(self, row: int) -> str:
        """The id of the run of a row."""
        return self.rows[row].id

    def waits(self, row: int) -> bool:
        """Whether the run of a row waits; else it is under way."""
        return self.rows[row].place is not None

    # -- what changes -----------------------------------------------------------------------

    @property
    def _under_way(self) -> int:
        """Rows above those that wait."""
        return 1 if self.rows and not self.waits(0) else 0

    def refresh(self) -> None:
        """Take the queue anew; what is selected stays so, wherever it went."""
        self.facts.refresh()
        session = self._app_state.session
        wanted = [QueueRow(plan, place) for place, plan in enumerate(session.queue.plans)]
        if session.recording is not None:
            wanted.insert(0, QueueRow(session.recording.run().plan, None))
        change_rows(self, wanted, lambda entry: entry.id)
        self.repaint()

    def _advance(self) -> None:
        """The run under way came further: the times follow, once a second."""
        now_s = self._clock()
        if now_s - self._times_shown_s >= _TIMES_EVERY_S:
            self._times_shown_s = now_s
            self.repaint()

    def _follow_theme(self) -> None:
        self.set_theme(self._app_state.theme)
