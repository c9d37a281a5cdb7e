"""The Answer page: what limits training, which change to make, and what that gives."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.analysis.comparisons.knob_values import knob_name, with_names
from core.model.diagnosis import Answer
from core.model.run import Run
from core.text.plural import plural
from core.text.workload_name import workload_name
from gui.answer.answer_columns import change_columns, other_columns
from gui.answer.answer_text import headline_text, memory_note, now_text, other_changes
from gui.answer.cut_rates_view import CutRatesView
from gui.answer.diagnosis_box import DiagnosisBox
from gui.answer.diagnosis_options import OptionsRow
from gui.state.app_state import AppState
from gui.text_size import px
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.empty_note import EmptyNote
from gui.widgets.notes_view import NotesView
from gui.widgets.page import Page
from gui.widgets.tables.columns import TableColumns
from gui.widgets.tables.row_table import row_table, rows_height
from gui.widgets.tables.table_model import TableModel
from gui.widgets.trace_link import TraceLink
from gui.widgets.wrapped_row import WrappedRow

NOTHING_YET = (
    "Nothing was diagnosed yet. Diagnose (Ctrl+D) finds what limits the training of the pipeline "
    "on the left, tries what may help, and says here which change to make and what it gives."
)
_BOTH_PX = 800
"""So wide is a page that has room for the cut rates and a table beside them."""
_OTHERS_BESIDE_PX, _OTHERS_BELOW_PX = 100, 400


class AnswerPanel(Page):
    """Shows a diagnosis, the last one unless another is chosen, also while it goes on.

    Attributes:
        which: Lists the diagnoses that are kept.
        headline: At most three lines.
        now: What is done now, and how long it may take.
        rates: The cut rates.
        model: The recommended changes.
        others: What did not help, what only the person can do, what is not allowed.
        doubts_button, doubts: How many doubts there are, and all of them once it is pressed.
        memory: Throughput against memory of what was tried.
        use_button, patch_button, report_button, trace_button: What can be done with it.

    Signals:
        use_requested: The recommended settings are wanted on the left: the run's id.
        patch_requested: The change to the person's code is wanted: the run's id.
        report_requested: The answer is to be saved: the run's id.
        trace_requested: Single steps of these settings are to be seen: the run's id.
    """

    use_requested = Signal(str)
    patch_requested = Signal(str)
    report_requested = Signal(str)
    trace_requested = Signal(str)

    def __init__(
        self, app_state: AppState, diagnose: QAction, parent: QWidget | None = None
    ) -> None:
        """Build the page.

        Args:
            app_state: Tells what changed.
            diagnose: Starts a diagnosis.
            parent: Owner.
        """
        super().__init__(parent)
        self.setProperty("help", "concepts.md#the-answer")
        self._app_state = app_state
        self._run: Run | None = None
        self._shown: Answer | None = None
        self.which, self.options = DiagnosisBox(), OptionsRow()
        self.which.chosen.connect(self.refresh)
        self.which.hide()
        self.heading, self.now = ElidedLabel(), QLabel()
        self.headline = QLabel()
        self.rates = CutRatesView(app_state.theme)
        self.model: TableModel = TableModel(
            change_columns(self._name_of), None, app_state.theme, self
        )
        self.table = row_table(self.model, "recommended changes")
        self._columns = TableColumns(self.table, "changes", wide=-1, wraps=True)
        self.others: TableModel = TableModel(
            other_columns(self._in_names), None, app_state.theme, self
        )
        self.others_table = row_table(self.others, "changes that are not recommended")
        self._other_columns = TableColumns(self.others_table, "other changes", wide=2, wraps=True)
        self.doubts_button, self.doubts = QToolButton(), NotesView(most_lines=6)
        self.memory = QLabel()
        self._start = QToolButton()
        self._start.setDefaultAction(diagnose)
        self._start.setProperty("role", "primary")
        self._start.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.use_button, self.patch_button, self.report_button = self._make_buttons()
        self.trace_button = TraceLink(app_state)
        self.trace_button.asked.connect(self.trace_requested)
        self._parts = self._split()
        self._lay_out()
        for table in (self.table, self.others_table):
            table.verticalHeader().sectionResized.connect(self._fit_heights)
        for signal in (app_state.run_advanced, app_state.runs_changed):
            signal.connect(self.refresh_if_seen)
        app_state.theme_changed.connect(self._apply_theme)

    def refresh(self) -> None:
        """Show the chosen diagnosis as it stands; a new one at once."""
        super().refresh()
        self._run = self.which.show_runs(self._app_state.session.diagnoses)
        self.trace_button.show_run(self._run)
        answer = None if self._run is None else self._run.answer
        if answer is self._shown and answer is not None:
            return
        self._shown = answer
        self._pages.setCurrentIndex(0 if self._run is None else 1)
        if self._run is not None:
            self._show(self._run, answer or Answer(now="starting"))

    def show_diagnosis(self, run_id: str) -> None:
        """Choose a diagnosis."""
        self.refresh()
        self.which.choose(run_id)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the cut rates and the other changes below each other where it is narrow."""
        super().resizeEvent(event)
        beside = self.width() >= px(_BOTH_PX)
        across = Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical
        self._parts.setOrientation(across)
        self._fit_heights()

    # -- showing ------------------------------------------------------------------------------

    def _show(self, run: Run, answer: Answer) -> None:
        self.heading.setText(f"{workload_name(run.plan.workload)} on {run.plan.place}")
        self.headline.setText(self._in_names(headline_text(run, answer)))
        self.now.setText(self._in_names(now_text(run, answer)))
        self.model.show_rows(answer.changes)
        self.table.setVisible(bool(answer.changes))
        self._columns.hide_needless(self.model.needless())
        self._columns.fit()
        rows = other_changes(answer)
        self.others.show_rows(rows)
        self.others_table.setVisible(bool(rows))
        self._other_columns.fit()
        self._fit_heights()
        self._show_doubts(answer)
        self.memory.setText(self._in_names(memory_note(answer)))
        self.memory.setVisible(bool(self.memory.text()))
        done = answer.finished and bool(answer.changes)
        self.use_button.setEnabled(done)
        self.patch_button.setEnabled(done)
        self.patch_button.setVisible(run.plan.code is not None)
        self.report_button.setEnabled(answer.limit is not None)
        self.rates.show_answer(answer)

    def _fit_heights(self) -> None:
        """As high as their rows, up to so many; beside the cut rates the others scroll sooner."""
        self.table.setFixedHeight(rows_height(self.table))
        below = self._parts.orientation() is Qt.Orientation.Vertical
        most_px = px(_OTHERS_BELOW_PX if below else _OTHERS_BESIDE_PX)
        self.others_table.setMinimumHeight(min(rows_height(self.others_table), most_px))

    def _show_doubts(self, answer: Answer) -> None:
        """Say how many there are; they open at a click."""
        button, doubts = self.doubts_button, answer.doubts
        button.setText(f"\N{BLACK FLAG} {plural(len(doubts), 'doubt')}")
        button.setVisible(bool(doubts))
        self.doubts.set_notes([self._in_names(doubt) for doubt in doubts])
        self.doubts.setVisible(bool(doubts) and button.isChecked())

    def _name_of(self, knob: str) -> str:
        """What the window calls a knob."""
        settings = None if self._run is None else self._run.settings
        chain = None if settings is None else settings.chain
        return knob_name(knob, chain.knobs.get(knob) if chain is not None else None)

    def _in_names(self, text: str) -> str:
        """A text of the core with the names of knobs in place of their ids."""
        settings = None if self._run is None else self._run.settings
        return text if settings is None else with_names(text, settings.chain.knobs)

    def _apply_theme(self) -> None:
        self.rates.apply(self._app_state.theme)
        self.model.set_theme(self._app_state.theme)
        self.others.set_theme(self._app_state.theme)

    # -- building -----------------------------------------------------------------------------

    def _make_buttons(self) -> tuple[QPushButton, ...]:
        texts = (
            ("&Use these settings", "Set the form on the left to what is recommended (Alt+U)"),
            ("Show the &patch", "The change to your code, to be copied or saved (Alt+P)"),
            ("Repor&t\N{HORIZONTAL ELLIPSIS}", "Save the answer as a page or as JSON (Alt+T)"),
        )
        signals = (self.use_requested, self.patch_requested, self.report_requested)
        buttons = []
        for (text, about), signal in zip(texts, signals, strict=True):
            button = QPushButton(text)
            button.setToolTip(about)
            button.clicked.connect(partial(self._ask, signal))
            buttons.append(button)
        return tuple(buttons)

    def _ask(self, signal: SignalInstance, _: bool = False) -> None:
        if self._run is not None:
            signal.emit(self._run.id)

    def _lay_out(self) -> None:
        self.heading.setProperty("role", "heading")
        self.headline.setProperty("role", "finding")
        self.headline.setAccessibleDescription("the answer")
        self.doubts.setAccessibleName("doubts")
        self.doubts_button.setCheckable(True)
        self.doubts_button.setToolTip("What makes the figures doubtful")
        self.doubts_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.doubts_button.toggled.connect(self.doubts.setVisible)
        for label in (self.now, self.memory):
            label.setProperty("role", "muted")
        for label in (self.headline, self.now, self.memory):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        top, buttons = WrappedRow(), WrappedRow()
        top.add_widgets((self.heading, self.which, self.options, self._start))
        buttons.add_widgets(
            (self.use_button, self.patch_button, self.report_button, self.trace_button)
        )
        buttons.add_right(self.doubts_button)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.headline)
        column.addWidget(self.now)
        column.addWidget(buttons)
        column.addWidget(self.doubts)
        column.addWidget(self.table)
        column.addWidget(self._parts, 1)
        empty = EmptyNote(NOTHING_YET)
        empty.offer_example(self._app_state)
        self._pages = QStackedWidget()
        self._pages.addWidget(empty)
        self._pages.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(8, 6, 8, 6)
        outer.addWidget(top)
        outer.addWidget(self._pages, 1)

    def _split(self) -> QSplitter:
        """The cut rates, and what else was tried beside them or below."""
        rest = QWidget()
        column = QVBoxLayout(rest)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.others_table, 1)
        column.addWidget(self.memory)
        column.addStretch(0)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setObjectName("answer columns")
        split.setChildrenCollapsible(False)
        split.addWidget(self.rates)
        split.addWidget(rest)
        split.setSizes([410, 550])
        return split
