"""A comparison as a Qt table: settings that differ, then every metric, a column each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt

from core.analysis.comparisons.comparison import DECIDES, Comparison
from core.analysis.comparisons.table import ComparisonRow, column_heads, metric_rows, setting_rows
from core.analysis.comparisons.ways_table import ways_in_columns
from core.model.experiment import Experiment
from gui.theme import Theme
from gui.widgets.tables.table_model import Cell, CellColumn, Column, Role, TableModel

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
SOURCE = "source"


class ComparisonResultModel(TableModel[ComparisonRow, None]):
    """Shows what came of a comparison; empty until there is something."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__((), None, theme, parent)

    def show_result(self, experiment: Experiment, comparison: Comparison) -> None:
        """Show another comparison, or the same with other figures."""
        columns = [
            *(_configuration(place, head) for place, head in enumerate(column_heads(comparison))),
            CellColumn(SOURCE, cell=_source),
        ]
        ways = ways_in_columns(experiment, comparison)
        rows = (*ways[:1], *setting_rows(experiment), *metric_rows(comparison), *ways[1:])
        # Where nothing but figures changed the cell that is chosen stays so.
        same = _heads(columns, rows) == _heads(self.columns, self.rows)
        self.show_rows(rows, columns, same=same)

    def text(self) -> str:
        """All that is shown, tab separated, for a spreadsheet or a mail."""
        lines = [("", *(column.header.replace("\n", " · ") for column in self.columns))]
        lines += [(row.head, *(c.text for c in row.cells), row.source) for row in self.rows]
        return "\n".join("\t".join(line).rstrip() for line in lines)

    def row_header(self, row: ComparisonRow, role: int) -> Any:
        """The setting or metric."""
        match role:
            case Role.DisplayRole:
                return row.head
            case Role.ToolTipRole:
                return row.help
            case Role.TextAlignmentRole:
                return _LEFT
            case Role.FontRole:
                return self.bold_font if _decides(row) else None
        return None


def _heads(
    columns: Sequence[Column[ComparisonRow, None]], rows: Sequence[ComparisonRow]
) -> tuple[list[str], list[str]]:
    return [column.header for column in columns], [row.head for row in rows]


def _decides(row: ComparisonRow) -> bool:
    return row.metric_key == DECIDES.key


def _configuration(place: int, head: str) -> CellColumn[ComparisonRow]:
    """The column of a configuration, by its place from 0."""

    def cell(row: ComparisonRow) -> Cell:
        shown = row.cells[place]
        return Cell(shown.text, shown.tip, muted=not shown.known, bold=_decides(row))

    return CellColumn(head, cell=cell)


def _source(row: ComparisonRow) -> Cell:
    return Cell(row.source, row.source, muted=True, bold=_decides(row))
