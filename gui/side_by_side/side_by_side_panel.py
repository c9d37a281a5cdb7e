"""The selected runs side by side: what was set, what came of it, and what to doubt."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication, QHideEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.analysis.comparisons.difference import ONE_RUN_EACH
from core.analysis.side_by_side.runs import side_by_side
from core.model.run import Run
from gui.running.redraw_budget import SHARE
from gui.side_by_side.kept_notes import member_notes, verdict_notes
from gui.side_by_side.section_table import SectionTable
from gui.side_by_side.side_by_side_model import SideBySideModel
from gui.side_by_side.side_plots import SidePlots
from gui.state.app_state import AppState
from gui.widgets.current_stack import CurrentStack
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.empty_note import EmptyNote
from gui.widgets.notes_view import NotesView
from gui.widgets.switch import ButtonGroup

_TOO_FEW = (
    "Select two or more runs below to see them side by side:\n"
    "hold Ctrl and click, or hold Shift and press an arrow key.\n"
    "With a pinned baseline (B), one is enough."
)
# Beyond so many columns nobody reads on, and every change would be felt.
MOST_RUNS = 30
_LIVE_MS = 1000
_TABLE, _PLOTS = "Table", "Plots"


class SideBySidePanel(QWidget):
    """Shows the selected runs against the pinned baseline, else against the first selected.

    Attributes:
        table: Settings, figures, doubts, environments and stages.
        notes: What makes the comparison doubtful.
        plots: The same runs over each other.
        switch: Whether the table or the plots are seen.
        show_equal: Whether what all runs share is shown too.
        copy_action: Copies what is shown.
        view_action: Turns from the table to the plots and back.
        fold_action: Folds all sections of the table, or unfolds them.
    """

    def __init__(self, app_state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("help", "comparing.md#side-by-side")
        self._app_state = app_state
        self._stale = True
        self.model = SideBySideModel(app_state.theme, self)
        self.table = SectionTable()
        self.table.setModel(self.model)
        self.table.setAccessibleName("runs side by side")
        self.notes = NotesView()
        self.notes.setAccessibleName("what makes the comparison doubtful")
        self.plots = SidePlots(app_state, self._columns)
        self.show_equal = QCheckBox("show what is equal")
        self.show_equal.setToolTip(
            "Show the settings and facts that are the same in all of these runs too"
        )
        self._make_actions()
        self.switch = ButtonGroup((_TABLE, _PLOTS), self.view_action.toolTip())
        self.copy_button = QPushButton("Copy as text")
        self.copy_button.setToolTip(self.copy_action.toolTip())
        self.empty = EmptyNote(_TOO_FEW)
        self.empty.offer_example(app_state)
        self._live = QTimer(self)
        self._live.setSingleShot(True)
        self._live.setInterval(_LIVE_MS)
        self._lay_out()
        self._connect()
        self.switch.apply(app_state.theme)

    def refresh(self) -> None:
        """Compare anew."""
        self._live.stop()
        runs = self._runs()
        enough = len(runs) > 1
        self.copy_action.setEnabled(enough)
        self._pages.setCurrentWidget(self._page if enough else self.empty)
        if not enough:
            self._stale = False
            self.model.show_comparison(None, equal_rows=False)
            return
        if not self.table.isVisible():
            # The plots look after themselves.
            self._stale = True
            return
        self._stale = False
        began_s = time.thread_time()
        self._fill_in(runs)
        # Many runs take long to lay beside each other: then less often, as with drawing.
        cost_ms = 1000 * (time.thread_time() - began_s)
        self._live.setInterval(max(_LIVE_MS, round(cost_ms / SHARE)))

    def copy(self) -> None:
        """Copy table and notes as text."""
        if self._stale:
            self._fill_in(self._runs())
        QGuiApplication.clipboard().setText(self.model.text())
        self._app_state.message.emit("Copied the comparison.")

    def show_plots(self, on: bool) -> None:
        """Show the plots, or the table."""
        self.switch.choose(_PLOTS if on else _TABLE)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while the panel was not to be seen."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is compared while it is not seen."""
        super().hideEvent(event)
        if self._live.isActive():
            self._live.stop()
            self._stale = True

    # -- making -----------------------------------------------------------------------------

    def _make_actions(self) -> None:
        def make(text: str, tip: str, key: QKeySequence | None = None) -> QAction:
            made = QAction(text, self)
            shown = f" ({key.toString()})" if key else ""
            made.setToolTip(tip + shown)
            if key:
                made.setShortcut(key)
            self.addAction(made)
            return made

        self.copy_action = make(
            "Copy comparison",
            "Copy table and notes as text",
            QKeySequence(QKeySequence.StandardKey.Copy),
        )
        # The table of runs has the same key for its rows.
        self.copy_action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.view_action = make(
            "Side by side: table or plots",
            "Turn from the table to the plots of the same runs, and back",
            QKeySequence("V"),
        )
        self.fold_action = make(
            "Side by side: fold all sections", "Fold all sections of the table, or unfold them"
        )

    def _lay_out(self) -> None:
        self._heading = ElidedLabel()
        self._heading.setProperty("role", "heading")
        for_table = QWidget()
        row = QHBoxLayout(for_table)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._heading, 1)
        row.addWidget(self.show_equal)
        row.addWidget(self.copy_button)
        self._tools = QStackedWidget()
        self._tools.addWidget(for_table)
        self._tools.addWidget(self.plots.tools)
        top = QHBoxLayout()
        top.addWidget(self.switch)
        top.addWidget(self._tools, 1)
        table = QWidget()
        column = QVBoxLayout(table)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.notes)
        column.addWidget(self.table, 1)
        self._views = QStackedWidget()
        self._views.addWidget(table)
        self._views.addWidget(self.plots)
        self._page = QWidget()
        page = QVBoxLayout(self._page)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(4)
        page.addLayout(top)
        page.addWidget(self._views, 1)
        self._pages = CurrentStack()
        self._pages.addWidget(self._page)
        self._pages.addWidget(self.empty)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(8, 4, 8, 4)
        outer.addWidget(self._pages)

    def _connect(self) -> None:
        self.copy_action.triggered.connect(self.copy)
        self.copy_button.clicked.connect(self.copy_action.trigger)
        self.view_action.triggered.connect(self.switch.turn)
        self.fold_action.triggered.connect(self.model.fold_all)
        self.switch.chosen.connect(self._turn_to)
        self.show_equal.toggled.connect(self.refresh)
        self._live.timeout.connect(self.refresh)
        self.table.heading_pressed.connect(self.model.fold)
        self.model.modelReset.connect(self._arrange)
        self.model.folds_changed.connect(self._hide_folded)
        for signal in (
            self._app_state.selection_changed,
            self._app_state.runs_changed,
            self._app_state.experiments_changed,
            self._app_state.range_changed,
        ):
            signal.connect(self._change)
        self._app_state.run_advanced.connect(self._advance)
        self._app_state.theme_changed.connect(self._apply_theme)

    # -- what changes -----------------------------------------------------------------------

    def _runs(self) -> tuple[Run, ...]:
        """The runs to compare, the baseline first."""
        selected, pinned = self._app_state.selection, self._app_state.session.baseline
        if pinned is None or not selected:
            return selected
        return (pinned, *(run for run in selected if run.id != pinned.id))

    def _columns(self) -> tuple[Run, ...]:
        """Those of them that have a column; none where there is nothing to compare."""
        runs = self._runs()
        return runs[:MOST_RUNS] if len(runs) > 1 else ()

    def _fill_in(self, runs: tuple[Run, ...]) -> None:
        named = [self._app_state.session.experiments.named(run) for run in runs[:MOST_RUNS]]
        selected = self._app_state.selected_range
        comparison = side_by_side(named, named[0], selected.x_range if selected else None)
        self.model.show_comparison(comparison, equal_rows=self.show_equal.isChecked())
        experiments = self._app_state.session.experiments
        verdicts = verdict_notes(experiments, runs)
        others = (note for note in comparison.notes if not verdicts or note != ONE_RUN_EACH)
        notes = (*verdicts, *member_notes(experiments, runs), *others)
        if len(runs) > MOST_RUNS:
            notes = (f"Only the first {MOST_RUNS} of {len(runs)} runs are shown.", *notes)
        self._heading.setText("VERDICT, AND WHAT TO DOUBT" if verdicts else "WHAT TO DOUBT")
        self.notes.set_notes(notes)
        self.model.set_notes(notes)

    def _turn_to(self, view: str) -> None:
        at = int(view == _PLOTS)
        self._tools.setCurrentIndex(at)
        self._views.setCurrentIndex(at)
        if self._stale and self.isVisible():
            self.refresh()

    def _change(self) -> None:
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    def _advance(self) -> None:
        """Follow a run under way, but slowly: figures that jump cannot be read."""
        recording = self._app_state.session.recording
        if recording is None or self._live.isActive() or not self.table.isVisible():
            return
        run_id = recording.run().id
        if any(run.id == run_id for run in self._runs()):
            self._live.start()

    def _apply_theme(self) -> None:
        self.model.set_theme(self._app_state.theme)
        self.switch.apply(self._app_state.theme)

    def _arrange(self) -> None:
        self.table.arrange([row for row, line in enumerate(self.model.rows) if line.group])
        self._hide_folded()

    def _hide_folded(self) -> None:
        for row in range(self.model.rowCount()):
            self.table.setRowHidden(row, self.model.is_hidden(row))
