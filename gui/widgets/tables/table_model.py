"""A Qt table of any kind of row: each column is a value that says what stands in its cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont, QIcon

from gui.theme import Theme, tabular
from gui.widgets.tooltip_text import as_tip

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
SortKey = float | str | None
Row = TypeVar("Row")
Facts = TypeVar("Facts")

SORT_ROLE = Role.UserRole

NO_INDEX = QModelIndex()
_NUMBER = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_TEXT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class Column(Generic[Row, Facts]):
    """One column. A subclass says what stands in it.

    Attributes:
        header: Its heading, with the unit in brackets.
        help: What it means, for the tooltip of the heading.
        sample: As wide a text as it usually has to show.
        number: It holds numbers: right-aligned.
    """

    header: str = ""
    help: str = ""
    sample: str = ""
    number: bool = False

    def text(self, row: Row, facts: Facts) -> str:
        """What stands in the cell."""
        return ""

    def tooltip(self, row: Row, facts: Facts) -> str:
        """What the cell says when asked."""
        return self.text(row, facts)

    def spoken(self, row: Row, facts: Facts) -> str:
        """What a screen reader says."""
        return self.text(row, facts)

    def sort_key(self, row: Row, facts: Facts) -> SortKey:
        """What the rows are sorted by; None comes last either way."""
        return self.text(row, facts).lower()

    def copied(self, row: Row, facts: Facts) -> str:
        """What is copied: numbers as other programs read them."""
        return self.text(row, facts)

    def muted(self, row: Row, facts: Facts) -> bool:
        """Whether the text has less weight."""
        return False

    def failed(self, row: Row, facts: Facts) -> bool:
        """Whether the text tells of a failure."""
        return False

    def bold(self, row: Row, facts: Facts) -> bool:
        """Whether the text stands out."""
        return False

    def icon(self, row: Row, facts: Facts, theme: Theme) -> QIcon | None:
        """What stands before the text."""
        return None

    def needless(self, rows: Sequence[Row]) -> bool:
        """Whether the column says nothing about these rows, and is hidden."""
        return False


@dataclass(frozen=True)
class Cell:
    """A cell whose parts are all known.

    Attributes:
        text: What stands in it.
        tooltip: What it says when asked.
        sort_key: What its row is sorted by.
        muted: The text has less weight.
        bold: The text stands out.
    """

    text: str
    tooltip: str = ""
    sort_key: SortKey = None
    muted: bool = False
    bold: bool = False


@dataclass(frozen=True, kw_only=True)
class CellColumn(Column[Row, None]):
    """A column of cells that are worked out as a whole.

    Attributes:
        cell: The cell of a row.
    """

    cell: Callable[[Row], Cell]

    def text(self, row: Row, facts: None = None) -> str:
        """See base class."""
        return self.cell(row).text

    def tooltip(self, row: Row, facts: None = None) -> str:
        """See base class."""
        return self.cell(row).tooltip

    def sort_key(self, row: Row, facts: None = None) -> SortKey:
        """See base class."""
        return self.cell(row).sort_key

    def muted(self, row: Row, facts: None = None) -> bool:
        """See base class."""
        return self.cell(row).muted

    def bold(self, row: Row, facts: None = None) -> bool:
        """See base class."""
        return self.cell(row).bold


class TableModel(QAbstractTableModel, Generic[Row, Facts]):
    """Holds rows and columns, and answers Qt's questions about them.

    Attributes:
        columns: What is said of each row.
        rows: What is shown.
        facts: What columns know beside a row.
    """

    def __init__(
        self,
        columns: Sequence[Column[Row, Facts]],
        facts: Facts,
        theme: Theme,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns: Sequence[Column[Row, Facts]] = columns
        self.rows: list[Row] = []
        self.facts = facts
        self.theme = theme
        self.font, self.bold_font = tabular(QFont()), tabular(QFont())
        self.bold_font.setBold(True)

    # -- what the table asks ----------------------------------------------------------------

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """Number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """Number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """See Qt. ``SORT_ROLE`` gives what a column sorts by."""
        if not index.isValid():
            return None
        row, column, facts = self.rows[index.row()], self.columns[index.column()], self.facts
        match role:
            case Role.DisplayRole:
                return column.text(row, facts)
            case Role.ToolTipRole:
                return as_tip(column.tooltip(row, facts))
            case Role.AccessibleTextRole:
                return column.spoken(row, facts)
            case Role.TextAlignmentRole:
                return _NUMBER if column.number else _TEXT
            case Role.FontRole:
                return self.bold_font if column.bold(row, facts) else self.font
            case Role.ForegroundRole if column.failed(row, facts):
                return QColor(self.theme.error)
            case Role.ForegroundRole if column.muted(row, facts):
                return QColor(self.theme.muted)
            case Role.DecorationRole:
                return column.icon(row, facts, self.theme)
        return column.sort_key(row, facts) if role == SORT_ROLE else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Headings with their units, and what they mean."""
        if orientation is Qt.Orientation.Vertical:
            return self.row_header(self.rows[section], role)
        if section >= len(self.columns):
            return None
        column = self.columns[section]
        match role:
            case Role.DisplayRole:
                return column.header
            case Role.ToolTipRole:
                return column.help
            case Role.TextAlignmentRole:
                return _NUMBER if column.number else _TEXT
        return None

    def row_header(self, row: Row, role: int) -> Any:
        """What stands before a row, by Qt's roles."""
        return None

    def needless(self) -> frozenset[int]:
        """The columns that say nothing about the present rows."""
        columns = enumerate(self.columns)
        return frozenset(section for section, column in columns if column.needless(self.rows))

    # -- what changes -----------------------------------------------------------------------

    def show_rows(
        self,
        rows: Sequence[Row],
        columns: Sequence[Column[Row, Facts]] | None = None,
        *,
        same: bool = False,
    ) -> None:
        """Show other rows.

        Args:
            rows: The rows.
            columns: Other columns; None for the present ones.
            same: Only texts are others than before: selection and scroll bars stay.
        """
        if not same:
            self.beginResetModel()
        self.take_rows(rows)
        self.columns = self.columns if columns is None else columns
        if not same:
            self.endResetModel()
            return
        self.repaint()
        for orientation, count in (
            (Qt.Orientation.Horizontal, len(self.columns)),
            (Qt.Orientation.Vertical, len(self.rows)),
        ):
            self.headerDataChanged.emit(orientation, 0, count - 1)

    def take_rows(self, rows: Sequence[Row]) -> None:
        """Have other rows, telling no view of it."""
        self.rows = list(rows)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self.theme = theme
        self.repaint()

    def repaint(self, first: int = 0, last: int | None = None) -> None:
        """Tell views that texts or colours of rows changed; of all rows by default."""
        if self.rows and self.columns:
            last = len(self.rows) - 1 if last is None else last
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))


def sorted_places(keys: Sequence[SortKey], order: Qt.SortOrder) -> list[int]:
    """The places of keys in their order: numbers before words, None last either way."""
    known = [place for place, key in enumerate(keys) if key is not None]
    known.sort(
        key=lambda place: _comparable(keys[place]), reverse=order is Qt.SortOrder.DescendingOrder
    )
    return [*known, *(place for place, key in enumerate(keys) if key is None)]


def _comparable(key: SortKey) -> tuple[bool, float, str]:
    return (True, 0.0, key) if isinstance(key, str) else (False, key or 0.0, "")
