"""Tells the parts of the window what changed. The parts know this, not each other."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.model.plan import Part
from core.model.run import Run
from core.session import Session
from gui.theme import Theme


class AppState(QObject):
    """The session with Qt signals, and what the window as a whole has selected.

    Signals:
        runs_changed: A run was added, ended, deleted, renamed, hidden, pinned, ...
        run_advanced: The run under way has new samples or another phase; as often
            as drawing it may cost (see ``gui.running.redraw_budget``).
        selection_changed: Other runs are selected.
        queue_changed: Other runs wait, in another order, or the queue was paused or not.
        experiments_changed: A comparison or sweep was made, renamed, settled, deleted, ...
        theme_changed: The window went light or dark; colours must be taken anew.
        message: A short sentence for the status bar.
        failed: Something went wrong: what to say, and the technical details.
        run_failed: What ``failed`` told just before was the end of a run: the run's name.
    """

    runs_changed = Signal()
    run_advanced = Signal()
    selection_changed = Signal()
    queue_changed = Signal()
    experiments_changed = Signal()
    theme_changed = Signal()
    message = Signal(str)
    failed = Signal(str, str)
    run_failed = Signal(str)

    def __init__(self, session: Session, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.theme = theme
        self._selection: tuple[str, ...] = ()
        self._told = (
            (session.changed, self.runs_changed.emit),
            (session.told, self.message.emit),
            (session.queue.changed, self.queue_changed.emit),
            (session.experiments.changed, self.experiments_changed.emit),
        )
        for listeners, tell in self._told:
            listeners.append(tell)

    @property
    def selection(self) -> tuple[Run, ...]:
        """The selected runs that still exist, in the order in which they were selected."""
        known = {run.id: run for run in self.session.runs}
        return tuple(known[run_id] for run_id in self._selection if run_id in known)

    def select(self, run_ids: tuple[str, ...]) -> None:
        """Select runs everywhere."""
        if run_ids != self._selection:
            self._selection = run_ids
            self.selection_changed.emit()

    @property
    def shown_runs(self) -> tuple[Run, ...]:
        """The runs that plots show: those that are not hidden, oldest first."""
        return tuple(run for run in self.session.runs if not run.label.hidden)

    @property
    def focus(self) -> Run | None:
        """The run that headlines speak of: the one under way, else the selected, else the last.

        A measurement of a part alone is none of the runs.
        """
        recording = self.session.recording
        if recording is not None and recording.run().plan.part is Part.WHOLE:
            return self.session.run(recording.run().id)
        if self.selection:
            return self.selection[-1]
        return self.session.runs[-1] if self.session.runs else None

    def set_theme(self, theme: Theme) -> None:
        """Remember another theme and tell everyone."""
        self.theme = theme
        self.theme_changed.emit()

    def close(self) -> None:
        """Stop listening to the session."""
        for listeners, tell in self._told:
            listeners.remove(tell)
