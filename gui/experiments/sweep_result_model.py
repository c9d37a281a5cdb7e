"""The configurations of a sweep as a Qt table, the fastest first, to be sorted by any column."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QObject, Qt

from core.analysis.comparisons.knob_values import knob_name
from core.analysis.doubts.catalogue import doubts
from core.analysis.sweeps.sweep import IDLE, THROUGHPUT, PointResult, SweepResult
from core.model.quantity import interval_text
from core.model.run import RunState
from gui.theme import Theme
from gui.widgets.tables.row_changes import change_rows
from gui.widgets.tables.table_model import Cell, CellColumn, SortKey, TableModel, sorted_places

_UNDONE = (RunState.FAILED, RunState.STOPPED, RunState.INTERRUPTED)


class SweepRow(NamedTuple):
    """A configuration, its place by throughput from 1, and what stands in its cells."""

    place: int
    point: PointResult
    cells: tuple[Cell, ...]


class SweepResultModel(TableModel[SweepRow, None]):
    """Shows the configurations of a sweep; empty until there is one."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__((), None, theme, parent)
        self._ranked: list[SweepRow] = []
        self._sorted: tuple[int, Qt.SortOrder] | None = None

    def show_result(self, sweep: SweepResult, repeats: int) -> None:
        """Show another sweep, or the same with more runs; the order that was chosen stays.

        Args:
            sweep: What came of it.
            repeats: Runs of each configuration that there are to be.
        """
        keys = [axis.key for axis in sweep.axes]
        columns = _columns({key: knob_name(key, sweep.knobs.get(key)) for key in keys})
        if [column.header for column in columns] != [column.header for column in self.columns]:
            self._sorted = None
        self._ranked = [
            SweepRow(place, point, _cells(place, point, keys, repeats))
            for place, point in enumerate(sweep.points, start=1)
        ]
        self.show_rows(self._arranged(), columns)

    def point_at(self, row: int) -> PointResult:
        """The configuration of a row."""
        return self.rows[row].point

    def text(self) -> str:
        """All that is shown, tab separated."""
        heads, *cells = self.texts()
        whole = (head.replace("\n", " ") for head in heads)
        return "\n".join("\t".join(line) for line in (whole, *cells))

    def texts(self) -> list[tuple[str, ...]]:
        """The headings, then what stands in each row."""
        rows = [tuple(cell.text for cell in row.cells) for row in self.rows]
        return [tuple(column.header for column in self.columns), *rows]

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; below 0: the fastest first, as they come."""
        self._sorted = (column, order) if 0 <= column < len(self.columns) else None
        change_rows(self, self._arranged(), lambda row: row.place)

    def _arranged(self) -> list[SweepRow]:
        if self._sorted is None:
            return self._ranked
        column, order = self._sorted
        keys = [row.cells[column].sort_key for row in self._ranked]
        return [self._ranked[place] for place in sorted_places(keys, order)]


def _columns(names: Mapping[str, str]) -> list[CellColumn[SweepRow]]:
    """The columns of a table of these knobs, by their ids."""
    mean = f"Geometric mean over the repeats that count. {THROUGHPUT.help}"
    heads = (
        ("place", "1 is the fastest", True),
        # The stage above its knob: figures must be seen beside them without scrolling.
        *((name.replace(" ", "\n", 1), key, False) for key, name in names.items()),
        (f"{THROUGHPUT.label}\n({THROUGHPUT.unit})", mean, True),
        (
            "95 %\ninterval",
            "Of that mean. What repeats scatter by is taken from all configurations together.",
            False,
        ),
        (f"{IDLE.label}\n({IDLE.unit})", f"Mean over the repeats that count. {IDLE.help}", True),
        ("repeats", "Runs that count, of those that there are to be", False),
        ("doubts", "What makes some of its figures doubtful", False),
    )
    return [
        CellColumn(header, tooltip, number=number, cell=partial(_cell_at, section))
        for section, (header, tooltip, number) in enumerate(heads)
    ]


def _cell_at(section: int, row: SweepRow) -> Cell:
    return row.cells[section]


def _cell(text: str, key: SortKey, tooltip: str) -> Cell:
    """A cell with less weight where there is nothing to sort by."""
    return Cell(text, tooltip or text, sort_key=key, muted=key is None)


def _cells(place: int, point: PointResult, keys: list[str], repeats: int) -> tuple[Cell, ...]:
    settings = point.point.settings
    speed, idle = point.throughput, point.idle
    whole = ", ".join(f"{key}={settings.format(key)}" for key in keys)
    knobs = (_cell(settings.format(key), _value(settings[key]), whole) for key in keys)
    interval = _cell("–", None, "No configuration was run twice.")
    if point.low is not None and point.high is not None:
        text = interval_text(point.low, point.high)
        interval = _cell(text, point.low, f"{text} {speed.unit}, {speed.provenance()}")
    elif speed.value is None:
        interval = _cell("–", None, "There is no figure yet.")
    rank = _cell(str(place), place, whole) if speed.value else _cell("–", None, whole)
    return (
        rank,
        *knobs,
        _cell(speed.number(), speed.value, _tip(speed.text(), speed.provenance(), speed.value)),
        interval,
        _cell(idle.number(), idle.value, _tip(idle.text(), idle.provenance(), idle.value)),
        _repeats(point, repeats),
        _doubts(point),
    )


def _value(value: object) -> SortKey:
    if isinstance(value, (int, float)):
        return float(value)
    # Off is less than any number of threads or batches.
    return -1.0 if value == "off" else str(value)


def _tip(text: str, provenance: str, value: float | None) -> str:
    return text if value is None else f"{text}, {provenance}"


def _repeats(point: PointResult, repeats: int) -> Cell:
    undone = sum(run.state in _UNDONE for run in point.point.runs)
    apart = sum(run.state is RunState.DONE for run in point.point.runs) - len(point.counted)
    text = f"{len(point.counted)} of {repeats}"
    text += f", {undone} not done" if undone else ""
    text += f", {apart} not pooled" if apart else ""
    return _cell(text, float(len(point.counted)), text)


def _doubts(point: PointResult) -> Cell:
    if not point.doubts:
        return _cell("", 0.0, "Nothing is doubtful about its runs.")
    said = {doubt.key: doubt.text for run in point.counted for doubt in doubts(run)}
    text = ", ".join(key.replace("_", " ") for key in point.doubts)
    return _cell(text, float(len(point.doubts)), "\n".join(said.values()))
