"""``follow``: a recording that another program writes, here or on another machine."""

from __future__ import annotations

import argparse
import threading
from pathlib import Path
from typing import ClassVar

from core.cli.command import DONE, FAILED, STOPPED, Command
from core.cli.data_dir import folders
from core.cli.running.summary import summary
from core.cli.terminal.interrupts import Interrupts
from core.cli.terminal.progress import ProgressLine
from core.cli.terminal.streams import complain, say, to_stderr
from core.model.run import RunState
from core.records.entries import Relabelled
from core.session import Session
from core.session.following import Followed
from core.session.sharing.import_target import ImportTarget
from core.session.sharing.outcome import ImportStatus
from core.session.sharing.take_log import take_log
from core.store.followed_log import LogNews, LogWatch, check_place, waited_for

_LOOK_S = 0.25


class Follow(Command):
    """Shows recordings while they are written, and keeps them here."""

    name: ClassVar[str] = "follow"
    help: ClassVar[str] = (
        "Open the window and draw runs live that another program records to a folder, such as one "
        "of a server that is mounted or synchronised here; when they end they are kept here. "
        "Nothing in them is run."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        parser.add_argument(
            "follow",
            metavar="FOLDER_OR_FILE",
            help="what `--record-to FOLDER` was given there, or the log of one run (*.run)",
        )
        parser.add_argument(
            "--no-window",
            dest="in_window",
            action="store_false",
            help="tell of them on stderr: a file until its run has ended, a folder until Ctrl-C",
        )

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class; here without a window."""
        place = check_place(Path(arguments.follow))
        session = Session(folders(arguments))
        try:
            with Interrupts() as interrupts:
                follower = _InTerminal(session, place)
                wait = threading.Event().wait
                if words := waited_for(place):
                    complain(words)
                while not interrupts.pressed and not follower.over:
                    follower.look()
                    wait(_LOOK_S)
                if interrupts.pressed and not place.is_dir():
                    follower.keep(session.following.all)
        finally:
            session.close()
        if interrupts.pressed and not follower.runs_kept:
            return STOPPED
        return FAILED if follower.failed else DONE


class _InTerminal:
    """What follows a place and tells of it.

    Attributes:
        over: The one run that is followed has ended.
        failed: A run could not be kept.
        runs_kept: How many were.
    """

    def __init__(self, session: Session, place: Path) -> None:
        self._session, self._alone = session, not place.is_dir()
        self._watch = LogWatch()
        self._watch.add(place)
        self._lines: dict[str, ProgressLine] = {}
        self._silent = False
        self.over = self.failed = False
        self.runs_kept = 0

    def look(self) -> None:
        """Tell of what has arrived."""
        for news in self._watch.look():
            if news.problem:
                complain(f"{news.path} cannot be followed: {news.problem}.")
                if self._alone:
                    self.failed = self.over = True
            self._take(news)
        words = self._session.following.words()
        silent = "nothing has arrived" in words
        if silent and not self._silent:
            to_stderr(f"{words}\n")
        self._silent = silent

    def keep(self, followed: tuple[Followed, ...]) -> None:
        """Keep runs here, and say what was measured."""
        for each in followed:
            path, target = each.path, ImportTarget.of(self._session)
            each.ended = True
            # It holds all steps of the run.
            self._lines.pop(each.run.id, None)
            imported = take_log(path, self._session.folders, target)
            self._session.refresh()
            for outcome in imported.runs:
                complain(outcome.text())
                refused = outcome.status is ImportStatus.REFUSED
                self.failed, self.runs_kept = self.failed or refused, self.runs_kept + (not refused)
            run_id = each.run.id
            if run_id in self._session.every_run:
                run = self._session.run(run_id)
                if run.state is not RunState.FAILED:
                    say(summary(run))
            self.over = self._alone

    def _take(self, news: LogNews) -> None:
        self._session.take_news([LogNews(news.path, news.begun)])
        followed = next((f for f in self._session.following.all if f.path == news.path), None)
        if followed is None:
            if news.begun is not None:
                complain(f"The run in {news.path} is here already.")
                self.over = self._alone
            return
        if news.begun is not None:
            to_stderr(f"{followed.run.name}\n")
        line = self._lines.setdefault(followed.run.id, ProgressLine(followed.recording))
        for record in news.records:
            self._session.take_news([LogNews(news.path, records=(record,))])
            if not isinstance(record, Relabelled):
                line.handle(record)
        self.keep(self._session.take_news([LogNews(news.path, ended=news.ended)]))
