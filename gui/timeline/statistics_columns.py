"""What the table below the picture says of each row over the selected time."""

from __future__ import annotations

from collections.abc import Callable

from core.timeline.rows import RowStatistics
from gui.timeline.time_window import time_words
from gui.widgets.tables.table_model import Cell, CellColumn


def _column(
    header: str,
    about: str,
    text: Callable[[RowStatistics], str],
    key: Callable[[RowStatistics], float] | None = None,
) -> CellColumn[RowStatistics]:
    def cell(row: RowStatistics) -> Cell:
        return Cell(text(row), sort_key=row.label if key is None else key(row))

    return CellColumn(header, about, number=key is not None, cell=cell)


STATISTICS = (
    _column("row", "The row of the picture", lambda row: row.label),
    _column(
        "count",
        "Events that touch the selected time",
        lambda row: f"{row.count:,}",
        lambda row: row.count,
    ),
    _column(
        "total",
        "The time of these events within the selection, added up over threads and nested calls",
        lambda row: time_words(row.total_s),
        lambda row: row.total_s,
    ),
    _column(
        "mean",
        "The time of an event within the selection, on average",
        lambda row: time_words(row.mean_s),
        lambda row: row.mean_s,
    ),
    _column(
        "share (%)",
        "Share of the selected time in which any of them went on",
        lambda row: f"{100 * row.share:.1f}",
        lambda row: row.share,
    ),
)
