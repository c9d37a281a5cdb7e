"""The window's part in recordings: what other programs record, what waits, check and repair."""

from __future__ import annotations

from PySide6.QtCore import QObject, QThread, QTimer
from PySide6.QtWidgets import QWidget

from core.folders import Folders
from core.model.errors import ExplorerError
from core.session.interrupted import interrupted_words
from core.store.repair import RepairReport, repair
from core.text.plural import plural
from gui.actions import action
from gui.recordings.unfinished_experiments import unfinished_words
from gui.state.app_state import AppState

LOOK_MS = 5_000
"""How often it is looked whether other programs recorded something; that costs next to nothing."""


class RepairThread(QThread):
    """Checks recordings as another program would; the window goes on meanwhile.

    Attributes:
        report: What came of it; None where it could not be done.
        error: Why not.
    """

    def __init__(self, folders: Folders, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("repair")
        self._folders = folders
        self.report: RepairReport | None = None
        self.error: ExplorerError | None = None

    def run(self) -> None:
        """Check and mend."""
        where = self._folders
        try:
            self.report = repair(where.runs, where.summary, where.logs)
        except ExplorerError as error:
            self.error = error
        except Exception as error:
            self.error = ExplorerError(f"The recordings cannot be checked ({error!r})")


class Recordings(QObject):
    """Looks now and then whether there is something new, and has the recordings checked.

    Attributes:
        repair_action: Check and repair the recordings.
        checking: The thread that does so; None while none does.
    """

    def __init__(self, window: QWidget, app_state: AppState) -> None:
        """Begin to look.

        Args:
            window: Has the action; ``close`` is to be called before it goes.
            app_state: Tells what came of it.
        """
        super().__init__(window)
        self._app_state = app_state
        self.repair_action = action(
            window, "Check and repair recordings", "", self.start_repair,
            "Check every recorded run to the last byte and mend what is damaged; deletes nothing",
        )  # fmt: skip
        self.checking: RepairThread | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(LOOK_MS)

    def reminder(self) -> str:
        """What was interrupted, and what is not complete; empty for nothing."""
        session = self._app_state.session
        interrupted = tuple(map(session.experiments.named, session.interrupted))
        parts = (interrupted_words(interrupted), unfinished_words(session))
        return " ".join(part for part in parts if part)

    def look(self) -> None:
        """Write what waits, and take in what other programs recorded."""
        session = self._app_state.session
        try:
            session.retry()
            if session.changed_elsewhere():
                session.refresh()
        except ExplorerError as error:
            # Once: it is the same each time.
            self._timer.stop()
            self._app_state.failed.emit(str(error), error.details)

    def start_repair(self) -> None:
        """Check and repair, unless that is under way."""
        if self.checking is not None:
            return
        self._app_state.message.emit("Checking the recordings …")
        self.checking = RepairThread(self._app_state.session.folders, self)
        self.checking.finished.connect(self._tell)
        self.checking.start()

    def close(self) -> None:
        """Look no more, and wait for a check that is under way."""
        self._timer.stop()
        if self.checking is not None:
            self.checking.finished.disconnect(self._tell)
            self.checking.wait()

    def _tell(self) -> None:
        thread, self.checking = self.checking, None
        if thread is None:
            return
        thread.deleteLater()
        if thread.error is not None:
            self._app_state.failed.emit(str(thread.error), thread.error.details)
        elif thread.report is not None:
            there, *findings, verdict = thread.report.words()
            if findings:
                count = f"{plural(len(findings), 'thing')} amiss"
                text = f"Recordings checked, {count}: {findings[0]} {verdict}"
                self._app_state.failed.emit(text, "\n".join((there, *findings, verdict)))
            else:
                self._app_state.message.emit(f"{verdict} {there}")
        self.look()
