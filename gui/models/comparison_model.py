"""Runs side by side as a Qt table: a column for each run, a row for each setting and metric."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from core.analysis.side_by_side import ABSENT, Cell, MetricRow, SettingRow, SideBySide
from core.model.quantity import emulated_words
from core.model.run import Run
from gui.theme import Theme, tabular
from gui.widgets.swatch import run_icon

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_LONGEST_NAME = 28


@dataclass(frozen=True)
class Line:
    """One row.

    Attributes:
        head: What stands before it, with the unit in brackets.
        help: What it means, for the tooltip of its heading.
        texts: What stands in its cells.
        tips: What the cells say when asked.
        muted: Which cells have less weight.
        group: It is a heading of the rows below; ``texts`` then holds a single sentence.
    """

    head: str
    help: str
    texts: tuple[str, ...]
    tips: tuple[str, ...]
    muted: tuple[bool, ...]
    group: bool = False


class ComparisonModel(QAbstractTableModel):
    """Shows a comparison; empty until there is one."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: SideBySide | None = None
        self._lines: list[Line] = []
        self._number_font = tabular(QFont())
        self._group_font = QFont()
        self._group_font.setBold(True)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The rows."""
        return tuple(self._lines)

    def show_comparison(self, shown: SideBySide | None, *, equal_settings: bool) -> None:
        """Show another comparison.

        Args:
            shown: What to show; None for nothing.
            equal_settings: Show the settings that all runs share as well.
        """
        lines = _lines(shown, equal_settings) if shown else []
        same_shape = (
            shown is not None
            and self._shown is not None
            and [run.id for run in shown.runs] == [run.id for run in self._shown.runs]
            and [line.head for line in lines] == [line.head for line in self._lines]
        )
        if same_shape:
            # Nothing but figures changed: selection and scroll bars stay.
            self._shown, self._lines = shown, lines
            self._repaint()
            return
        self.beginResetModel()
        self._shown, self._lines = shown, lines
        self.endResetModel()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self._repaint()

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
                return line.tips[column]
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
                return line.head.upper() if line.group else line.head
            case Role.ToolTipRole:
                return line.help
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
        rows = [["", *(" · ".join(_titles(run, at, run.name)) for at, run in enumerate(runs))]]
        rows.extend(
            [line.head.upper(), *line.texts] if line.group else [line.head, *line.texts]
            for line in self._lines
        )
        table = ["\t".join(" ".join(cell.split()) for cell in row) for row in rows]
        return "\n".join((*table, "", *self._shown.notes))

    def _group_data(self, line: Line, column: int, role: int) -> Any:
        match role:
            case Role.DisplayRole if column == 0:
                return line.texts[0]
            case Role.ForegroundRole:
                return QColor(self._theme.muted)
            case Role.BackgroundRole:
                return QColor(self._theme.window)
        return None

    def _run_header(self, run: Run, section: int, role: int) -> Any:
        match role:
            case Role.DisplayRole:
                name = run.name
                short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
                return "\n".join(_titles(run, section, short))
            case Role.DecorationRole:
                return run_icon(self._theme, run.label, small=True)
            case Role.ToolTipRole:
                lines = (*_titles(run, section, run.name), run.plan.workload, run.label.note)
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


def _lines(shown: SideBySide, equal_settings: bool) -> list[Line]:
    unlike = [row for row in shown.settings if row.differs]
    alike = [row for row in shown.settings if not row.differs]
    said = f"{len(unlike)} of {len(shown.settings)} settings" if unlike else "no setting differs"
    measured = f"in brackets: the difference to {shown.baseline.name}"
    lines = [
        _group("Differs", said),
        *map(_setting_line, unlike),
        _group("Measured", measured),
        *map(_metric_line, shown.metrics),
    ]
    if equal_settings:
        lines += [_group("Same", f"{len(alike)} settings"), *map(_setting_line, alike)]
    return lines


def _group(head: str, text: str) -> Line:
    return Line(head, text, (text,), (), (), group=True)


def _setting_line(row: SettingRow) -> Line:
    muted = tuple(
        value == ABSENT or (at > 0 and value == row.values[0])
        for at, value in enumerate(row.values)
    )
    tips = tuple(f"{row.key} = {value}" for value in row.values)
    return Line(row.key, row.key, row.values, tips, muted)


def _metric_line(row: MetricRow) -> Line:
    return Line(
        row.label,
        row.metric.help,
        tuple(cell.text() for cell in row.cells),
        tuple(_tip(cell) for cell in row.cells),
        tuple(cell.quantity.value is None for cell in row.cells),
    )


def _tip(cell: Cell) -> str:
    found = cell.quantity
    return found.text() if found.value is None else f"{found.text()}\n{found.provenance()}"
