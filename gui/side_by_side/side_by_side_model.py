"""Runs side by side as a Qt table: a column for each run, a row for each setting and metric."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont

from core.analysis.side_by_side.runs import SideBySide
from core.model.quantity import emulated_words
from core.model.run import Run
from core.text.workload_name import workload_name
from gui.side_by_side.side_by_side_rows import TableLine, lines_of
from gui.theme import Theme, tabular
from gui.widgets.swatch import run_icon
from gui.widgets.tips import as_tip

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_LONGEST_NAME = 28
_OPEN, _FOLDED = "\N{BLACK DOWN-POINTING TRIANGLE}", "\N{BLACK RIGHT-POINTING TRIANGLE}"
_HOW_TO_FOLD = "Click, or press Enter on it, to fold or unfold what is below."


class ComparisonModel(QAbstractTableModel):
    """Shows a comparison in sections that can be folded; empty until there is one.

    Signals:
        folds_changed: Other sections are folded.
    """

    folds_changed = Signal()

    def __init__(
        self,
        theme: Theme,
        parent: QObject | None = None,
        name_of: Callable[[Run], str] = lambda run: run.name,
    ) -> None:
        super().__init__(parent)
        self._theme, self._name_of = theme, name_of
        self._shown: SideBySide | None = None
        self._lines: list[TableLine] = []
        self._folded: set[str] = set()
        self._notes: tuple[str, ...] = ()
        self._number_font = tabular(QFont())
        self._group_font = QFont()
        self._group_font.setBold(True)

    @property
    def lines(self) -> tuple[TableLine, ...]:
        """The rows."""
        return tuple(self._lines)

    def show_comparison(self, shown: SideBySide | None, *, equal_rows: bool) -> None:
        """Show another comparison.

        Args:
            shown: What to show; None for nothing.
            equal_rows: Show the settings and facts that all runs share as well.
        """
        lines = lines_of(shown, equal_rows=equal_rows) if shown else []
        same_shape = (
            shown is not None
            and self._shown is not None
            and [run.id for run in shown.runs] == [run.id for run in self._shown.runs]
            and [line.alone for line in lines] == [line.alone for line in self._lines]
        )
        if same_shape:
            # Nothing but figures changed: selection and scroll bars stay.
            self._shown, self._lines = shown, lines
            self._repaint()
            return
        self.beginResetModel()
        self._shown, self._lines = shown, lines
        self.endResetModel()

    def set_notes(self, notes: Sequence[str]) -> None:
        """What is to be copied below the table."""
        self._notes = tuple(notes)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self._repaint()

    def is_hidden(self, row: int) -> bool:
        """Whether a row belongs to a section that is folded."""
        return not self._lines[row].group and self._section(row) in self._folded

    def fold(self, row: int) -> None:
        """Fold the section that a heading is of, or unfold it; other rows have nothing to fold."""
        if self._lines[row].group:
            self._folded ^= {self._lines[row].head}
            self._tell_folds()

    def fold_all(self) -> None:
        """Fold all sections; where all are, unfold them."""
        heads = {line.head for line in self._lines if line.group}
        self._folded = set() if heads <= self._folded else heads
        self._tell_folds()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Number of rows, headings of groups included."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Number of runs."""
        return 0 if parent.isValid() or self._shown is None else len(self._shown.runs)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """See Qt."""
        line, column = self._lines[index.row()], index.column()
        if line.group:
            return self._group_data(line, column, role)
        match role:
            case Role.DisplayRole:
                return line.texts[column]
            case Role.ToolTipRole:
                return as_tip(line.tips[column])
            case Role.ForegroundRole:
                return QColor(self._theme.muted) if line.muted[column] else None
            case Role.FontRole:
                return self._number_font
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Runs above, settings and metrics with their units on the left."""
        if role == Role.TextAlignmentRole:
            return _LEFT
        if self._shown is None:
            return None
        if orientation is Qt.Orientation.Horizontal:
            return self._run_header(self._shown.runs[section], section, role)
        line = self._lines[section]
        match role:
            case Role.DisplayRole:
                if line.group:
                    return f"{_FOLDED if line.head in self._folded else _OPEN} {line.shown}"
                return line.shown
            case Role.ToolTipRole:
                return f"{line.help}\n{_HOW_TO_FOLD}" if line.group else line.help
            case Role.FontRole:
                return self._group_font if line.group else None
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings of groups cannot be selected."""
        if index.isValid() and self._lines[index.row()].group:
            return Qt.ItemFlag.ItemIsEnabled
        return super().flags(index)

    def text(self) -> str:
        """All that is shown as text, tab separated, for a spreadsheet or a mail."""
        if self._shown is None:
            return ""
        runs = self._shown.runs
        rows = [
            ["", *(" · ".join(_titles(run, at, self._name_of(run))) for at, run in enumerate(runs))]
        ]
        # Folded rows too: what is pasted elsewhere cannot be unfolded there.
        rows.extend([line.alone, *line.texts] for line in self._lines)
        table = ["\t".join(" ".join(cell.split()) for cell in row) for row in rows]
        return "\n".join((*table, "", *(self._notes or self._shown.notes)))

    def _section(self, row: int) -> str:
        return next(line.head for line in reversed(self._lines[: row + 1]) if line.group)

    def _tell_folds(self) -> None:
        if self._lines:
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, len(self._lines) - 1)
        self.folds_changed.emit()

    def _group_data(self, line: TableLine, column: int, role: int) -> Any:
        match role:
            case Role.DisplayRole if column == 0:
                return line.texts[0]
            case Role.SizeHintRole:
                # It reaches over all columns, and must not widen the first.
                return QSize(1, 1)
            case Role.ForegroundRole:
                return QColor(self._theme.muted)
            case Role.BackgroundRole:
                return QColor(self._theme.window)
        return None

    def _run_header(self, run: Run, section: int, role: int) -> Any:
        match role:
            case Role.DisplayRole:
                name = self._name_of(run)
                short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
                return "\n".join(_titles(run, section, short))
            case Role.DecorationRole:
                return run_icon(self._theme, run.label, small=True)
            case Role.ToolTipRole:
                lines = (
                    *_titles(run, section, self._name_of(run)),
                    workload_name(run.plan.workload),
                    run.label.note,
                )
                return "\n".join(line for line in lines if line)
        return None

    def _repaint(self) -> None:
        if self._lines and self.columnCount():
            last = self.index(len(self._lines) - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)
            for orientation, count in (
                (Qt.Orientation.Horizontal, self.columnCount()),
                (Qt.Orientation.Vertical, len(self._lines)),
            ):
                self.headerDataChanged.emit(orientation, 0, count - 1)


def _titles(run: Run, position: int, name: str) -> tuple[str, str]:
    """The name of a run with whether it is the baseline, and what was emulated or its device."""
    marked = f"{name} (baseline)" if position == 0 else name
    return marked, emulated_words(run.emulations) or run.plan.device
