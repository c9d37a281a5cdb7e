"""What came of a sweep: which knob mattered most, and every configuration, the fastest first."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from core.analysis.sweeps.sweep import SweepResult
from core.analysis.sweeps.text import in_short
from core.charts.influence import influence_chart
from core.model.experiment import Experiment
from gui.experiments.sweep_result_model import SweepResultModel
from gui.plotting.chart_view import ChartView
from gui.plotting.picture import add_picture_actions
from gui.state.app_state import AppState
from gui.text_size import px
from gui.widgets.notes_view import NotesView
from gui.widgets.tables.columns import TableColumns
from gui.widgets.tables.row_table import row_table

NOTHING_YET = "Nothing measured yet"
_AXIS_PX, _BAR_PX = 56, 26


class SweepResultView(QWidget):
    """The sentence, the shares, the notes and the table.

    Attributes:
        sentence: Which knob mattered most.
        bars: How much each knob matters.
        notes: What is to be known beside the numbers.
        table: Every configuration.
        source: Where the figures come from.

    Signals:
        picked: Runs were chosen: their ids.
    """

    picked = Signal(tuple)

    def __init__(self, app_state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._app_state = app_state
        self._shown: tuple[Experiment, SweepResult] | None = None
        self._syncing = False
        self.sentence, self.source = QLabel(), QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setAccessibleDescription("which knob mattered most")
        self.sentence.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.sentence.setProperty("role", "sentence")
        self.source.setProperty("role", "muted")
        self.bars = ChartView("share of the differences", "A bar for each knob", app_state.theme)
        self.notes = NotesView()
        self.notes.setAccessibleName("what is to be known beside the numbers")
        self.model = SweepResultModel(app_state.theme, self)
        self.table = self._make_table()
        self._lay_out()
        self.table.selectionModel().selectionChanged.connect(self._selected_here)

    # -- what it can be asked for -----------------------------------------------------------

    def show_result(self, experiment: Experiment, sweep: SweepResult) -> None:
        """Show what came of a sweep so far."""
        other = self._shown is None or self._shown[0].id != experiment.id
        self._shown = experiment, sweep
        measured = any(point.counted for point in sweep.points)
        self.sentence.setText(in_short(sweep) if measured else NOTHING_YET)
        chart = influence_chart(sweep.influence, None, sweep.knobs, what="log throughput")
        self.bars.show_chart(chart)
        self._fix_bars_height()
        self.bars.setVisible(bool(sweep.influence))
        notes = (*sweep.notes, *_doubt_notes(sweep))
        self.notes.set_notes(notes)
        self.notes.setVisible(bool(notes))
        self._syncing = True
        self.model.show_result(sweep, experiment.repeats)
        self._syncing = False
        if other:
            self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
            self._columns.fit()
        provenance = dict.fromkeys(
            point.throughput.provenance()
            for point in sweep.points
            if point.throughput.value is not None
        )
        sources = " / ".join(provenance)
        self.source.setText(f"throughput and idle: {sources}" if sources else "")
        self.mark_selected(frozenset(run.id for run in self._app_state.selection))

    def _fix_bars_height(self) -> None:
        if self._shown is not None:
            bars = max(len(self._shown[1].influence), 2)
            self.bars.setFixedHeight(px(_AXIS_PX + _BAR_PX * bars))

    def mark_selected(self, selected: frozenset[str]) -> None:
        """Show which configurations the selected runs belong to."""
        wanted = [
            row
            for row in range(self.model.rowCount())
            if any(run.id in selected for run in self.model.point_at(row).point.runs)
        ]
        if wanted == self._chosen_rows():
            return
        rows = QItemSelection()
        for row in wanted:
            rows.select(self.model.index(row, 0), self.model.index(row, 0))
        flags = QItemSelectionModel.SelectionFlag
        self._syncing = True
        self.table.selectionModel().select(rows, flags.ClearAndSelect | flags.Rows)
        self._syncing = False

    def apply(self) -> None:
        """Take on the colours of the theme."""
        self.bars.apply(self._app_state.theme)
        self.model.set_theme(self._app_state.theme)
        self._fix_bars_height()

    def text(self) -> str:
        """Sentence, shares, table and notes, to be copied."""
        if self._shown is None:
            return ""
        sweep = self._shown[1]
        notes = (*sweep.notes, *_doubt_notes(sweep))
        return "\n".join(
            (self.sentence.text(), self.bars.chart.description, "", self.model.text(), "", *notes)
        )

    def menu(self) -> QMenu:
        """What the right mouse button and the menu key offer on the shares."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        add_picture_actions(menu, self, self._app_state, "sweep")
        return menu

    # -- inside -----------------------------------------------------------------------------

    def _make_table(self) -> QTableView:
        table = row_table(self.model, "configurations, the fastest first", sorting=True)
        self._columns = TableColumns(table, "sweep", wide=-1)
        return table

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(self.bars, 3, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.notes, 2, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.sentence)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        column.addWidget(self.source)
        self.setAccessibleName("configurations of the sweep")
        for part in (self, self.bars):
            part.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            part.customContextMenuRequested.connect(
                lambda where, part=part: self._open_menu(part, where)
            )

    def _selected_here(self, _selected: QItemSelection, _deselected: QItemSelection) -> None:
        if self._syncing:
            return
        points = [self.model.point_at(row) for row in self._chosen_rows()]
        self.picked.emit(tuple(run.id for point in points for run in point.point.runs))

    def _chosen_rows(self) -> list[int]:
        return sorted(index.row() for index in self.table.selectionModel().selectedRows())

    def _open_menu(self, part: QWidget, where: QPoint) -> None:
        self.menu().popup(part.mapToGlobal(where))


def _doubt_notes(sweep: SweepResult) -> tuple[str, ...]:
    """That there are doubts, also while their column is out of sight."""
    doubtful = [point for point in sweep.points if point.doubts]
    if not doubtful:
        return ()
    keys = dict.fromkeys(key.replace("_", " ") for point in doubtful for key in point.doubts)
    return (
        f"{len(doubtful)} of {len(sweep.points)} configurations have doubtful runs, which count "
        f'({", ".join(keys)}): see the column "doubts".',
    )
