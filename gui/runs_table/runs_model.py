"""The runs as a Qt table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from core.model.errors import ExplorerError
from core.model.run import Run
from core.text.plural import plural
from gui.runs_table.run_column import SortKey
from gui.runs_table.run_columns import COLUMNS, DEVICE, MARK, NAME, STATE, WORKLOAD, StateColumn
from gui.state.app_state import AppState
from gui.state.run_facts import RunFacts
from gui.theme import tabular
from gui.widgets.swatch import run_icon
from gui.widgets.tips import as_tip

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

SORT_ROLE = Role.UserRole
ID_ROLE = Role.UserRole + 1

# Beyond so many changes at once, starting over is quicker than telling of each.
_MANY_CHANGES = 64

_FOLDED = "\N{BLACK RIGHT-POINTING SMALL TRIANGLE}"
_NUMBER = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_TEXT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class RunsModel(QAbstractTableModel):
    """All runs, oldest first. While a run is under way only its row changes."""

    def __init__(self, app_state: AppState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app_state = app_state
        self._facts = RunFacts(app_state.session)
        self._runs: list[Run] = []
        self._rows: dict[str, int] = {}
        self._groups: dict[str, str] = {}
        self._words: dict[str, tuple[Run, Run | None, str]] = {}
        self._number_font = tabular(QFont())
        self.refresh()
        app_state.runs_changed.connect(self.refresh)
        app_state.run_advanced.connect(self._advance)
        app_state.theme_changed.connect(self._repaint)

    # -- what the table asks ----------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Number of runs."""
        return 0 if parent.isValid() else len(self._runs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """See Qt. ``SORT_ROLE`` gives what a column sorts by, ``ID_ROLE`` the run's id."""
        if not index.isValid():
            return None
        run, column = self._runs[index.row()], COLUMNS[index.column()]
        match role:
            case Role.DisplayRole:
                return column.text(run, self._facts)
            case Role.ToolTipRole:
                return as_tip(column.tooltip(run, self._facts))
            case Role.TextAlignmentRole:
                return _NUMBER if column.number else _TEXT
            case Role.FontRole:
                return self._number_font if column.number else None
            case Role.ForegroundRole:
                return self._colour(index)
            case Role.DecorationRole if index.column() == MARK:
                return run_icon(self._app_state.theme, run.label)
            case Role.EditRole if index.column() == NAME:
                return run.name
            case Role.AccessibleTextRole if index.column() == MARK:
                return column.tooltip(run, self._facts)
        if role == SORT_ROLE:
            return column.sort_key(run, self._facts)
        return run.id if role == ID_ROLE else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Headings with their units."""
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
        """The name can be edited."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == NAME else flags

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        """Rename a run; an empty name brings ``run N`` back."""
        if role != Role.EditRole or index.column() != NAME:
            return False
        run, name = self._runs[index.row()], " ".join(str(value).split())
        if name == run.name:
            return False
        try:
            self._app_state.session.relabel(run.id, name=name)
        except ExplorerError as error:
            self._app_state.failed.emit(str(error), error.details)
            return False
        return True

    # -- what the panel asks ----------------------------------------------------------------

    def run_at(self, row: int) -> Run:
        """The run of a row."""
        return self._runs[row]

    def group_of(self, row: int) -> str:
        """The comparison or sweep of a row; empty for none."""
        run = self._runs[row]
        group = self._groups.get(run.id)
        if group is None:
            turn = run.plan.turn
            group = self._groups[run.id] = turn.group if turn is not None else ""
        return group

    def texts(self, column: int) -> set[str]:
        """What stands in a column."""
        return {COLUMNS[column].text(run, self._facts) for run in self._runs}

    def folded(self, column: int, role: int, rows: list[int]) -> Any:
        """What one row says of several runs of an experiment; figures it has none."""
        runs = [self._runs[row] for row in rows]
        if role == Role.DecorationRole:
            return None
        if column == NAME:
            title = self._facts.experiment(runs[0])
            if role == Role.DisplayRole:
                return f"{_FOLDED} {title} · {plural(len(runs), 'run')}"
            return f"{title}: {plural(len(runs), 'run')}. Right or Enter opens it, Left folds it."
        if column in (WORKLOAD, DEVICE):
            texts = {COLUMNS[column].text(run, self._facts) for run in runs}
            return texts.pop() if len(texts) == 1 else "several"
        if column == STATE:
            count = Counter(str(run.state) for run in runs)
            return ", ".join(f"{number} {state}" for state, number in count.items())
        return None

    def row_of(self, run_id: str) -> int | None:
        """The row of a run; None where it is not in the list."""
        return self._rows.get(run_id)

    def sort_key(self, row: int, column: int) -> SortKey:
        """What a cell sorts by."""
        return COLUMNS[column].sort_key(self._runs[row], self._facts)

    def words(self, row: int) -> str:
        """What a filter looks through: name, workload, device, settings, state and note."""
        run, baseline = self._runs[row], self._facts.baseline
        known = self._words.get(run.id)
        if known is not None and known[0] is run and known[1] is baseline:
            return known[2]
        parts = [column.text(run, self._facts) for column in COLUMNS if not column.number]
        words = " ".join((*parts, *self._facts.changes(run), run.label.note)).lower()
        self._words[run.id] = run, baseline, words
        return words

    def copied(self, rows: Iterable[int]) -> str:
        """Rows as text with headings and units, for a spreadsheet."""
        heads = ["number", *(column.header for column in COLUMNS[1:]), "emulated", "note"]
        lines = [heads]
        for row in rows:
            run = self._runs[row]
            cells = [column.copied(run, self._facts) for column in COLUMNS]
            lines.append([*cells, ", ".join(run.emulations) or "nothing", run.label.note])
        return "\n".join("\t".join(" ".join(cell.split()) for cell in line) for line in lines)

    # -- what changes -----------------------------------------------------------------------

    def refresh(self) -> None:
        """Take the list of runs anew, telling of as little as changed."""
        session = self._app_state.session
        runs = list(session.runs)
        before, self._facts.baseline = self._facts.baseline, session.baseline
        self._facts.workloads = tuple({run.plan.workload for run in session.runs})
        known, wanted = self._rows.keys(), {run.id for run in runs}
        if not self._runs or len(known ^ wanted) > _MANY_CHANGES:
            self.beginResetModel()
            self._take(runs)
            self.endResetModel()
            return
        self._remove(wanted)
        self._insert(runs)
        old = self._runs
        self._take(runs)
        if before is not self._facts.baseline:
            self._repaint()
            return
        for row, run in enumerate(runs):
            if run is not old[row]:
                self._tell(row, row)

    def _remove(self, wanted: set[str]) -> None:
        for row in reversed(range(len(self._runs))):
            if self._runs[row].id not in wanted:
                self.beginRemoveRows(QModelIndex(), row, row)
                self._take(self._runs[:row] + self._runs[row + 1 :])
                self.endRemoveRows()

    def _insert(self, runs: list[Run]) -> None:
        for row, run in enumerate(runs):
            if run.id not in self._rows:
                self.beginInsertRows(QModelIndex(), row, row)
                self._take([*self._runs[:row], run, *self._runs[row:]])
                self.endInsertRows()

    def _take(self, runs: list[Run]) -> None:
        self._runs = runs
        self._rows = {run.id: row for row, run in enumerate(runs)}

    def _advance(self) -> None:
        recording = self._app_state.session.recording
        if recording is None:
            return
        run = recording.run()
        row = self._rows.get(run.id)
        if row is not None:
            self._runs[row] = self._app_state.session.run(run.id)
            self._tell(row, row)

    def _repaint(self) -> None:
        if self._runs:
            self._tell(0, len(self._runs) - 1)

    def _tell(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))

    def _colour(self, index: Index) -> QColor | None:
        run, column = self._runs[index.row()], COLUMNS[index.column()]
        theme = self._app_state.theme
        if isinstance(column, StateColumn) and column.failed(run):
            return QColor(theme.error)
        return QColor(theme.muted) if column.muted(run, self._facts) else None
