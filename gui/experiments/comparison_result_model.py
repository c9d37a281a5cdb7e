"""A comparison as a Qt table: settings that differ, then every metric, a column each."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from core.analysis.comparisons.comparison import DECIDES, Comparison
from core.analysis.comparisons.table import ComparisonRow, column_heads, metric_rows, setting_rows
from core.model.experiment import Experiment
from gui.theme import Theme, tabular
from gui.widgets.tips import as_tip

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
SOURCE = "source"


class ComparisonResultModel(QAbstractTableModel):
    """Shows what came of a comparison; empty until there is something."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._heads: tuple[str, ...] = ()
        self._rows: tuple[ComparisonRow, ...] = ()
        self._font = tabular(QFont())
        self._bold = tabular(QFont())
        self._bold.setBold(True)

    @property
    def rows(self) -> tuple[ComparisonRow, ...]:
        """What is shown."""
        return self._rows

    def show_result(self, experiment: Experiment, found: Comparison) -> None:
        """Show another comparison, or the same with other figures."""
        heads = (*column_heads(found), SOURCE)
        rows = (*setting_rows(experiment), *metric_rows(found))
        if heads == self._heads and [row.head for row in rows] == [row.head for row in self._rows]:
            # Nothing but figures changed: the cell that is chosen stays so.
            self._rows = rows
            self._repaint()
            return
        self.beginResetModel()
        self._heads, self._rows = heads, rows
        self.endResetModel()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self._repaint()

    def text(self) -> str:
        """All that is shown, tab separated, for a spreadsheet or a mail."""
        lines = [("", *(head.replace("\n", " · ") for head in self._heads))]
        lines += [(row.head, *(c.text for c in row.cells), row.source) for row in self._rows]
        return "\n".join("\t".join(line).rstrip() for line in lines)

    # -- what the table asks ----------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Metrics and settings."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Configurations, and where the figures come from."""
        return 0 if parent.isValid() else len(self._heads)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """See Qt."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        if role == Role.FontRole:
            return self._bold if row.metric_key == DECIDES.key else self._font
        if column >= len(row.cells):
            if role in (Role.DisplayRole, Role.ToolTipRole):
                return as_tip(row.source)
            return QColor(self._theme.muted) if role == Role.ForegroundRole else None
        cell = row.cells[column]
        match role:
            case Role.DisplayRole:
                return cell.text
            case Role.ToolTipRole:
                return as_tip(cell.tip)
            case Role.ForegroundRole if not cell.known:
                return QColor(self._theme.muted)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Configurations above, metrics and settings at the left."""
        if role == Role.TextAlignmentRole:
            return _LEFT
        if orientation is Qt.Orientation.Horizontal:
            return self._heads[section] if role == Role.DisplayRole else None
        row = self._rows[section]
        match role:
            case Role.DisplayRole:
                return row.head
            case Role.ToolTipRole:
                return row.help
            case Role.FontRole:
                return self._bold if row.metric_key == DECIDES.key else None
        return None

    def _repaint(self) -> None:
        if self._rows and self._heads:
            last = self.index(len(self._rows) - 1, len(self._heads) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
