"""Exports runs into one file and imports such files; a run that is under way goes on meanwhile."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from core.export.files import check_target
from core.model.errors import Cancelled, ExplorerError
from core.session.sharing.format import ENDING
from core.session.sharing.import_target import ImportTarget
from core.session.sharing.outcome import Imported, ImportStatus
from core.session.sharing.pack import ExportBundle, export_bundle, write_session
from core.session.sharing.unpack import import_session
from gui.actions import action
from gui.sharing.share_thread import ShareThread, Work
from gui.state.app_state import AppState
from gui.widgets.file_dialogs import ask_file, ask_save

_FILTER = f"Sessions (*{ENDING})"
_DOTS = "\N{HORIZONTAL ELLIPSIS}"
_MOST_IN_A_LINE = 2
_MOST_SELECTED = 30
"""Of more nobody would see which they are, and all of them would be drawn."""


class Sharer(QObject):
    """Does one thing at a time, on a thread of its own.

    Attributes:
        actions: Of the window: export and import.
        state: What it is at, for the status bar; empty for nothing.

    Signals:
        state_changed: See ``state``.
        finished: The thread is gone.
    """

    state_changed = Signal()
    finished = Signal()

    def __init__(self, window: QWidget, app_state: AppState) -> None:
        """Share the runs of a window's session.

        Args:
            window: Dialogs open above it.
            app_state: Has the session; told of what came of it.
        """
        super().__init__(window)
        self._window, self._app_state = window, app_state
        self._thread: ShareThread | None = None
        self._what = ""
        self._take: Callable[[object], None] = lambda result: None
        self.state = ""
        self.actions = (
            action(
                window, f"Export session{_DOTS}", "Ctrl+Shift+E", self.ask_export,
                "Write all runs, comparisons and sweeps into one file, to be imported elsewhere",
            ),
            action(
                window, f"Import session{_DOTS}", "Ctrl+Shift+I", self.ask_import,
                "Take in runs from such a file; it can be dropped on the window too. Nothing in it "
                "is run",
            ),
        )  # fmt: skip

    def listen(self, export_requested: SignalInstance, dropped: SignalInstance) -> None:
        """Export the selected runs, and import what is dropped, where these ask for it."""
        chosen = self._app_state
        export_requested.connect(lambda: self.ask_export(run.id for run in chosen.selection))
        dropped.connect(self.import_file)

    def isRunning(self) -> bool:
        """Whether a thread is under way, as Qt's threads say it."""
        return self._thread is not None

    def cancel(self) -> None:
        """Stop what is under way; a file that was being written is left out as a whole."""
        if self._thread is not None:
            self._thread.cancel()
            self._say(f"stopping the {self._what}{_DOTS}")

    # -- export -------------------------------------------------------------------------------

    def ask_export(self, run_ids: Iterable[str] | None = None) -> None:
        """Ask where to, and write runs there; all of them where none are named."""
        try:
            bundle = export_bundle(self._app_state.session, run_ids)
        except ExplorerError as error:
            self._app_state.failed.emit(str(error), error.details)
            return
        ask_save(
            self._window,
            f"Export {bundle.text}",
            f"session{ENDING}",
            {_FILTER: lambda path: self.export(path, bundle)},
        )

    def export(self, path: Path, bundle: ExportBundle) -> None:
        """Write a session's file, and say so, or why not."""
        try:
            check_target(path)
        except ExplorerError as error:
            self._app_state.failed.emit(str(error), error.details)
            return

        def told(size: object) -> None:
            assert isinstance(size, int)
            self._app_state.message.emit(f"Exported {bundle.text} to {path} ({size / 1e6:.2g} MB).")

        self._begin("export", lambda *more: write_session(path, bundle, *more), told)

    # -- import -------------------------------------------------------------------------------

    def ask_import(self) -> None:
        """Ask for a file, and take its runs in."""
        ask_file(self._window, "Import a session", _FILTER, self.import_file)

    def import_file(self, path: Path) -> None:
        """Take in the runs of a session's file, and say what became of each."""
        session = self._app_state.session
        folders, here = session.folders, ImportTarget.of(session)

        def told(result: object) -> None:
            assert isinstance(result, Imported)
            self._adopt(result, path)

        self._begin("import", lambda *more: import_session(path, folders, here, *more), told)

    def _adopt(self, imported: Imported, path: Path) -> None:
        session = self._app_state.session
        session.refresh()
        listed = {run.id for run in session.runs}
        new = tuple(run.id for run in imported.new_runs if run.id in listed)
        if 0 < len(new) <= _MOST_SELECTED:
            self._app_state.select(new)
        lines = [import_outcome.text() for import_outcome in imported.notable]
        odd = any(
            import_outcome.status in (ImportStatus.REFUSED, ImportStatus.KEPT)
            for import_outcome in imported.notable
        )
        if odd or len(lines) > _MOST_IN_A_LINE:
            self._app_state.failed.emit(f"{path.name}: {imported.sentence()}", "\n".join(lines))
        else:
            self._app_state.message.emit(" ".join((f"{path.name}: {imported.sentence()}", *lines)))

    # -- carrying out -------------------------------------------------------------------------

    def _begin(self, what: str, work: Work, take: Callable[[object], None]) -> None:
        if self._thread is not None:
            self._app_state.message.emit(
                f"The {self._what} is under way: wait until it is over, or stop it with Esc."
            )
            return
        self._what, self._take = what, take
        self._thread = thread = ShareThread(work, self)
        thread.advanced.connect(self._advance)
        thread.finished.connect(self._end)
        self._say(f"{what} of a session (Esc stops it)")
        thread.start()

    def _advance(self, share: float, at: str) -> None:
        if self._thread is not None and not self._thread.cancelled:
            self._say(f"{self._what} of a session: {share:.0%}, {at} (Esc stops it)")

    def _end(self) -> None:
        thread, self._thread = self._thread, None
        assert thread is not None
        self._say("")
        try:
            if isinstance(thread.error, Cancelled):
                self._app_state.message.emit(f"The {self._what} was stopped; nothing was written.")
            elif isinstance(thread.error, ExplorerError):
                self._app_state.failed.emit(str(thread.error), thread.error.details)
            elif thread.error is None:
                self._take(thread.result)
            else:
                details = "".join(traceback.format_exception(thread.error))
                said = f"The {self._what} broke off ({type(thread.error).__name__})"
                self._app_state.failed.emit(said, details)
        except ExplorerError as error:
            self._app_state.failed.emit(str(error), error.details)
        finally:
            thread.deleteLater()
            self.finished.emit()

    def _say(self, state: str) -> None:
        self.state = state
        self.state_changed.emit()
