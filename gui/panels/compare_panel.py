"""The selected runs side by side: what was set, what came of it, and what to doubt."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from core.analysis.comparison import Comparison, in_words
from core.analysis.side_by_side import ONE_RUN_EACH, side_by_side
from core.model.run import Run
from gui.models.comparison_model import ComparisonModel
from gui.notifier import Notifier
from gui.widgets.empty_note import EmptyNote
from gui.widgets.notes_view import NotesView

_TOO_FEW = (
    "Select two or more runs below to see them side by side:\n"
    "hold Ctrl and click, or hold Shift and press an arrow key.\n"
    "With a pinned baseline (B), one is enough."
)
# Beyond so many columns nobody reads on, and every change would be felt.
MOST_RUNS = 30
_LIVE_MS = 1000
_NARROWEST, _WIDEST, _AIR = 150, 320, 16


class ComparePanel(QWidget):
    """Shows the selected runs against the pinned baseline, else against the first selected.

    Attributes:
        table: Settings and figures.
        notes: What makes the comparison doubtful.
        show_equal: Whether settings that all runs share are shown too.
        copy_action: Copies what is shown.
    """

    def __init__(self, notifier: Notifier, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notifier = notifier
        self._stale = True
        self.model = ComparisonModel(notifier.theme, self)
        self.table = self._make_table()
        self.notes = NotesView()
        self.notes.setAccessibleName("what makes the comparison doubtful")
        self.show_equal = QCheckBox("show equal settings")
        self.show_equal.setToolTip("Show the settings that are the same in all of these runs too")
        self.copy_action = QAction("Copy comparison", self)
        self.copy_action.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        self.copy_action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.copy_action.setToolTip("Copy table and notes as text (Ctrl+C)")
        self.copy_button = QPushButton("Copy as text")
        self.copy_button.setToolTip(self.copy_action.toolTip())
        self.empty = EmptyNote(_TOO_FEW)
        self._live = QTimer(self)
        self._live.setSingleShot(True)
        self._live.setInterval(_LIVE_MS)
        self._lay_out()
        self._connect()

    def refresh(self) -> None:
        """Compare anew."""
        self._live.stop()
        self._stale = False
        runs = self._runs()
        if len(runs) < 2:
            self.model.show_comparison(None, equal_settings=False)
            self._pages.setCurrentWidget(self.empty)
            self.copy_action.setEnabled(False)
            return
        comparison = side_by_side(runs[:MOST_RUNS], runs[0])
        self.model.show_comparison(comparison, equal_settings=self.show_equal.isChecked())
        verdicts = self._verdicts(runs)
        others = (note for note in comparison.notes if not verdicts or note != ONE_RUN_EACH)
        notes = (*verdicts, *others)
        if len(runs) > MOST_RUNS:
            notes = (f"Only the first {MOST_RUNS} of {len(runs)} runs are shown.", *notes)
        self._heading.setText("VERDICT, AND WHAT TO DOUBT" if verdicts else "WHAT TO DOUBT")
        self.notes.set_notes(notes)
        self.copy_action.setEnabled(True)
        self._pages.setCurrentIndex(0)

    def copy(self) -> None:
        """Copy table and notes as text."""
        QGuiApplication.clipboard().setText(self.model.text())
        self._notifier.message.emit("Copied the comparison.")

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while the panel was not to be seen."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

    # -- making -----------------------------------------------------------------------------

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.setAccessibleName("runs side by side")
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        table.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 8)
        for heads in (table.horizontalHeader(), table.verticalHeader()):
            heads.setHighlightSections(False)
            heads.setSectionsClickable(False)
        table.setCornerButtonEnabled(False)
        return table

    def _lay_out(self) -> None:
        self._heading = QLabel("WHAT TO DOUBT")
        self._heading.setProperty("role", "heading")
        top = QHBoxLayout()
        top.addWidget(self._heading, 1)
        top.addWidget(self.show_equal)
        top.addWidget(self.copy_button)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(top)
        column.addWidget(self.notes)
        column.addWidget(self.table, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(page)
        self._pages.addWidget(self.empty)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(8, 6, 8, 6)
        outer.addWidget(self._pages)

    def _connect(self) -> None:
        self.addAction(self.copy_action)
        self.copy_action.triggered.connect(self.copy)
        self.copy_button.clicked.connect(self.copy_action.trigger)
        self.show_equal.toggled.connect(self.refresh)
        self._live.timeout.connect(self.refresh)
        self.model.modelReset.connect(self._arrange)
        self._notifier.selection_changed.connect(self._change)
        self._notifier.runs_changed.connect(self._change)
        self._notifier.run_advanced.connect(self._advance)
        self._notifier.theme_changed.connect(lambda: self.model.set_theme(self._notifier.theme))

    # -- what changes -----------------------------------------------------------------------

    def _runs(self) -> tuple[Run, ...]:
        """The runs to compare, the baseline first."""
        selected, pinned = self._notifier.selection, self._notifier.session.baseline
        if pinned is None or not selected:
            return selected
        return (pinned, *(run for run in selected if run.id != pinned.id))

    def _verdicts(self, runs: tuple[Run, ...]) -> tuple[str, ...]:
        """What came of the comparison that the last of the runs belongs to."""
        experiments = self._notifier.session.experiments
        kept = next((one for run in reversed(runs) if (one := experiments.of(run))), None)
        found = None if kept is None else experiments.result(kept)
        if not isinstance(found, Comparison):
            return ()
        return (*in_words(found), *found.notes)

    def _change(self) -> None:
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    def _advance(self) -> None:
        """Follow a run under way, but slowly: figures that jump cannot be read."""
        recording = self._notifier.session.recording
        if recording is None or self._live.isActive() or not self.isVisible():
            return
        run_id = recording.run().id
        if any(run.id == run_id for run in self._runs()):
            self._live.start()

    def _arrange(self) -> None:
        """Widths, and the headings of groups over all columns."""
        columns = self.model.columnCount()
        self.table.clearSpans()
        # A span over a single column is none, and Qt warns of it.
        for row, line in enumerate(self.model.lines):
            if line.group and columns > 1:
                self.table.setSpan(row, 0, 1, columns)
        self.table.resizeColumnsToContents()
        for column in range(columns):
            width = self.table.columnWidth(column) + _AIR
            self.table.setColumnWidth(column, min(max(width, _NARROWEST), _WIDEST))
