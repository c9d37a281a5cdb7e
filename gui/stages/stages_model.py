"""The executed pipeline as a Qt table: a row for each node, from the source to ``fit``."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from core.analysis.stages.executed_view import StageRow
from core.model.quantity import Quantity
from gui.theme import Theme
from gui.widgets.tables.table_model import Cell, CellColumn, TableModel


class StagesModel(TableModel[StageRow, None]):
    """Shows the rows of an executed pipeline; empty until there are some."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(_COLUMNS, None, theme, parent)

    def show_stages(self, rows: tuple[StageRow, ...]) -> None:
        """Show other rows; where only figures changed, selection and scroll bars stay."""
        same = [row.executed for row in rows] == [row.executed for row in self.rows]
        self.show_rows(rows, same=same)


def _column(
    header: str,
    value_of: Callable[[StageRow], str | Quantity],
    help: str,
    *,
    number: bool = True,
) -> CellColumn[StageRow]:
    """A column of texts, which tell what TensorFlow changed, or of figures with their sources."""

    def cell(row: StageRow) -> Cell:
        value = value_of(row)
        if isinstance(value, str):
            return Cell(value, row.note, bold=row.narrowest)
        missing = value.value is None
        busy = f"{row.busy.text()} busy\n" if value is row.of_cpu else ""
        return Cell(
            "—" if missing else value.number(),
            f"{busy}{value.text()}\n{value.provenance()}",
            muted=missing,
            bold=row.narrowest,
        )

    return CellColumn(header, help, number=number, cell=cell)


def _written(row: StageRow) -> str:
    written = row.written or "(not written)"
    return f"{written}  \N{LEFTWARDS ARROW} narrowest" if row.narrowest else written


_COLUMNS = (
    _column(
        "written",
        _written,
        "The stages of your pipeline that the node comes from",
        number=False,
    ),
    _column(
        "TensorFlow runs",
        lambda row: row.executed + (" *" if row.note else ""),
        "TensorFlow's name for the node",
        number=False,
    ),
    _column(
        "elements/s",
        lambda row: row.elements,
        "Elements a second that it delivers, over the last 10 s",
    ),
    _column(
        "ms an\nelement",
        lambda row: row.time_per_element,
        "Time it works on one of its elements, without what feeds it",
    ),
    _column(
        "parallel\ncalls",
        lambda row: row.calls,
        "Calls at the same time; tuned: chosen by AUTOTUNE",
    ),
    _column(
        "buffered",
        lambda row: row.buffered,
        "Elements that lie ready, of how many that have room; tuned: chosen by AUTOTUNE",
    ),
    _column("buffered\n(MB)", lambda row: row.buffered_size, "Size of what lies ready"),
    _column(
        "of the CPU\n(%)",
        lambda row: row.of_cpu,
        "Time it worked over the time that went by, over the cores that the process may use",
    ),
    _column(
        "capacity\n(examples/s)",
        lambda row: row.capacity,
        "What it could deliver if it were the only limit: an estimate",
    ),
)
