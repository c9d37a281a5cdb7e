"""The configurations of a sweep as a Qt table, the fastest first, to be sorted by any column."""

from __future__ import annotations

from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from core.analysis.doubts.catalogue import doubts
from core.analysis.sweeps.sweep import IDLE, THROUGHPUT, PointResult, SweepResult
from core.model.quantity import significant
from core.model.run import RunState
from gui.theme import Theme, tabular
from gui.widgets.tips import as_tip

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
SortKey = float | str | None

_NUMBER = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_TEXT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_UNDONE = (RunState.FAILED, RunState.STOPPED, RunState.INTERRUPTED)


class SweepCell(NamedTuple):
    """What stands in a cell, what it sorts by (None: last either way) and what it explains."""

    text: str
    key: SortKey
    tip: str


class SweepHead(NamedTuple):
    """What stands above a column, what that means, and whether numbers stand below it."""

    text: str
    tip: str
    number: bool


class SweepResultModel(QAbstractTableModel):
    """Shows the configurations of a sweep; empty until there is one."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._heads: tuple[SweepHead, ...] = ()
        self._points: tuple[PointResult, ...] = ()
        self._cells: tuple[tuple[SweepCell, ...], ...] = ()
        self._order: list[int] = []
        self._sorted: tuple[int, Qt.SortOrder] | None = None
        self._font = tabular(QFont())

    def show_result(self, found: SweepResult, repeats: int) -> None:
        """Show another sweep, or the same with more runs; the order that was chosen stays.

        Args:
            found: What came of it.
            repeats: Runs of each configuration that there are to be.
        """
        keys = [axis.key for axis in found.axes]
        self.beginResetModel()
        heads = _heads(keys)
        if [head.text for head in heads] != [head.text for head in self._heads]:
            self._sorted = None
        self._heads, self._points = heads, found.points
        self._cells = tuple(
            _cells(place, point, keys, repeats) for place, point in enumerate(found.points, start=1)
        )
        self._order = self._arranged()
        self.endResetModel()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        if self._order:
            last = self.index(len(self._order) - 1, len(self._heads) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def point_at(self, row: int) -> PointResult:
        """The configuration of a row."""
        return self._points[self._order[row]]

    def text(self) -> str:
        """All that is shown, tab separated."""
        heads, *cells = self.texts()
        whole = (head.replace(".\n", ".").replace("\n", " ") for head in heads)
        return "\n".join("\t".join(line) for line in (whole, *cells))

    def texts(self) -> list[tuple[str, ...]]:
        """The headings, then what stands in each row."""
        rows = [tuple(cell.text for cell in self._cells[place]) for place in self._order]
        return [tuple(head.text for head in self._heads), *rows]

    # -- what the table asks ----------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Number of configurations."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """The place, the knobs that vary, the figures."""
        return 0 if parent.isValid() else len(self._heads)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """See Qt."""
        if not index.isValid():
            return None
        cell = self._cells[self._order[index.row()]][index.column()]
        match role:
            case Role.DisplayRole:
                return cell.text
            case Role.ToolTipRole:
                return as_tip(cell.tip or cell.text)
            case Role.TextAlignmentRole:
                return _NUMBER if self._heads[index.column()].number else _TEXT
            case Role.FontRole:
                return self._font
            case Role.ForegroundRole if cell.key is None:
                return QColor(self._theme.muted)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Headings with their units."""
        if orientation is not Qt.Orientation.Horizontal or section >= len(self._heads):
            return None
        head = self._heads[section]
        match role:
            case Role.DisplayRole:
                return head.text
            case Role.ToolTipRole:
                return head.tip
            case Role.TextAlignmentRole:
                return _NUMBER if head.number else _TEXT
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; below 0: the fastest first, as they come."""
        self._sorted = (column, order) if 0 <= column < len(self._heads) else None
        before, kept = self._order, self.persistentIndexList()
        self.layoutAboutToBeChanged.emit()
        self._order = self._arranged()
        place = {which: row for row, which in enumerate(self._order)}
        moved = [self.index(place[before[index.row()]], index.column()) for index in kept]
        self.changePersistentIndexList(kept, moved)
        self.layoutChanged.emit()

    def _arranged(self) -> list[int]:
        places = list(range(len(self._points)))
        if self._sorted is None:
            return places
        column, order = self._sorted
        keys = [cells[column].key for cells in self._cells]
        known = [place for place in places if keys[place] is not None]
        known.sort(
            key=lambda place: _comparable(keys[place]),
            reverse=order is Qt.SortOrder.DescendingOrder,
        )
        return [*known, *(place for place in places if keys[place] is None)]


def _comparable(key: SortKey) -> tuple[bool, float, str]:
    """Numbers before words: a knob may be 4 here and autotune there."""
    if isinstance(key, str):
        return True, 0.0, key
    return False, key or 0.0, ""


def _in_two_lines(key: str) -> str:
    """Stage above knob: figures must be seen beside them without scrolling."""
    stage, _, name = key.rpartition(".")
    return f"{stage}.\n{name}"


def _heads(keys: list[str]) -> tuple[SweepHead, ...]:
    mean = f"Geometric mean over the repeats that count. {THROUGHPUT.help}"
    return (
        SweepHead("place", "1 is the fastest", True),
        *(SweepHead(_in_two_lines(key), key, False) for key in keys),
        SweepHead(f"{THROUGHPUT.label}\n({THROUGHPUT.unit})", mean, True),
        SweepHead(
            "95 %\ninterval",
            "Of that mean. What repeats scatter by is taken from all configurations together.",
            False,
        ),
        SweepHead(
            f"{IDLE.label}\n({IDLE.unit})", f"Mean over the repeats that count. {IDLE.help}", True
        ),
        SweepHead("repeats", "Runs that count, of those that there are to be", False),
        SweepHead("doubts", "What makes some of its figures doubtful", False),
    )


def _cells(place: int, point: PointResult, keys: list[str], repeats: int) -> tuple[SweepCell, ...]:
    settings = point.point.settings
    speed, idle = point.throughput, point.idle
    whole = ", ".join(f"{key}={settings.format(key)}" for key in keys)
    knobs = (SweepCell(settings.format(key), _value(settings[key]), whole) for key in keys)
    interval = SweepCell("–", None, "No configuration was run twice.")
    if point.low is not None and point.high is not None:
        text = f"[{significant(point.low)}, {significant(point.high)}]"
        interval = SweepCell(text, point.low, f"{text} {speed.unit}, {speed.provenance()}")
    elif speed.value is None:
        interval = SweepCell("–", None, "There is no figure yet.")
    rank = SweepCell(str(place), place, whole) if speed.value else SweepCell("–", None, whole)
    return (
        rank,
        *knobs,
        SweepCell(speed.number(), speed.value, _tip(speed.text(), speed.provenance(), speed.value)),
        interval,
        SweepCell(idle.number(), idle.value, _tip(idle.text(), idle.provenance(), idle.value)),
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


def _repeats(point: PointResult, repeats: int) -> SweepCell:
    undone = sum(run.state in _UNDONE for run in point.point.runs)
    apart = sum(run.state is RunState.DONE for run in point.point.runs) - len(point.counted)
    text = f"{len(point.counted)} of {repeats}"
    text += f", {undone} not done" if undone else ""
    text += f", {apart} not pooled" if apart else ""
    return SweepCell(text, float(len(point.counted)), text)


def _doubts(point: PointResult) -> SweepCell:
    if not point.doubts:
        return SweepCell("", 0.0, "Nothing is doubtful about its runs.")
    said = {doubt.key: doubt.text for run in point.counted for doubt in doubts(run)}
    text = ", ".join(key.replace("_", " ") for key in point.doubts)
    return SweepCell(text, float(len(point.doubts)), "\n".join(said.values()))
