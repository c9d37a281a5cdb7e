"""The Timeline page: what single steps waited for, in words and as a picture."""

from __future__ import annotations

import traceback
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.analysis.traced import traced_words
from core.model.errors import ExplorerError
from core.model.run import Run
from core.model.sizes import size_words
from core.timeline.rows import RowStatistics, Timeline, statistics
from gui.state.app_state import AppState
from gui.timeline.statistics_columns import STATISTICS
from gui.timeline.timeline_view import TimelineView
from gui.timeline.trace_saver import TraceSaver, ask_trace
from gui.timeline.trace_thread import Read, TraceThread
from gui.widgets.columns import TableColumns
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.empty_note import EmptyNote
from gui.widgets.notes_view import NotesView
from gui.widgets.row_table import row_table
from gui.widgets.table_model import TableModel

_NOTHING = (
    "No trace yet. Trace (Ctrl+Shift+T) trains with the settings on the left and traces 20 steps "
    "of it; here you then see what each step waited for. A trace of any TensorFlow or JAX program "
    "can be opened, or dropped on the window: *.xplane.pb, *.trace.json.gz, or the folder of a "
    "profile."
)
_DOTS = "\N{HORIZONTAL ELLIPSIS}"
_DRAWN, _STATISTICS = 320, 110


class TimelinePanel(QWidget):
    """Shows the trace of the run in focus, or one that was opened.

    Attributes:
        view: The picture.
        words: What it says.
        search: A name to look for in the picture.
        table: Of the selected time what each row did.
        open_button, chrome_button, profile_button, delete_button: What can be done with it.

    Signals:
        shown: Another trace is shown, or none.
        finished: A trace was read, or could not be.
    """

    shown = Signal()
    finished = Signal()

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
        self._thread: TraceThread | None = None
        self._wanted: tuple[Path, Run | None] | None = None
        self._read: Read | None = None
        self._of: tuple[Path, Run | None] | None = None
        self._opened: Path | None = None
        self._stale = True
        self._saver = TraceSaver(app_state, self)
        self.heading, self.words = ElidedLabel(), NotesView(most_lines=6)
        self.view = TimelineView(app_state.theme)
        self.search = QLineEdit()
        self.model: TableModel[RowStatistics, None] = TableModel(
            STATISTICS, None, app_state.theme, self
        )
        self.table = row_table(self.model, "the selected time, by row")
        self._columns = TableColumns(self.table, "timeline", wide=0)
        self._start = QToolButton()
        self._start.setDefaultAction(trace)
        self.open_button, self.chrome_button, self.profile_button, self.delete_button = (
            self._make_buttons()
        )
        self.empty = EmptyNote(_NOTHING)
        self._pages = QStackedWidget()
        self._lay_out()
        self._connect()

    # -- what is shown ------------------------------------------------------------------------

    def open(self, path: Path) -> None:
        """Show a trace from a file or folder, whosever it is; says so where it cannot be read."""
        self._opened = path
        self._begin(path, None)

    @property
    def reading(self) -> bool:
        """Whether a trace is being read."""
        return self._thread is not None

    @property
    def timeline(self) -> Timeline | None:
        """The picture that is shown; None for none."""
        return None if self._read is None else self._read[2]

    def refresh(self) -> None:
        """Show the trace of the run in focus, unless one was opened."""
        self._stale = False
        run = self._app_state.focus
        if self._opened is not None or run is None:
            return
        file = self._app_state.session.traces.file(run.id)
        if file is None:
            name = self._app_state.session.experiments.name_of(run)
            said = traced_words(run) if run.tracing is not None else f"{name} was not traced."
            self._show_nothing(f"{said} {_NOTHING.partition('. ')[2]}")
        elif self._of is None or self._of[0] != file:
            self._begin(file, run)

    def stop(self) -> None:
        """Leave no thread behind: the window is closed."""
        self._wanted = None
        if self._thread is not None:
            self._thread.wait()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while the page was not to be seen."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def _begin(self, file: Path, run: Run | None) -> None:
        self._of = file, run
        self._wanted = file, run
        if self._thread is None:
            self._read_next()

    def _read_next(self) -> None:
        if self._wanted is None:
            return
        (file, run), self._wanted = self._wanted, None
        if run is not None:
            # Recorded samples are read from the log here: on a thread they must not be.
            assert run.samples.steps >= 0
        self._thread = TraceThread(file, run, self)
        self._thread.finished.connect(self._take)
        self._thread.start()

    def _take(self) -> None:
        thread, self._thread = self._thread, None
        assert thread is not None
        error = thread.error
        if self._wanted is None:
            if thread.result is not None:
                self._show(thread.file, thread.of_run, thread.result)
            elif isinstance(error, ExplorerError):
                self._fail(str(error), error.details)
            elif error is not None:
                details = "".join(traceback.format_exception(error))
                self._fail(f"{thread.file} cannot be read ({type(error).__name__})", details)
        thread.deleteLater()
        self._read_next()
        self.finished.emit()

    def _fail(self, said: str, details: str) -> None:
        self._opened = None
        self._app_state.failed.emit(said, details)
        if self._read is None:
            self._show_nothing(said)

    def _show_nothing(self, said: str) -> None:
        self._read = self._of = None
        self.empty.setText(said)
        self._pages.setCurrentIndex(0)
        self._update_buttons()
        self.shown.emit()

    def _show(self, file: Path, run: Run | None, read: Read) -> None:
        self._read, self._of = read, (file, run)
        _, story, timeline = read
        name = file.name if run is None else self._app_state.session.experiments.name_of(run)
        size = f" · {size_words(file.stat().st_size)}" if file.is_file() else ""
        self.heading.setText(f"{name.upper()} · {len(story.waits.steps.all)} STEPS{size}")
        self.heading.setToolTip(str(file))
        doubts = [f"Doubt: {doubt}" for doubt in story.doubts]
        cost = [] if run is None else [traced_words(run)]
        self.words.set_notes([*story.sentences, *doubts, *(said for said in cost if said)])
        self.view.show_timeline(timeline)
        self._mark()
        self._pages.setCurrentIndex(1)
        self._update_buttons()
        self.shown.emit()

    def _update_buttons(self) -> None:
        known = self._read is not None and self._of is not None
        run = self._of[1] if self._of is not None else None
        self.chrome_button.setEnabled(known)
        file = self._of[0] if self._of is not None else None
        self.profile_button.setEnabled(known and file is not None and ".json" not in file.name)
        self.delete_button.setEnabled(known and run is not None)

    def _show_statistics(self) -> None:
        chosen = self.view.selection
        self.table.setVisible(chosen is not None)
        if chosen is None:
            self.model.show_rows([])
            return
        rows = [statistics(row, *chosen) for row in self.view.rows]
        self.model.show_rows([row for row in rows if row.count])
        self._columns.fit()

    def _mark(self) -> None:
        timeline = self.timeline
        found = timeline.matches(self.search.text()) if timeline is not None else frozenset()
        self.view.mark(found)

    def _find(self) -> None:
        if self.search.text().strip() and not self.view.go_match():
            self._app_state.message.emit(f"No event has {self.search.text()!r} in its name.")

    # -- what the person does -----------------------------------------------------------------

    def _delete(self) -> None:
        run = self._of[1] if self._of is not None else None
        if run is None:
            return
        try:
            freed = self._app_state.session.traces.delete(run.id)
        except ExplorerError as error:
            self._app_state.failed.emit(str(error), error.details)
            return
        self._app_state.message.emit(f"The trace is deleted: {size_words(freed)} are free.")
        name = self._app_state.session.experiments.name_of(run)
        self._show_nothing(f"The trace of {name} was deleted. {_NOTHING.partition('. ')[2]}")

    def _save_chrome(self) -> None:
        if self._read is not None:
            self._saver.ask_chrome(self._read[0])

    def _save_profile(self) -> None:
        if self._of is not None:
            self._saver.ask_profile(self._of[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc in the field for a name takes the name away."""
        if event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            self.view.setFocus()
            return
        super().keyPressEvent(event)

    def _follow(self) -> None:
        """Another run is in focus: its trace comes in place of one that was opened."""
        self._opened = None
        self._refresh_if_seen()

    def _refresh_if_seen(self) -> None:
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    def _apply_theme(self) -> None:
        self.view.set_theme(self._app_state.theme)
        self.model.set_theme(self._app_state.theme)

    # -- building -----------------------------------------------------------------------------

    def _make_buttons(self) -> tuple[QPushButton, ...]:
        made = []
        for text, about, does in (
            (f"&Open{_DOTS}", "Open a trace of any TensorFlow or JAX program (Alt+O)",
             lambda: ask_trace(self, self.open)),
            (f"&Perfetto{_DOTS}", "Save for Perfetto and chrome://tracing (Alt+P)",
             self._save_chrome),
            (f"&XProf{_DOTS}", "Save as the folder that XProf and TensorBoard open (Alt+X)",
             self._save_profile),
            ("De&lete trace", "Delete the trace, and nothing else of the run (Alt+L)",
             self._delete),
        ):  # fmt: skip
            button = QPushButton(text)
            button.setToolTip(about)
            button.clicked.connect(lambda _=False, does=does: does())
            made.append(button)
        return tuple(made)

    def _connect(self) -> None:
        self.view.selected.connect(self._show_statistics)
        self.search.textChanged.connect(self._mark)
        self.search.returnPressed.connect(self._find)
        state = self._app_state
        for signal in (state.run_advanced, state.runs_changed):
            signal.connect(self._refresh_if_seen)
        state.selection_changed.connect(self._follow)
        state.theme_changed.connect(self._apply_theme)
        self._show_statistics()
        self._update_buttons()

    def _lay_out(self) -> None:
        self.heading.setProperty("role", "heading")
        self.words.setAccessibleName("what the trace says")
        self.search.setPlaceholderText("find a name")
        self.search.setAccessibleName("find a name in the picture")
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(180)
        self._start.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._start.setProperty("role", "primary")
        top = QHBoxLayout()
        top.addWidget(self.heading, 1)
        for widget in (
            self.search, self.open_button, self.chrome_button, self.profile_button,
            self.delete_button, self._start,
        ):  # fmt: skip
            top.addWidget(widget)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.view)
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
        outer.addLayout(top)
        outer.addWidget(self._pages, 1)
