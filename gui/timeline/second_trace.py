"""Chooses a trace to be drawn below the one that is shown."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QPushButton

from core.model.run import Run
from gui.state.app_state import AppState
from gui.timeline.trace_reader import ReadTrace, TraceReader, TraceSource
from gui.timeline.trace_saver import ask_trace


class SecondTrace(QObject):
    """A button with a menu of the traced runs, and what was chosen there.

    Attributes:
        button: Opens the menu.
        reader: Reads what is chosen.
        read: What is drawn below; None for nothing.

    Signals:
        changed: Something else is to be drawn below, or nothing.
    """

    changed = Signal()

    def __init__(self, app_state: AppState, button: QPushButton) -> None:
        """Choose nothing yet.

        Args:
            app_state: Knows the runs.
            button: Gets the menu; owner.
        """
        super().__init__(button)
        self._app_state = app_state
        self._shown: ReadTrace | None = None
        self.button = button
        self.read: ReadTrace | None = None
        self.reader = TraceReader(self)
        self.reader.opened.connect(self._take)
        self.reader.failed.connect(app_state.failed)
        menu = QMenu(button)
        menu.aboutToShow.connect(self.fill)
        button.setMenu(menu)

    def show_beside(self, shown: ReadTrace | None) -> None:
        """Another trace is shown: nothing is below it."""
        self._shown, self.read = shown, None

    def fill(self) -> None:
        """Offer what there is now."""
        menu = self.button.menu()
        menu.clear()
        if self.read is not None:
            menu.addAction("Take the second trace away").triggered.connect(self._clear)
            menu.addSeparator()
        for run, source in self._sources():
            name = self._app_state.session.experiments.name_of(run)
            menu.addAction(name).triggered.connect(
                lambda _=False, source=source: self.reader.read(source)
            )
        menu.addAction("A file\N{HORIZONTAL ELLIPSIS}").triggered.connect(
            lambda: ask_trace(self.button, lambda file: self.reader.read(TraceSource(file)))
        )

    def _sources(self) -> list[tuple[Run, TraceSource]]:
        """Traced runs but the one that is shown, the latest first."""
        session = self._app_state.session
        shown = None if self._shown is None else self._shown.source.file
        kept = session.traces.run_ids
        runs = [run for run in reversed(session.runs) if run.id in kept]
        files = [(run, session.traces.file(run.id)) for run in runs]
        return [(run, TraceSource(file, run)) for run, file in files if file and file != shown]

    def _take(self, read: ReadTrace) -> None:
        if self._shown is not None:
            self.read = read
            self.changed.emit()

    def _clear(self) -> None:
        self.read = None
        self.changed.emit()
