"""The runs that wait as a Qt table, the one under way on top."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QColor, QFont

from gui.queue.queue_columns import BEGINS, COLUMNS, PLACE, TITLE, QueueFacts, QueueRow
from gui.running.queue_times import QueueTimes
from gui.state.app_state import AppState
from gui.theme import tabular
from gui.widgets.row_changes import told
from gui.widgets.tips import as_tip

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

_NONE = QModelIndex()
_DRAGGED = "application/x-pipeline-explorer-waiting-runs"
_TIMES_EVERY_S = 1.0
_NUMBER = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_TEXT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class QueueModel(QAbstractTableModel):
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
        super().__init__(parent)
        self._app_state, self._clock = app_state, clock
        self._facts = QueueFacts(app_state, times)
        self._entries: list[QueueRow] = []
        self._times_shown_s = clock()
        self._number_font = tabular(QFont())
        self.refresh()
        app_state.queue_changed.connect(self.refresh)
        app_state.runs_changed.connect(self.refresh)
        app_state.experiments_changed.connect(self._repaint)
        app_state.run_advanced.connect(self._advance)
        app_state.theme_changed.connect(self._repaint)

    # -- what the table asks ----------------------------------------------------------------

    def rowCount(self, parent: Index = _NONE) -> int:
        """The run under way and those that wait."""
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = _NONE) -> int:
        """Number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """See Qt."""
        if not index.isValid():
            return None
        entry, column = self._entries[index.row()], COLUMNS[index.column()]
        match role:
            case Role.DisplayRole:
                return column.text(self._facts, entry)
            case Role.ToolTipRole:
                return as_tip(column.tooltip(self._facts, entry))
            case Role.AccessibleTextRole:
                return column.spoken(self._facts, entry)
            case Role.TextAlignmentRole:
                return _NUMBER if column.number else _TEXT
            case Role.FontRole:
                return self._font(entry, index.column())
            case Role.ForegroundRole if column.muted(self._facts, entry):
                return QColor(self._app_state.theme.muted)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Headings with what they mean."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        match role:
            case Role.DisplayRole:
                return column.header
            case Role.ToolTipRole:
                return column.help
            case Role.TextAlignmentRole:
                return _NUMBER if column.number else _TEXT
        return None

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
        data.setData(_DRAGGED, json.dumps([self._entries[row].id for row in rows]).encode())
        return data

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """Put the dragged runs in front of a row; behind all where it is below the last."""
        if not data.hasFormat(_DRAGGED):
            return False
        target = parent.row() if parent.isValid() else row
        if target < 0:
            target = len(self._entries)
        queue = self._app_state.session.queue
        dragged = json.loads(bytes(data.data(_DRAGGED).data()).decode())
        queue.place(dragged, max(0, target - self._under_way))
        return True

    # -- what the panel asks ----------------------------------------------------------------

    def id_at(self, row: int) -> str:
        """The id of the run of a row."""
        return self._entries[row].id

    def waits(self, row: int) -> bool:
        """Whether the run of a row waits; else it is under way."""
        return self._entries[row].place is not None

    @property
    def one_workload(self) -> bool:
        """Whether all rows are of the same workload."""
        return len({entry.plan.workload for entry in self._entries}) <= 1

    # -- what changes -----------------------------------------------------------------------

    @property
    def _under_way(self) -> int:
        """Rows above those that wait."""
        return 1 if self._entries and not self.waits(0) else 0

    def refresh(self) -> None:
        """Take the queue anew; what is selected stays so, wherever it went."""
        self._facts.refresh()
        session = self._app_state.session
        wanted = [QueueRow(plan, place) for place, plan in enumerate(session.queue.plans)]
        if session.recording is not None:
            wanted.insert(0, QueueRow(session.recording.run().plan, None))
        told(self, self._entries, wanted, lambda entry: entry.id, self._take)
        self._take(wanted)
        self._repaint()

    def _take(self, entries: list[QueueRow]) -> None:
        self._entries = entries

    def _advance(self) -> None:
        """The run under way came further: the times follow, once a second."""
        now_s = self._clock()
        if now_s - self._times_shown_s >= _TIMES_EVERY_S:
            self._times_shown_s = now_s
            self._repaint()

    def _repaint(self) -> None:
        if self._entries:
            last = self.index(len(self._entries) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def _font(self, entry: QueueRow, column: int) -> QFont | None:
        number = COLUMNS[column].number
        if entry.place is not None or column not in (PLACE, TITLE, BEGINS):
            return self._number_font if number else None
        font = QFont(self._number_font if number else QFont())
        font.setBold(True)
        return font
