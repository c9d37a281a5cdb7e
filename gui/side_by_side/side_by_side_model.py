"""Runs side by side as a Qt table: a column for each run, a row for each setting and metric."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor

from core.analysis.side_by_side.runs import SideBySide
from core.model.quantity import emulated_words
from core.model.run import Run
from core.text.workload_name import workload_name
from gui.side_by_side.side_by_side_rows import TableLine, lines_of
from gui.theme import Theme
from gui.widgets.swatch import run_icon
from gui.widgets.tables.table_model import Cell, CellColumn, Index, Role, TableModel

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_LONGEST_NAME = 28
_OPEN, _FOLDED = "\N{BLACK DOWN-POINTING TRIANGLE}", "\N{BLACK RIGHT-POINTING TRIANGLE}"
_HOW_TO_FOLD = "Click, or press Enter on it, to fold or unfold what is below."


class SideBySideModel(TableModel[TableLine, None]):
    """Shows a comparison in sections that can be folded; empty until there is one.

    Signals:
        folds_changed: Other sections are folded.
    """

    folds_changed = Signal()

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__((), None, theme, parent)
        self._shown: SideBySide | None = None
        self._folded: set[str] = set()
        self._notes: tuple[str, ...] = ()

    def show_comparison(self, shown: SideBySide | None, *, equal_rows: bool) -> None:
        """Show another comparison.

        Args:
            shown: What to show; None for nothing.
            equal_rows: Show the settings and facts that all runs share as well.
        """
        lines = lines_of(shown, equal_rows=equal_rows) if shown else []
        same = (
            shown is not None
            and self._shown is not None
            and [run.id for run in shown.runs] == [run.id for run in self._shown.runs]
            and [line.alone for line in lines] == [line.alone for line in self.rows]
        )
        self._shown = shown
        runs = shown.runs if shown else ()
        # Where nothing but figures changed, selection and scroll bars stay.
        self.show_rows(lines, [_column(at) for at, _ in enumerate(runs)], same=same)

    def set_notes(self, notes: Sequence[str]) -> None:
        """What is to be copied below the table."""
        self._notes = tuple(notes)

    def is_hidden(self, row: int) -> bool:
        """Whether a row belongs to a section that is folded."""
        return not self.rows[row].group and self._section(row) in self._folded

    def fold(self, row: int) -> None:
        """Fold the section that a heading is of, or unfold it; other rows have nothing to fold."""
        if self.rows[row].group:
            self._folded ^= {self.rows[row].head}
            self._tell_folds()

    def fold_all(self) -> None:
        """Fold all sections; where all are, unfold them."""
        heads = {line.head for line in self.rows if line.group}
        self._folded = set() if heads <= self._folded else heads
        self._tell_folds()

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """See Qt."""
        line = self.rows[index.row()]
        return (
            self._group_data(line, index.column(), role)
            if line.group
            else super().data(index, role)
        )

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Runs above, settings and metrics with their units on the left."""
        if role == Role.TextAlignmentRole:
            return _LEFT
        if orientation is Qt.Orientation.Horizontal and self._shown is not None:
            return self._run_header(self._shown.runs[section], section, role)
        return super().headerData(section, orientation, role)

    def row_header(self, line: TableLine, role: int) -> Any:
        """Settings and metrics with their units."""
        match role:
            case Role.DisplayRole:
                if line.group:
                    return f"{_FOLDED if line.head in self._folded else _OPEN} {line.shown}"
                return line.shown
            case Role.ToolTipRole:
                return f"{line.help}\n{_HOW_TO_FOLD}" if line.group else line.help
            case Role.FontRole:
                return self.bold_font if line.group else None
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings of groups cannot be selected."""
        if index.isValid() and self.rows[index.row()].group:
            return Qt.ItemFlag.ItemIsEnabled
        return super().flags(index)

    def text(self) -> str:
        """All that is shown as text, tab separated, for a spreadsheet or a mail."""
        if self._shown is None:
            return ""
        runs = self._shown.runs
        rows = [["", *(" · ".join(_titles(run, at, run.name)) for at, run in enumerate(runs))]]
        # Folded rows too: what is pasted elsewhere cannot be unfolded there.
        rows.extend([line.alone, *line.texts] for line in self.rows)
        table = ["\t".join(" ".join(cell.split()) for cell in row) for row in rows]
        return "\n".join((*table, "", *(self._notes or self._shown.notes)))

    def _section(self, row: int) -> str:
        return next(line.head for line in reversed(self.rows[: row + 1]) if line.group)

    def _tell_folds(self) -> None:
        if self.rows:
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, len(self.rows) - 1)
        self.folds_changed.emit()

    def _group_data(self, line: TableLine, column: int, role: int) -> Any:
        match role:
            case Role.DisplayRole if column == 0:
                return line.texts[0]
            case Role.SizeHintRole:
                # It reaches over all columns, and must not widen the first.
                return QSize(1, 1)
            case Role.ForegroundRole:
                return QColor(self.theme.muted)
            case Role.BackgroundRole:
                return QColor(self.theme.window)
        return None

    def _run_header(self, run: Run, section: int, role: int) -> Any:
        match role:
            case Role.DisplayRole:
                name = run.name
                short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
                return "\n".join(_titles(run, section, short))
            case Role.DecorationRole:
                return run_icon(self.theme, run.label, small=True)
            case Role.ToolTipRole:
                lines = (
                    *_titles(run, section, run.name),
                    workload_name(run.plan.workload),
                    run.label.note,
                )
                return "\n".join(line for line in lines if line)
        return None


def _column(place: int) -> CellColumn[TableLine]:
    """The column of a run, by its place from 0."""

    def cell(line: TableLine) -> Cell:
        return Cell(line.texts[place], line.tips[place], muted=line.muted[place])

    return CellColumn(cell=cell)


def _titles(run: Run, position: int, name: str) -> tuple[str, str]:
    """The name of a run with whether it is the baseline; what was emulated or its device, where."""
    marked = f"{name} (baseline)" if position == 0 else name
    return marked, f"{emulated_words(run.emulations) or run.plan.device}{run.plan.elsewhere}"
