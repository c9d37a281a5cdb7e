"""What can be done to the selected runs: one action each, for table, menus and palette."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from core.model.errors import ExplorerError
from core.model.run import Run
from gui.runs_table.note_dialog import NoteDialog
from gui.state.app_state import AppState
from gui.widgets.undo_bar import UndoBar


class RunActions(QObject):
    """Makes the actions and does what they say.

    Every action acts on the selected runs. The keys work while ``panel`` or a part of it has the
    keyboard; a text field in it keeps the letters that are typed into it.

    Attributes:
        rename, note, hide, pin, delete, undo, compare, use_settings, again, copy, export: The
            actions.
        undo_bar: Says what was deleted.

    Signals:
        rename_requested: The name of a run is to be edited in its row: the run's id.
        copy_requested: The selected rows are to be copied.
        compare_requested: The selected runs are to be shown side by side.
        settings_requested: The pipeline is to be set as in a run: the run's id.
        again_requested: The selected runs are to be run again.
        export_requested: The selected runs are to be exported.
        deleted: Runs are gone from the list.
    """

    rename_requested = Signal(str)
    copy_requested = Signal()
    compare_requested = Signal()
    settings_requested = Signal(str)
    again_requested = Signal()
    export_requested = Signal()
    deleted = Signal()

    def __init__(self, app_state: AppState, panel: QWidget) -> None:
        super().__init__(panel)
        self._app_state, self._panel = app_state, panel
        self._bin: list[tuple[tuple[str, ...], str | None]] = []
        self.undo_bar = UndoBar(panel)
        self.undo_bar.undo_requested.connect(self._undo)
        make = self._make
        self.rename = make("Rename", "Give the selected run a name", ["F2"], self._rename)
        self.note = make("Note…", "Write a note on the selected run", ["N"], self._note)
        self.hide = make(
            "Hide",
            "Leave the selected runs out of the plots, or bring them back",
            ["H"],
            self._hide,
        )
        self.pin = make(
            "Pin as baseline",
            "Compare the other runs with the selected one; again: with none",
            ["B", "P"],
            self._pin,
        )
        self.compare = make(
            "Side by side",
            "Show the selected runs side by side; one alone is compared with the baseline",
            ["C"],
            self.compare_requested.emit,
        )
        self.use_settings = make(
            "Use these settings",
            "Set the pipeline as in the selected run, to run it again or to change it",
            ["U"],
            lambda: self.settings_requested.emit(self._selected[-1].id),
        )
        self.again = make(
            "Run again",
            "Run the settings of the selected runs again, each once; they wait where one is under "
            "way",
            ["R"],
            self.again_requested.emit,
        )
        self.copy = make(
            "Copy rows",
            "Copy the selected runs with headings and units, to paste into a spreadsheet",
            [QKeySequence(QKeySequence.StandardKey.Copy)],
            self.copy_requested.emit,
        )
        self.export = make(
            "Export selected runs\N{HORIZONTAL ELLIPSIS}",
            "Write the selected runs, with their comparisons and sweeps, into one file, to be "
            "imported elsewhere",
            ["E"],
            self.export_requested.emit,
        )
        self.delete = make(
            "Delete", "Delete the selected runs; Ctrl+Z brings them back", ["Del"], self._delete
        )
        self.undo = make(
            "Undo delete",
            "Bring the runs back that were deleted last",
            [QKeySequence(QKeySequence.StandardKey.Undo)],
            self._undo,
        )
        app_state.selection_changed.connect(self.refresh)
        app_state.runs_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say what can be done now."""
        runs = self._selected
        baseline = self._app_state.session.baseline
        others = [run for run in runs if baseline is None or run.id != baseline.id]
        for action in (self.rename, self.note, self.pin, self.use_settings):
            action.setEnabled(len(runs) == 1)
        for action in (self.hide, self.again, self.copy, self.export, self.delete):
            action.setEnabled(bool(runs))
        self.again.setText(f"Run {len(runs)} again" if len(runs) > 1 else "Run again")
        self.compare.setEnabled(len(runs) > 1 or (baseline is not None and bool(others)))
        self.undo.setEnabled(bool(self._bin))
        all_hidden = bool(runs) and all(run.label.hidden for run in runs)
        self.hide.setText("Show" if all_hidden else "Hide")
        pinned = len(runs) == 1 and runs[0].label.pinned
        self.pin.setText("Unpin baseline" if pinned else "Pin as baseline")

    @property
    def _selected(self) -> tuple[Run, ...]:
        return self._app_state.selection

    def _make(
        self,
        text: str,
        tip: str,
        keys: list[str] | list[QKeySequence],
        do: Callable[[], object],
    ) -> QAction:
        action = QAction(text, self)
        shortcuts = [QKeySequence(key) for key in keys]
        action.setShortcuts(shortcuts)
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key_names = " or ".join(key.toString() for key in shortcuts)
        action.setToolTip(f"{tip} ({key_names})")
        action.triggered.connect(lambda: self._act(action, do))
        self._panel.addAction(action)
        return action

    def _act(self, action: QAction, do: Callable[[], object]) -> None:
        if action is not self.undo:
            self.undo_bar.hide()
        do()

    @contextmanager
    def _failures_told(self) -> Iterator[None]:
        try:
            yield
        except ExplorerError as error:
            self._app_state.failed.emit(str(error), error.details)

    def _rename(self) -> None:
        self.rename_requested.emit(self._selected[-1].id)

    def _name(self, run: Run) -> str:
        return self._app_state.session.experiments.name_of(run)

    def _note(self) -> None:
        run = self._selected[-1]
        dialog = NoteDialog(self._name(run), run.label.note, self._panel)
        dialog.noted.connect(lambda text: self._relabel(run.id, note=text))
        dialog.open()

    def _hide(self) -> None:
        session, hidden = self._app_state.session, not all(r.label.hidden for r in self._selected)
        self._each(self._selected, lambda run: session.relabel(run.id, hidden=hidden))

    def _each(self, runs: Sequence[Run], do: Callable[[Run], None]) -> list[Run]:
        """Do something to runs and tell of it once: a hundred redraws would take seconds.

        Returns:
            The runs to which it was done; why it was not done to others has been told.
        """
        done: list[Run] = []
        failures: list[ExplorerError] = []
        with QSignalBlocker(self._app_state):
            for run in runs:
                try:
                    do(run)
                    done.append(run)
                except ExplorerError as error:
                    failures.append(error)
        self._app_state.runs_changed.emit()
        for failure in failures:
            self._app_state.failed.emit(str(failure), failure.details)
        return done

    def _relabel(self, run_id: str, **changes: str | bool) -> None:
        with self._failures_told():
            self._app_state.session.relabel(run_id, **changes)

    def _pin(self) -> None:
        run = self._selected[-1]
        with self._failures_told():
            self._app_state.session.pin(None if run.label.pinned else run.id)

    def _delete(self) -> None:
        session = self._app_state.session
        baseline = session.baseline
        for run in self._selected:
            if not run.state.over:
                # Not a failure: the rest is deleted, and this one can be once it is stopped.
                self._app_state.message.emit(
                    f"{self._name(run)} is under way: stop it first, then delete it."
                )
        over = [run for run in self._selected if run.state.over]
        gone = self._each(over, lambda run: session.delete(run.id))
        if gone:
            run_ids = tuple(run.id for run in gone)
            pinned = baseline.id if baseline and baseline.id in run_ids else None
            self._bin.append((run_ids, pinned))
            what = gone[0].name if len(gone) == 1 else f"{len(gone)} runs"
            self.undo_bar.say(f"Deleted {what}.")
            self.deleted.emit()
        self.refresh()

    def _undo(self) -> None:
        self.undo_bar.hide()
        if not self._bin:
            return
        run_ids, pinned = self._bin.pop()
        session = self._app_state.session
        self._each([session.run(run_id) for run_id in run_ids], lambda run: session.restore(run.id))
        if pinned is not None and session.baseline is None:
            with self._failures_told():
                session.pin(pinned)
        self._app_state.select(run_ids)
        self.refresh()
