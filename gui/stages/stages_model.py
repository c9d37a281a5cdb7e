"""The executed pipeline as a Qt table: a row for each node, from the source to ``fit``."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from core.analysis.stages.executed_view import StageRow
from core.model.quantity import Quantity
from gui.theme import Theme, tabular

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

_HEADS = (
    ("written", "The stages of your pipeline that the node comes from"),
    ("TensorFlow runs", "TensorFlow's name for the node"),
    ("elements/s", "Elements a second that it delivers, over the last 10 s"),
    ("ms an\nelement", "Time it works on one of its elements, without what feeds it"),
    ("parallel\ncalls", "Calls at the same time; tuned: chosen by AUTOTUNE"),
    ("buffered", "Elements that lie ready, of how many that have room; tuned: chosen by AUTOTUNE"),
    ("buffered\n(MB)", "Size of what lies ready"),
    (
        "of the CPU\n(%)",
        "Time it worked over the time that went by, over the cores that the process may use",
    ),
    ("capacity\n(examples/s)", "What it could deliver if it were the only limit: an estimate"),
)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_FIRST_NUMBER = 2


class StagesModel(QAbstractTableModel):
    """Shows the rows of an executed pipeline; empty until there are some."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: tuple[StageRow, ...] = ()
        self._number_font = tabular(QFont())
        self._narrow_font = QFont()
        self._narrow_font.setBold(True)

    def show_rows(self, rows: tuple[StageRow, ...]) -> None:
        """Show other rows; where only figures changed, selection and scroll bars stay."""
        same = [row.executed for row in rows] == [row.executed for row in self._rows]
        if same:
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(_HEADS) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.show_rows(self._rows)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Nodes."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """What is said of each."""
        return 0 if parent.isValid() else len(_HEADS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """What a column says, and as its tooltip what that means."""
        if orientation is Qt.Orientation.Vertical:
            return None
        return {Role.DisplayRole: _HEADS[section][0], Role.ToolTipRole: _HEADS[section][1]}.get(
            Role(role)
        )

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """A cell: text, where a number comes from, and what stands out."""
        row, column = self._rows[index.row()], index.column()
        cell = _cells(row)[column]
        match Role(role):
            case Role.DisplayRole:
                if isinstance(cell, Quantity):
                    return "—" if cell.value is None else cell.number()
                return cell
            case Role.ToolTipRole:
                if isinstance(cell, Quantity):
                    cores = f"{row.busy.text()} busy\n" if cell is row.of_cpu else ""
                    return f"{cores}{cell.text()}\n{cell.provenance()}"
                return row.note or None
            case Role.TextAlignmentRole:
                return _RIGHT if column >= _FIRST_NUMBER else None
            case Role.FontRole:
                return self._narrow_font if row.narrowest else self._number_font
            case Role.ForegroundRole:
                missing = isinstance(cell, Quantity) and cell.value is None
                return QColor(self._theme.muted if missing else self._theme.text)
        return None


def _cells(row: StageRow) -> tuple[str | Quantity, ...]:
    written = row.written or "(not written)"
    return (
        f"{written}  \N{LEFTWARDS ARROW} narrowest" if row.narrowest else written,
        row.executed + (" *" if row.note else ""),
        row.elements,
        row.time_per_element,
        row.calls,
        row.buffered,
        row.buffered_size,
        row.of_cpu,
        row.capacity,
    )
