"""Tells the parts of the window what changed. The parts know this, not each other."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from core.metrics.x_axis import XRange
from core.model.plan import Part
from core.model.run import Run
from core.session import Session
from gui.state.edits import Edits
from gui.state.selected_range import SelectedRange
from gui.theme import Theme


class AppState(QObject):
    """The session with Qt signals, and what the window as a whole has selected.

    Attributes:
        edits: What the person did that can be taken back.
        selected_range: The steps that were selected in the plots; None for none.
        solo: Ids of the runs that alone are shown in plots; empty for all that are not hidden.

    Signals:
        runs_changed: A run was added, ended, deleted, renamed, hidden, pinned, ...
        run_advanced: The run under way has new samples or another phase; as often
            as drawing it may cost (see ``gui.running.redraw_budget``).
        selection_changed: Other runs are selected.
        range_changed: Other steps were selected in the plots, or none any more.
        solo_changed: Other runs alone are shown in plots, or all again.
        queue_changed: Other runs wait, in another order, or the queue was paused or not.
        experiments_changed: A comparison or sweep was made, renamed, settled, deleted, ...
        theme_changed: The window went light or dark; colours must be taken anew.
        message: A short sentence for the status bar.
        failed: Something went wrong: what to say, and the technical details.
        run_failed: What ``failed`` told just before was the end of a run: the run's name.
        example_wanted: The example session is to be opened.
    """

    runs_changed = Signal()
    run_advanced = Signal()
    selection_changed = Signal()
    solo_changed = Signal()
    range_changed = Signal()
    queue_changed = Signal()
    experiments_changed = Signal()
    theme_changed = Signal()
    message = Signal(str)
    failed = Signal(str, str)
    run_failed = Signal(str)
    example_wanted = Signal()

    def __init__(self, session: Session, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.theme = theme
        self._selection: tuple[str, ...] = ()
        self.solo: frozenset[str] = frozenset()
        self.selected_range: SelectedRange | None = None
        self.edits = Edits(self)
        self.runs_changed.connect(self._end_solo)
        self._told = (
            (session.changed, self.runs_changed.emit),
            (session.message_callbacks, self.message.emit),
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

    def select_range(self, x_range: XRange | None) -> None:
        """Select steps in all plots; None: none any more."""
        before = self.selected_range.x_range if self.selected_range else None
        if x_range != before:
            self.selected_range = None if x_range is None else SelectedRange(x_range)
            self.range_changed.emit()

    @property
    def shown_runs(self) -> tuple[Run, ...]:
        """The runs that plots show: those that are not hidden, or the solo ones, oldest first."""
        return tuple(run for run in self.session.runs if self.shows(run))

    def shows(self, run: Run) -> bool:
        """Whether plots show a run."""
        return is_shown(run, self.solo)

    def set_solo(self, run_ids: Iterable[str]) -> None:
        """Show these runs alone; none: all that are not hidden. Nothing of it is recorded."""
        wanted = frozenset(run_ids)
        if wanted != self.solo:
            self.solo = wanted
            self.solo_changed.emit()

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

    def _end_solo(self) -> None:
        """A run that begins is to be seen, and one that is gone cannot be."""
        recording = self.session.recording
        begun = recording is not None and recording.run().id not in self.solo
        if self.solo and (begun or self.solo - {run.id for run in self.session.runs}):
            self.set_solo(())

    def close(self) -> None:
        """Stop listening to the session."""
        for listeners, tell in self._told:
            listeners.remove(tell)


def is_shown(run: Run, solo: frozenset[str]) -> bool:
    """Whether plots show a run: it is not hidden; where some are shown alone, it is one of them."""
    return run.id in solo if solo else not run.label.hidden
