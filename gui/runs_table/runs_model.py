"""The runs as a Qt table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt

from core.model.run import Run
from gui.runs_table.range_columns import RangeColumn
from gui.runs_table.run_columns import COLUMNS, NAME
from gui.state.app_state import AppState
from gui.state.run_facts import RunFacts
from gui.state.run_labels import relabel
from gui.widgets.tables.row_changes import MANY_CHANGES, change_rows
from gui.widgets.tables.table_model import Index, Role, SortKey, TableModel


class RunsModel(TableModel[Run, RunFacts]):
    """All runs, oldest first. While a run is under way only its row changes."""

    def __init__(self, app_state: AppState, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, RunFacts(app_state.session), app_state.theme, parent)
        self._app_state = app_state
        self._rows: dict[str, int] = {}
        self._groups: dict[str, str] = {}
        self._words: dict[str, tuple[Run, Run | None, str]] = {}
        self.refresh()
        app_state.runs_changed.connect(self.refresh)
        app_state.run_advanced.connect(self._advance)
        app_state.theme_changed.connect(self._follow_theme)
        app_state.solo_changed.connect(self._follow_solo)
        app_state.range_changed.connect(self._follow_range)

    # -- what the table asks ----------------------------------------------------------------

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """See Qt; a name without what is shown beside it is edited."""
        if role == Role.EditRole and index.isValid() and index.column() == NAME:
            return self.rows[index.row()].name
        return super().data(index, role)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """See Qt; a heading may say in which steps."""
        if orientation is Qt.Orientation.Horizontal and role == Role.DisplayRole:
            return self._heading(section)
        return super().headerData(section, orientation, role)

    def needless(self) -> frozenset[int]:
        """Columns that say nothing now: without selected steps those on them."""
        of_range = () if self.facts.selected_range else range(len(COLUMNS))
        hidden = (section for section in of_range if isinstance(COLUMNS[section], RangeColumn))
        return super().needless() | frozenset(hidden)

    def _heading(self, section: int) -> str:
        column = COLUMNS[section]
        return column.heading(self.facts) if isinstance(column, RangeColumn) else column.header

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The name can be edited."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == NAME else flags

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        """Rename a run; an empty name brings ``run N`` back."""
        if role != Role.EditRole or index.column() != NAME:
            return False
        run, name = self.rows[index.row()], " ".join(str(value).split())
        if name == run.name:
            return False
        return bool(relabel(self._app_state, f"rename {run.name}", {run.id: {"name": name}}))

    # -- what the panel asks ----------------------------------------------------------------

    def run_at(self, row: int) -> Run:
        """The run of a row."""
        return self.rows[row]

    def group_of(self, row: int) -> str:
        """The comparison or sweep of a row; empty for none."""
        run = self.rows[row]
        group = self._groups.get(run.id)
        if group is None:
            turn = run.plan.turn
            group = self._groups[run.id] = turn.group if turn is not None else ""
        return group

    def texts(self, column: int) -> set[str]:
        """What stands in a column."""
        return {COLUMNS[column].text(run, self.facts) for run in self.rows}

    def folded(self, section: int, rows: list[int], *, tooltip: bool) -> str:
        """What one row says of several runs of an experiment; figures it has none."""
        column, runs = COLUMNS[section], [self.rows[row] for row in rows]
        return (column.folded_tooltip if tooltip else column.folded)(runs, self.facts)

    def row_of(self, run_id: str) -> int | None:
        """The row of a run; None where it is not in the list."""
        return self._rows.get(run_id)

    def sort_key(self, row: int, column: int) -> SortKey:
        """What a cell sorts by."""
        return COLUMNS[column].sort_key(self.rows[row], self.facts)

    def words(self, row: int) -> str:
        """What a filter looks through: name, tags, workload, device, settings, state and note."""
        run, baseline = self.rows[row], self.facts.baseline
        known = self._words.get(run.id)
        if known is not None and known[0] is run and known[1] is baseline:
            return known[2]
        parts = [column.text(run, self.facts) for column in COLUMNS if not column.number]
        words = " ".join((*parts, *self.facts.changes(run), run.label.note)).lower()
        self._words[run.id] = run, baseline, words
        return words

    def copied(self, rows: Iterable[int]) -> str:
        """Rows as text with headings and units, for a spreadsheet."""
        needed = [section for section in range(1, len(COLUMNS)) if self._is_copied(section)]
        heads = ["number", *map(self._heading, needed), "emulated", "note"]
        lines = [heads]
        for row in rows:
            run = self.rows[row]
            cells = [COLUMNS[section].copied(run, self.facts) for section in (0, *needed)]
            lines.append([*cells, ", ".join(run.emulations) or "nothing", run.label.note])
        return "\n".join("\t".join(" ".join(cell.split()) for cell in line) for line in lines)

    def _is_copied(self, section: int) -> bool:
        return self.facts.selected_range is not None or not isinstance(
            COLUMNS[section], RangeColumn
        )

    # -- what changes -----------------------------------------------------------------------

    def refresh(self) -> None:
        """Take the list of runs anew, telling of as little as changed."""
        session, facts = self._app_state.session, self.facts
        runs = list(session.runs)
        before, facts.baseline = facts.baseline, session.baseline
        facts.workloads = tuple({run.plan.workload for run in runs})
        old = {run.id: run for run in self.rows}
        if len(old.keys() ^ {run.id for run in runs}) > MANY_CHANGES:
            self.show_rows(runs)
            return
        change_rows(self, runs, lambda run: run.id)
        if before is not facts.baseline:
            self.repaint()
            return
        for row, run in enumerate(runs):
            if old.get(run.id, run) is not run:
                self.repaint(row, row)

    def take_rows(self, rows: Sequence[Run]) -> None:
        """See base class."""
        super().take_rows(rows)
        self._rows = {run.id: row for row, run in enumerate(rows)}

    def _advance(self) -> None:
        recording = self._app_state.session.recording
        if recording is None:
            return
        run = recording.run()
        row = self._rows.get(run.id)
        if row is not None:
            self.rows[row] = self._app_state.session.run(run.id)
            self.repaint(row, row)

    def _follow_solo(self) -> None:
        self.facts.solo = self._app_state.solo
        self.repaint()

    def _follow_range(self) -> None:
        self.facts.selected_range = self._app_state.selected_range
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
        self.repaint()

    def _follow_theme(self) -> None:
        self.set_theme(self._app_state.theme)
