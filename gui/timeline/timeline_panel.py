"""The Timeline page: what single steps waited for, in words and as a picture."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from core.analysis.traced import traced_words
from core.model.errors import ExplorerError
from core.model.run import Run
from core.model.sizes import size_words
from core.session.same_settings import diagnosed
from core.timeline.difference import difference
from core.timeline.rows import RowStatistics, Timeline
from gui.state.app_state import AppState
from gui.state.remembered import KeptValues, Remembered
from gui.timeline.picture_pair import PicturePair
from gui.timeline.second_trace import SecondTrace
from gui.timeline.statistics_columns import STATISTICS
from gui.timeline.trace_reader import ReadTrace, TraceReader, TraceSource
from gui.timeline.trace_saver import TraceSaver, ask_trace
from gui.timeline.trace_tools import TraceTools
from gui.widgets.empty_note import EmptyNote
from gui.widgets.notes_view import NotesView
from gui.widgets.page import Page
from gui.widgets.question import ask
from gui.widgets.tables.columns import TableColumns
from gui.widgets.tables.row_table import row_table
from gui.widgets.tables.table_model import TableModel

_NOTHING = (
    "No trace yet. Trace (Ctrl+Shift+T) trains with the settings on the left and traces 20 steps "
    "of it; here you then see what each step waited for. A trace of any TensorFlow or JAX program "
    "can be opened, or dropped on the window: *.xplane.pb, *.trace.json.gz, or the folder of a "
    "profile."
)
_DRAWN, _STATISTICS = 320, 110


class TimelinePanel(Page):
    """Shows the trace of the run in focus, or one that was opened.

    Attributes:
        pictures: The picture, and a second one below it.
        second: What is drawn below it.
        words: What it says.
        tools: The row of buttons.
        table: Of the selected time what each row did.

    Signals:
        shown: Another trace is shown, or none.
    """

    shown = Signal()

    def __init__(self, app_state: AppState, trace: QAction, parent: QWidget | None = None) -> None:
        """Build the page.

        Args:
            app_state: Tells what changed.
            trace: Takes a trace.
            parent: Owner.
        """
        super().__init__(parent)
        self.setProperty("help", "timeline.md#what-it-says")
        self._app_state = app_state
        self._shown: ReadTrace | None = None
        self._wanted: TraceSource | None = None
        self._follows = True
        self._to_worst = False
        self._left_at: tuple[str, tuple[float, float]] | None = None
        self._reader = TraceReader(self)
        self._saver = TraceSaver(app_state, self, lambda: self._shown)
        self.words = NotesView(most_lines=6)
        self.pictures = PicturePair(app_state.theme)
        self.view = self.pictures.view
        self.model: TableModel[RowStatistics, None] = TableModel(
            STATISTICS, None, app_state.theme, self
        )
        self.table = row_table(self.model, "the selected time, by row")
        self._columns = TableColumns(self.table, "timeline", wide=0)
        self.tools = TraceTools(trace)
        self.second = SecondTrace(app_state, self.tools.second)
        self.empty = EmptyNote(_NOTHING)
        self.empty.offer_example(app_state)
        self._pages = QStackedWidget()
        self._lay_out()
        self._connect()
        Remembered(self, "timeline zoom", self._kept_zoom, self._restore_zoom)

    # -- what is shown ------------------------------------------------------------------------

    def open(self, path: Path) -> None:
        """Show a trace from a file or folder, whosever it is; says so where it cannot be read."""
        self._follows, self._to_worst = False, False
        self._begin(TraceSource(path))

    def show_worst_wait(self, run: Run) -> None:
        """Show the trace of a run, and of it the step that waited longest."""
        file = self._app_state.session.traces.file(run.id)
        if file is None:
            return
        self._follows, self._to_worst = False, True
        if self._shown is not None and self._shown.source.file == file:
            self._go_to_worst(self._shown)
        else:
            self._begin(self._source(file, run))

    @property
    def timeline(self) -> Timeline | None:
        """The picture that is shown; None for none."""
        return None if self._shown is None else self._shown.timeline

    def refresh(self) -> None:
        """Show the trace of the run in focus, unless another was opened."""
        super().refresh()
        run = self._app_state.focus
        if not self._follows or run is None:
            return
        file = self._app_state.session.traces.file(run.id)
        if file is None:
            name = self._app_state.session.experiments.name_of(run)
            said = traced_words(run) if run.tracing is not None else f"{name} was not traced."
            self._show_nothing(f"{said} {_NOTHING.partition('. ')[2]}")
        elif self._wanted is None or self._wanted.file != file:
            self._begin(self._source(file, run))

    def stop(self) -> None:
        """Leave no thread behind: the window is closed."""
        self._reader.stop()
        self.second.reader.stop()

    def _source(self, file: Path, run: Run) -> TraceSource:
        return TraceSource(file, run, diagnosed(self._app_state.session, run))

    def _begin(self, source: TraceSource) -> None:
        self._wanted = source
        if self._shown is None:
            self.empty.setText(f"Reading the trace {source.file.name}.")
        self._reader.read(source)

    def _fail(self, said: str, details: str) -> None:
        self._follows = True
        self._app_state.failed.emit(said, details)
        if self._shown is None:
            self._show_nothing(said)

    def _show_nothing(self, said: str) -> None:
        self._shown = self._wanted = None
        self.second.show_beside(None)
        self.empty.setText(said)
        self._pages.setCurrentIndex(0)
        self.tools.show_source(None)
        self.tools.heading.setText("")
        self.shown.emit()

    def _show(self, read: ReadTrace) -> None:
        self._shown, file = read, read.source.file
        self.second.show_beside(read)
        size = f" · {size_words(file.stat().st_size)}" if file.is_file() else ""
        steps = len(read.story.waits.steps.all)
        self.tools.heading.setText(f"{self._name(read)} · {steps} steps{size}")
        self.tools.heading.setToolTip(str(file))
        self._draw()
        self._pages.setCurrentIndex(1)
        self.tools.show_source(read.source)
        if self._to_worst:
            self._go_to_worst(read)
        elif self._left_at is not None and self._left_at[0] == str(file):
            self.view.restore_stretch(*self._left_at[1])
        self._left_at = None
        self.shown.emit()

    def _draw(self) -> None:
        """Words and picture of what is shown, and of what is below it."""
        read, second = self._shown, self.second.read
        if read is None:
            return
        notes = read.notes
        if second is None:
            self.pictures.show_timeline(read.timeline)
        else:
            names = self._name(read), self._name(second)
            notes.insert(0, difference(read.story, second.story, names))
            self.pictures.show_both(read.timeline, second.timeline, names)
        self.words.set_notes(notes)
        self._mark()

    def _kept_zoom(self) -> dict[str, Any]:
        """Which stretch of which trace is seen; of one that was not read yet, what was kept."""
        if self._shown is None:
            trace, stretch = self._left_at or ("", ())
        else:
            seen = self.view.seen
            trace = str(self._shown.source.file)
            stretch = () if seen.is_whole else (seen.begin_s, seen.end_s)
        return {"trace": trace, "seen_s": list(stretch)}

    def _restore_zoom(self, kept: KeptValues) -> None:
        stretch = kept.stretch("seen_s")
        self._left_at = None if stretch is None else (kept.text("trace"), stretch)

    def _name(self, read: ReadTrace) -> str:
        run = read.source.run
        if run is None:
            return read.source.file.name
        return self._app_state.session.experiments.name_of(run)

    def _go_to_worst(self, read: ReadTrace) -> None:
        self._to_worst = False
        worst = read.story.waits.longest
        if worst is not None:
            step, request = worst
            self.view.show_stretch(step.start_s, step.end_s)
            self.view.select((request.asked_s, request.ready_s))

    def _show_statistics(self) -> None:
        self.table.setVisible(self.view.selection is not None)
        self.model.show_rows(self.pictures.statistics)
        self._columns.fit()

    def _mark(self) -> None:
        self.pictures.mark(self.tools.search.text())

    def _find(self) -> None:
        if self.tools.search.text().strip() and not self.pictures.go_match():
            self._app_state.message.emit(f"No event has {self.tools.search.text()!r} in its name.")

    # -- what the person does -----------------------------------------------------------------

    def _ask_to_delete(self) -> None:
        run = None if self._shown is None else self._shown.source.run
        if run is not None:
            ask(
                self.window(),
                f"Delete the trace of {self._app_state.session.experiments.name_of(run)}?",
                "Delete",
                partial(self._delete, run),
                more="It does not come back. The run and its figures stay.",
                careful=True,
            )

    def _delete(self, run: Run) -> None:
        try:
            freed = self._app_state.session.traces.delete(run.id)
        except ExplorerError as error:
            self._app_state.failed.emit(str(error), error.details)
            return
        self._app_state.message.emit(f"The trace is deleted: {size_words(freed)} are free.")
        name = self._app_state.session.experiments.name_of(run)
        self._show_nothing(f"The trace of {name} was deleted. {_NOTHING.partition('. ')[2]}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc in the field for a name takes the name away."""
        if event.key() == Qt.Key.Key_Escape and self.tools.search.text():
            self.tools.search.clear()
            self.view.setFocus()
            return
        super().keyPressEvent(event)

    def _follow(self) -> None:
        """Another run is in focus: its trace comes in place of one that was opened."""
        self._follows, self._to_worst = True, False
        self.refresh_if_seen()

    def _apply_theme(self) -> None:
        self.pictures.set_theme(self._app_state.theme)
        self.model.set_theme(self._app_state.theme)

    # -- building -----------------------------------------------------------------------------

    def _connect(self) -> None:
        self._reader.opened.connect(self._show)
        self._reader.failed.connect(self._fail)
        self.second.changed.connect(self._draw)
        self.pictures.selected.connect(self._show_statistics)
        tools = self.tools
        tools.search.textChanged.connect(self._mark)
        tools.search.returnPressed.connect(self._find)
        for button, does in (
            (tools.open, partial(ask_trace, self, self.open)),
            (tools.perfetto, self._saver.ask_chrome),
            (tools.xprof, self._saver.ask_profile),
            (tools.delete, self._ask_to_delete),
        ):
            button.clicked.connect(lambda _=False, does=does: does())
        state = self._app_state
        for signal in (state.run_advanced, state.runs_changed):
            signal.connect(self.refresh_if_seen)
        state.selection_changed.connect(self._follow)
        state.theme_changed.connect(self._apply_theme)
        self._show_statistics()

    def _lay_out(self) -> None:
        self.words.setAccessibleName("what the trace says")
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.pictures)
        split.setObjectName("timeline rows")
        split.addWidget(self.table)
        split.setStretchFactor(0, 1)
        split.setSizes([_DRAWN, _STATISTICS])
        split.setChildrenCollapsible(False)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.words)
        column.addWidget(split, 1)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(8, 6, 8, 6)
        outer.addWidget(self.tools)
        outer.addWidget(self._pages, 1)
