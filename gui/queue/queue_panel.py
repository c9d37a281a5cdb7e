"""The queue: the runs that wait, in a table to reorder and to act on."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QMenu,
    QStackedWidget,
    QTableView,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from core.text.plural import plural
from gui.queue.queue_actions import QueueActions
from gui.queue.queue_columns import COLUMNS, SETTINGS
from gui.queue.queue_model import QueueModel
from gui.running.queue_times import QueueTimes
from gui.running.run_controller import RunController
from gui.state.app_state import AppState
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.empty_note import EmptyNote
from gui.widgets.tables.columns import TableColumns
from gui.widgets.tables.row_table import row_table

_SETTINGS = "prefetch=autotune, batch=64"
"""The column of settings has at least the room for these."""
_EMPTY = (
    "Nothing waits. While a run is under way, Run (Ctrl+R) puts the settings on the left here; "
    "Compare… (Ctrl+Shift+R) and Sweep… (Ctrl+Shift+S) put many runs, and R in the table of runs "
    "puts the selected ones again. One that fails does not stop the others."
)


class QueuePanel(QWidget):
    """Shows the run under way and those that wait behind it.

    Attributes:
        table: One row a run.
        corner: A line on how many wait and how long they take, and a button for each action; it
            stands wherever there is room.
        queue_actions: What can be done to the selected rows; ``actions()`` lists the actions.

    Signals:
        counted: How many wait and whether they are held back, in words; empty for none.
    """

    counted = Signal(str)

    def __init__(
        self,
        app_state: AppState,
        controller: RunController,
        times: QueueTimes,
        pause: QAction,
        parent: QWidget | None = None,
    ) -> None:
        """Build the panel.

        Args:
            app_state: Tells what changed.
            controller: Carries the queue out.
            times: Estimates of how long runs take.
            pause: Pauses the queue or lets it go on.
            parent: Where it stands.
        """
        super().__init__(parent)
        self.setProperty("help", "comparing.md#the-queue")
        self._app_state, self._times = app_state, times
        self._kept: tuple[str, ...] = ()
        self.model = QueueModel(app_state, times, self)
        self.table = self._make_table()
        self.queue_actions = QueueActions(app_state, controller, self, self.selected)
        self.empty = EmptyNote(_EMPTY)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.table)
        self._pages.addWidget(self.empty)
        self.text = ElidedLabel()
        self.text.setProperty("role", "muted")
        self.text.setAccessibleDescription("how many runs wait, and how long they take")
        self.corner = self._make_corner(pause)
        self._pause = pause
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._pages, 1)
        column.addWidget(self.queue_actions.undo_bar)
        self.table.selectionModel().selectionChanged.connect(self.queue_actions.refresh)
        self.table.customContextMenuRequested.connect(self._open_menu)
        self.model.modelAboutToBeReset.connect(self._keep_selection)
        self.model.modelReset.connect(lambda: self.select(self._kept))
        self.queue_actions.restored.connect(self.select)
        self.queue_actions.removed.connect(self._select_next)
        app_state.queue_changed.connect(self.show_counts)
        app_state.runs_changed.connect(self.show_counts)
        self.show_counts()

    def selected(self) -> tuple[str, ...]:
        """Ids of the selected runs, in the order of the queue."""
        rows: set[int] = set()
        # By stretches: Qt takes a quarter of a second to name a thousand selected rows.
        for stretch in self.table.selectionModel().selection():  # type: ignore[attr-defined]
            rows.update(range(stretch.top(), stretch.bottom() + 1))
        return tuple(self.model.id_at(row) for row in sorted(rows) if self.model.waits(row))

    def select(self, ids: tuple[str, ...]) -> None:
        """Select runs that wait."""
        wanted = set(ids)
        rows = [row for row in range(self.model.rowCount()) if self.model.id_at(row) in wanted]
        selection = QItemSelection()
        for row in rows:
            selection.select(self.model.index(row, 0), self.model.index(row, 0))
        flags = QItemSelectionModel.SelectionFlag
        model = self.table.selectionModel()
        model.select(selection, flags.ClearAndSelect | flags.Rows)
        if rows:
            model.setCurrentIndex(self.model.index(rows[0], 0), flags.NoUpdate)

    # -- making -----------------------------------------------------------------------------

    def _make_table(self) -> QTableView:
        table = row_table(self.model, "runs that wait")
        table.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        table.setDefaultDropAction(Qt.DropAction.MoveAction)
        table.setDragDropOverwriteMode(False)
        table.setDropIndicatorShown(True)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        width = table.fontMetrics().horizontalAdvance
        self.columns = TableColumns(table, "queue", wide=SETTINGS, least_px=width(_SETTINGS))
        self.columns.fit({at: width(column.sample) for at, column in enumerate(COLUMNS)})
        return table

    def _make_corner(self, pause: QAction) -> QWidget:
        corner, buttons = QWidget(), QToolBar()
        row = QHBoxLayout(corner)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.text, 1)
        row.addWidget(buttons)
        acts = self.queue_actions
        buttons.addActions(
            [acts.up, acts.down, acts.front, acts.end, acts.repeat, acts.remove, acts.clear, pause]
        )
        # Where there is too little room, a toolbar puts its last buttons into a menu.
        buttons.setObjectName("corner")
        for action in buttons.actions():
            button = buttons.widgetForAction(action)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setProperty("role", "small")
            button.setAccessibleName(action.text())
        return corner

    # -- showing ----------------------------------------------------------------------------

    def show_counts(self) -> None:
        """Say how many wait and how long they take."""
        queue = self._app_state.session.queue
        page = self.table if self.model.rowCount() else self.empty
        self._pages.setCurrentWidget(page)
        # Of a table that is out of sight Tab would come to a stand.
        self.setFocusProxy(page)
        self.columns.hide_needless(self.model.needless())
        count = len(queue)
        held = " · paused" if queue.paused else ""
        words = ""
        if count:
            words = f"{plural(count, 'run')}, {self._times.needed().text()}{held}"
        self.text.setText(words)
        self.counted.emit(f"{count}{held}" if count else "")

    def _keep_selection(self) -> None:
        self._kept = self.selected()

    def _select_next(self, place: int) -> None:
        """The row that took a removed one's place is next, so that the keyboard goes on."""
        rows = [row for row in range(self.model.rowCount()) if self.model.waits(row)]
        if rows:
            self.table.selectRow(rows[min(place, len(rows) - 1)])

    def _open_menu(self, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        edits = self._app_state.edits.actions
        menu.addActions([*self.actions(), self._pause, *edits])
        menu.popup(self.table.viewport().mapToGlobal(where))
