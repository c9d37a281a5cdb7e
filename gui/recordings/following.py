"""Draws runs that other programs record, here or on another machine, while they are recorded."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event
from typing import TypeVar

from PySide6.QtCore import QObject, QThread, QTimer, Signal
from PySide6.QtWidgets import QWidget

from core.folders import Folders
from core.model.errors import ExplorerError
from core.model.plan import Part
from core.session.following import Followed
from core.session.sharing.import_target import ImportTarget
from core.session.sharing.outcome import Imported
from core.session.sharing.take_log import take_log
from core.store.followed_log import LogNews, LogWatch, check_place, waited_for
from gui.actions import action
from gui.state.app_state import AppState
from gui.widgets.file_dialogs import ask_folder

_Item = TypeVar("_Item")
_LOOK_S = 0.5
_TAKE_MS = 250
_MOST_S = 0.03
_DOTS = "\N{HORIZONTAL ELLIPSIS}"


class FollowThread(QThread):
    """Reads logs, and keeps those that have ended: a folder that is mounted may make it wait.

    Attributes:
        news: What has arrived.
        kept: What became of the logs that were to be kept.
    """

    def __init__(self, folders: Folders, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("follow")
        self._folders, self._over = folders, Event()
        self._places: SimpleQueue[Path | None] = SimpleQueue()
        self._to_keep: SimpleQueue[tuple[Path, ImportTarget]] = SimpleQueue()
        self.news: SimpleQueue[LogNews] = SimpleQueue()
        self.kept: SimpleQueue[Imported] = SimpleQueue()

    def add(self, place: Path | None) -> None:
        """Follow a log or a folder; None: nothing that was added before."""
        self._places.put(place)

    def keep(self, path: Path, target: ImportTarget) -> None:
        """Keep a log here, as far as it has come."""
        self._to_keep.put((path, target))

    def end(self) -> None:
        """Read nothing more."""
        self._over.set()

    def run(self) -> None:
        """Look until the end."""
        watch = LogWatch()
        while not self._over.wait(_LOOK_S):
            for place in _taken(self._places):
                if place is None:
                    watch = LogWatch()
                else:
                    watch.add(place)
            for path, target in _taken(self._to_keep):
                try:
                    self.kept.put(take_log(path, self._folders, target))
                except ExplorerError:
                    continue  # it is where it was
            for news in watch.look():
                self.news.put(news)


class Follower(QObject):
    """Follows what the person asks for, and what other programs record in this folder.

    Attributes:
        actions: Follow a recording; stop following.
        state: What is followed, for the status bar; empty for nothing.

    Signals:
        state_changed: See ``state``.
    """

    state_changed = Signal()

    def __init__(self, window: QWidget, app_state: AppState) -> None:
        """Begin to look.

        Args:
            window: Has the actions; ``close`` is to be called before it goes.
            app_state: Tells of what has come.
        """
        super().__init__(window)
        self._window, self._app_state = window, app_state
        self._thread: FollowThread | None = None
        self._own: set[Path] = set()
        self._asked: tuple[Path, ...] = ()
        self.state = ""
        self.actions = (
            action(
                window, f"Follow a recording{_DOTS}", "", self.ask,
                "Draw runs that another program or machine records to a folder, live, and keep "
                "them here when they end. Nothing in them is run",
            ),
            action(
                window, "Stop following", "", self.stop,
                "Follow no recordings any more; what has arrived is kept",
            ),
        )  # fmt: skip
        self.actions[1].setEnabled(False)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(_TAKE_MS)

    def ask(self) -> None:
        """Ask for a folder, and follow what is recorded in it."""
        ask_folder(self._window, "Follow the recordings in a folder", self.follow)

    def follow(self, place: Path) -> None:
        """Follow a folder or a log, or say why that cannot be."""
        try:
            place = check_place(place)
        except ExplorerError as error:
            self._app_state.failed.emit(str(error), error.details)
            return
        folders = self._app_state.session.folders
        if place in (folders.runs, folders.logs) or place.parent == folders.logs:
            self._app_state.message.emit(f"{place} is open here: its runs are drawn anyway.")
            return
        self._asked = (*self._asked, place)
        self.actions[1].setEnabled(True)
        self._reader().add(place)
        self._app_state.message.emit(waited_for(place) or f"Following {place}.")

    def stop(self) -> None:
        """Follow nothing that was asked for any more, and keep what has arrived of it."""
        self._asked = ()
        self.actions[1].setEnabled(False)
        self._own.clear()
        if self._thread is not None:
            self._thread.add(None)
            self._keep(self._app_state.session.following.all)

    def look(self) -> None:
        """Take in what has arrived since."""
        session = self._app_state.session
        for path in set(session.recorded_elsewhere) - self._own:
            self._own.add(path)
            self._reader().add(path)
        if self._thread is None:
            return
        before = {followed.run.id for followed in session.following.all}
        news, until_s = False, time.perf_counter() + _MOST_S
        for log_news in _taken(self._thread.news):
            news = True
            self._keep(session.take_news([log_news]))
            if time.perf_counter() > until_s:
                break  # the window has other things to do; the rest next time
        kept = list(_taken(self._thread.kept))
        if kept:
            session.refresh()
            self._app_state.message.emit(" ".join(_said(imported) for imported in kept))
        if news:
            self._select(each for each in session.following.all if each.run.id not in before)
            self._app_state.run_advanced.emit()
        state = session.following.words()
        if not state and self._asked:
            state = f"following {', '.join(place.name for place in self._asked)}: no run under way"
        if state != self.state:
            self.state = state
            self.state_changed.emit()

    def close(self) -> None:
        """Look no more."""
        self._timer.stop()
        if self._thread is not None:
            self._thread.end()
            self._thread.wait()

    def _reader(self) -> FollowThread:
        if self._thread is None:
            self._thread = FollowThread(self._app_state.session.folders, self)
            self._thread.start()
        return self._thread

    def _keep(self, followed: Iterable[Followed]) -> None:
        session = self._app_state.session
        for each in followed:
            if each.path.parent == session.folders.logs:
                self._own.discard(each.path)
                session.refresh()
            elif self._thread is not None:
                each.ended = True  # here, whatever comes of it there
                self._thread.keep(each.path, ImportTarget.of(session))

    def _select(self, begun: Iterable[Followed]) -> None:
        """Show what has begun, unless a run of this window is under way."""
        if self._app_state.session.recording is not None:
            return
        for followed in begun:
            run = followed.run
            theirs = followed.path.parent != self._app_state.session.folders.logs
            if run.plan.part is Part.WHOLE and (theirs or run.plan.watched is not None):
                self._app_state.select((run.id,))


def _taken(queue: SimpleQueue[_Item]) -> Iterator[_Item]:
    """What is in a queue now."""
    while True:
        try:
            yield queue.get_nowait()
        except Empty:
            return


def _said(imported: Imported) -> str:
    """What became of a run that was followed."""
    return " ".join(outcome.text() for outcome in imported.runs)
