"""The runs: a table to sort, filter, select and act on."""

from __future__ import annotations

from PySide6.QtCore import (
    QModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from core.text.plural import plural
from gui.runs_table.experiment_folding import TRIANGLE_PX, ExperimentFolding
from gui.runs_table.row_selection import RowSelection
from gui.runs_table.run_actions import RunActions
from gui.runs_table.run_columns import (
    COLUMNS,
    DEVICE,
    EYE,
    MARK,
    NAME,
    SETTINGS,
    STATE,
    TAGS,
    WORKLOAD,
)
from gui.runs_table.runs_model import RunsModel
from gui.runs_table.runs_proxy import RunsProxy
from gui.state.app_state import AppState
from gui.state.remembered import KeptValues, Remembered
from gui.text_size import px, sized
from gui.widgets.empty_note import EmptyNote
from gui.widgets.swatch import ICON_SIZE
from gui.widgets.tables.columns import TableColumns
from gui.widgets.tables.row_table import Divider, row_table

_NO_RUNS = (
    "No runs yet. Press Run (Ctrl+R): each run stays here, to be compared with the next.\n"
    "Runs that somebody exported come in with Ctrl+Shift+I, or dropped on the window."
)
_SETTINGS = "prefetch=autotune, batch=64"
"""The column of settings has at least the room for these."""
_LONGEST = "emulated 5 ms + storage"
"""Words get so much room by themselves."""


class RunsPanel(QWidget):
    """Shows all runs; what is selected here is selected everywhere.

    Attributes:
        table: The table.
        filter: The field that narrows it down.
        offer: Makes a run the baseline where there is none.
        corner: Both; it stands above the table unless it is put where there is more room.
        row_selection: Where runs stand in the table.
        run_actions: What can be done to the selected runs; ``actions()`` lists the actions.

    Signals:
        compare_requested: The selected runs are to be shown side by side.
        settings_requested: The pipeline is to be set as in a run: the run's id.
        again_requested: The selected runs are to be run again.
        counted: How many runs there are, in words; empty for none.
    """

    compare_requested = Signal()
    settings_requested = Signal(str)
    again_requested = Signal()
    counted = Signal(str)

    def __init__(self, app_state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("help", "recordings.md#what-you-make-of-runs")
        self._app_state = app_state
        self._new = ""
        self.model = RunsModel(app_state, self)
        self.proxy = RunsProxy(self.model, self)
        self.filter = self._make_filter()
        self.table = self._make_table()
        self.row_selection = RowSelection(self.table, self.model, self.proxy, app_state)
        self._folding = ExperimentFolding(self.table, self.model, self.proxy, app_state)
        self.empty = EmptyNote()
        self.run_actions = RunActions(app_state, self)
        self.offer = QPushButton()
        self.corner = QWidget()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.table)
        self._pages.addWidget(self.empty)
        self._lay_out()
        self._connect()
        Remembered(self, "runs", self._kept_state, self._restore)
        self.row_selection.show()
        self._make_room()
        self.show_counts()

    # -- making -----------------------------------------------------------------------------

    def _make_filter(self) -> QLineEdit:
        field = QLineEdit()
        field.setAcceptDrops(False)
        field.setPlaceholderText("filter by name, settings, note or #tag")
        field.setToolTip(
            "Show only the runs that contain all of these words, in their name, tags (#slow), "
            "workload, settings, state or note"
        )
        field.setAccessibleName("filter of runs")
        field.setClearButtonEnabled(True)
        sized(field, lambda: field.setMaximumWidth(px(320)))
        return field

    def _make_table(self) -> QTableView:
        table = row_table(self.proxy, "runs", sorting=True)
        triggers = QAbstractItemView.EditTrigger
        table.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed)
        table.setIconSize(ICON_SIZE)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.setItemDelegate(Divider(lambda: self.proxy.pinned, table))
        least = table.fontMetrics().horizontalAdvance(_SETTINGS)
        self.columns = TableColumns(table, "runs", wide=SETTINGS, least_px=least)
        return table

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        row = QHBoxLayout(self.corner)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(self.offer)
        row.addWidget(self.filter, 100)
        column.addWidget(self.corner)
        column.addWidget(self._pages, 1)
        column.addWidget(self.run_actions.undo_bar)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._narrow)
        self.offer.clicked.connect(lambda _=False: self.run_actions.take_offer())
        self.table.clicked.connect(self._clicked)
        self.table.customContextMenuRequested.connect(self._open_menu)
        self.model.rowsInserted.connect(self._note_new)
        self.proxy.modelReset.connect(self.row_selection.show)
        # After the model, which listens to the same signal and was connected first.
        self._app_state.runs_changed.connect(self._arrange)
        self._app_state.selection_changed.connect(self.row_selection.show)
        self._app_state.range_changed.connect(self._make_room)
        actions = self.run_actions
        actions.rename_requested.connect(self._rename)
        actions.copy_requested.connect(self._copy)
        actions.deleted.connect(self._select_next)
        actions.menu_requested.connect(self._open_at_row)
        actions.compare_requested.connect(self.compare_requested)
        actions.settings_requested.connect(self.settings_requested)
        actions.again_requested.connect(self.again_requested)

    def _kept_state(self) -> dict[str, object]:
        selected = [run.id for run in self._app_state.selection]
        opened = sorted(self.proxy.opened)
        return {"filter": self.filter.text(), "opened": opened, "selected": selected}

    def _restore(self, kept: KeptValues) -> None:
        self.proxy.opened = set(kept.words("opened"))
        self.proxy.arrange()
        self.filter.setText(kept.text("filter"))
        there = set(kept.words("selected"))
        seen = (
            run.id
            for run in self._app_state.session.runs
            if self.row_selection.index(run.id).isValid()
        )
        self._app_state.select(tuple(run_id for run_id in seen if run_id in there))

    # -- what changes -----------------------------------------------------------------------

    def _narrow(self, text: str) -> None:
        self.proxy.set_filter(text)
        # What is not seen is not selected either: the next key might delete it.
        selected = self._app_state.selection
        self._app_state.select(
            tuple(run.id for run in selected if self.row_selection.index(run.id).isValid())
        )
        self.show_counts()

    def _arrange(self) -> None:
        self.proxy.arrange()
        self._make_room()
        self.show_counts()
        # Only now it has its place in a sorted table.
        if self._new:
            self.table.scrollTo(self.row_selection.index(self._new))
            self._new = ""

    def _make_room(self) -> None:
        """The settings are what is read most: no column beside them is wider than it must be."""
        self.columns.hide_needless(self.model.needless())
        self.columns.fit(self._widths())

    def _widths(self) -> dict[int, int]:
        """Pixels of the longest text of each column; the wide column has what is left.

        Numbers are as long as their sample: to work out those of all runs would cost seconds.
        """
        width = self.table.fontMetrics().horizontalAdvance
        widths = {section: width(column.sample) for section, column in enumerate(COLUMNS)}
        widths[MARK] = ICON_SIZE.width()
        for section in (NAME, TAGS, WORKLOAD, DEVICE, STATE):
            cells = self.model.texts(section)
            widths[section] = min(max(map(width, cells), default=0), width(_LONGEST))
        widths[NAME] += TRIANGLE_PX
        return widths

    def show_counts(self) -> None:
        """Say how many there are, and how many of them are shown."""
        total, shown = self.model.rowCount(), self.proxy.matching
        self.counted.emit(f"{shown} of {total}" if shown != total else str(total or ""))
        page = self.table if shown else self.empty
        self._pages.setCurrentWidget(page)
        # Of a table that is out of sight Tab would come to a stand.
        self.setFocusProxy(page)
        if not total:
            self.empty.setText(_NO_RUNS)
        elif not shown:
            self.empty.setText(f"No run contains “{self.filter.text().strip()}”.")
        self.filter.setEnabled(bool(total))
        self._show_offer()

    def _show_offer(self) -> None:
        run = self.run_actions.offer_baseline()
        self.offer.setVisible(run is not None)
        if run is not None:
            name = self._app_state.session.experiments.name_of(run)
            self.offer.setText(f"Compare with {name}")
            self.offer.setToolTip(
                f"Make {name}, the first run of this workload, the baseline. B does the same with "
                "the selected run"
            )

    def _note_new(self, _parent: QModelIndex, first: int, _last: int) -> None:
        run = self.model.run_at(first)
        self._new = "" if run.state.over else run.id

    # -- deeds ------------------------------------------------------------------------------

    def _rename(self, run_id: str) -> None:
        index = self.row_selection.index(run_id, NAME)
        if index.isValid() and self.proxy.folded_at(index.row()):
            self._folding.toggle(index)
            index = self.row_selection.index(run_id, NAME)
        if index.isValid():
            self.table.setCurrentIndex(index)
            self.table.edit(index)

    def _select_next(self) -> None:
        """The row that took a deleted one's place is next, so that the keyboard goes on."""
        row = self.table.currentIndex().row()
        if row >= 0 and not self._app_state.selection:
            self.table.selectRow(row)

    def _clicked(self, index: QModelIndex) -> None:
        """A click on the eye hides or shows; with Alt the run is shown alone."""
        if index.column() != EYE:
            return
        runs = [self.model.run_at(row) for row in self.proxy.rows_at(index.row())]
        if QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.AltModifier:
            self.run_actions.toggle_solo(runs)
        else:
            self.run_actions.set_hidden(runs)

    def _open_at_row(self, menu: QMenu) -> None:
        row = self.table.visualRect(self.table.currentIndex())
        menu.popup(self.table.viewport().mapToGlobal(row.bottomLeft()))

    def _copy(self) -> None:
        places = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        rows = [row for place in places for row in self.proxy.rows_at(place)]
        text = self.model.copied(rows)
        QGuiApplication.clipboard().setText(text)
        self._app_state.message.emit(f"Copied {plural(len(rows), 'run')}.")

    def _open_menu(self, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        menu.addActions(self.actions())
        menu.addSeparator()
        menu.addActions(self._app_state.edits.actions)
        menu.popup(self.table.viewport().mapToGlobal(where))
