"""The pipeline as TensorFlow executes it, beside the one that was written."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from core.analysis.stages.autotune import autotune_view
from core.analysis.stages.executed_view import executed_view
from core.model.errors import InputError
from core.text.workload_name import workload_name
from gui.stages.autotune_plots import AutotunePlots
from gui.stages.stages_model import StagesModel
from gui.state.app_state import AppState
from gui.text_size import px, sized
from gui.widgets.empty_note import EmptyNote
from gui.widgets.page import Page
from gui.widgets.scrolled import Scrolled
from gui.widgets.tables.columns import TableColumns
from gui.widgets.trace_link import TraceLink

_NOTES_PX, _PLOTS_PX = 86, 170
_LEAST_ROWS, _LEAST_NOTES_PX, _ROW_AIR_PX = 5, 36, 12
_NO_RUN = "No run yet. Press Run (Ctrl+R): here you then see what TensorFlow makes of the pipeline."


class StagesPanel(Page):
    """Shows the executed pipeline of the run in focus, live.

    Signals:
        trace_requested: Single steps of this pipeline are to be seen: the run's id.
    """

    trace_requested = Signal(str)

    def __init__(self, app_state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("help", "concepts.md#as-written-or-as-tensorflow-runs-it")
        self._app_state = app_state
        self._shown: tuple[object, ...] = ()
        self.model = StagesModel(app_state.theme, self)
        self.heading = QLabel()
        self.heading.setProperty("role", "heading")
        self.notes = QLabel()
        self.notes.setWordWrap(True)
        self.notes.setTextFormat(Qt.TextFormat.PlainText)
        self.notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName("executed pipeline")
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.columns = TableColumns(self.table, "stages", wide=-1)
        # With less room than for a few rows the page scrolls.
        sized(self.table, self._keep_rows_seen)
        self.autotune = AutotunePlots(app_state.theme)
        self.empty = EmptyNote(_NO_RUN)
        self.empty.offer_example(app_state)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(8, 6, 8, 6)
        self.trace_button = TraceLink(app_state)
        self.trace_button.asked.connect(self.trace_requested)
        top = QHBoxLayout()
        top.addWidget(self.heading, 1)
        top.addWidget(self.trace_button)
        column.addLayout(top)
        # However much the plots could use, the table is what is read first.
        sized(self.autotune, lambda: self.autotune.setMaximumHeight(px(_PLOTS_PX)))
        column.addWidget(self.table, 1)
        column.addWidget(self.autotune)
        # However much there is to say, the table keeps its room.
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setMinimumHeight(_LEAST_NOTES_PX)
        sized(scroll, lambda: scroll.setMaximumHeight(px(_NOTES_PX)))
        scroll.setWidget(self.notes)
        column.addWidget(scroll)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        # What is behind the sentence asks for no room.
        self._pages.addWidget(Scrolled(page))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._pages)
        for signal in (app_state.run_advanced, app_state.runs_changed, app_state.selection_changed):
            signal.connect(self.refresh_if_seen)
        app_state.theme_changed.connect(self._apply_theme)

    def _keep_rows_seen(self) -> None:
        rows, heads = self.table.verticalHeader(), self.table.horizontalHeader()
        rows.setDefaultSectionSize(self.table.fontMetrics().height() + px(_ROW_AIR_PX))
        seen = heads.sizeHint().height() + _LEAST_ROWS * rows.defaultSectionSize()
        self.table.setMinimumHeight(seen)

    def refresh(self) -> None:
        """Show the run in focus as it stands."""
        super().refresh()
        run = self._app_state.focus
        if run is None:
            self.empty.setText(_NO_RUN)
            self._pages.setCurrentIndex(0)
            return
        self.trace_button.show_run(run)
        shown = (run.id, len(run.pipeline), run.state, run.ceilings)
        if shown == self._shown and run.pipeline:
            return
        self._shown = shown
        name = self._app_state.session.experiments.name_of(run)
        try:
            _, settings = self._app_state.session.settings_of(run)
        except InputError as error:
            self.empty.setText(f"{name}: {error}")
            self._pages.setCurrentIndex(0)
            return
        view = executed_view(run, settings)
        self.model.show_stages(view.rows)
        self.columns.fit()
        tuned = autotune_view(run, settings)
        self.autotune.show_view(tuned)
        self.heading.setText(f"{name} · {workload_name(run.plan.workload)}")
        notes = [note for note in (*view.notes, tuned.text) if note]
        self.notes.setText("\n".join(f"\N{BULLET} {note}" for note in notes))
        self.empty.setText(f"{name}: {view.notes[0]}")
        self._pages.setCurrentIndex(1 if view.rows else 0)

    def _apply_theme(self) -> None:
        self.model.set_theme(self._app_state.theme)
        self.autotune.apply(self._app_state.theme)
