"""Runs that other programs record, as far as they have arrived here."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.model.recording import Recording
from core.model.run import LabelValue, Run, RunState
from core.records.entries import Relabelled, RunBegun
from core.store.followed_log import LogNews

SILENT_S = 20.0
"""Of a run that nothing has arrived of for so long it is said."""


@dataclass
class Followed:
    """One run.

    Attributes:
        path: Its log.
        recording: The run so far.
        heard_s: When something of it arrived last, by the clock.
        ended: Its last word is there, or nothing more can come of it.
        changes: What the person here made of its label.
    """

    path: Path
    recording: Recording
    heard_s: float
    ended: bool = False
    changes: dict[str, LabelValue] = field(default_factory=dict)

    @property
    def run(self) -> Run:
        """The run as it stands."""
        return self.recording.run()

    def relabel(self, changes: dict[str, LabelValue]) -> None:
        """Change its label, here alone."""
        self.changes |= changes
        self.recording.relabel(self.run.labelled(**changes))


class Following:
    """What a session knows of runs that are recorded elsewhere. One thread calls it.

    ``core.store.followed_log`` reads their logs, ``take`` is given what it has read. No run of
    these chooses an interpreter or opens code; it is a recording that is not complete yet.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._by_id: dict[str, Followed] = {}
        self._by_path: dict[Path, Followed] = {}

    def __contains__(self, run_id: str) -> bool:
        return run_id in self._by_id

    def __getitem__(self, run_id: str) -> Followed:
        return self._by_id[run_id]

    @property
    def all(self) -> tuple[Followed, ...]:
        """All of them, in the order in which they came."""
        return tuple(self._by_id.values())

    @property
    def ids(self) -> frozenset[str]:
        """Ids of their runs."""
        return frozenset(self._by_id)

    def take(
        self,
        news: Iterable[LogNews],
        known: Collection[str],
        prepare: Callable[[Run], Run],
        tell: Callable[[str], None],
    ) -> tuple[Followed, ...]:
        """Take in what has arrived of logs.

        Args:
            news: What has.
            known: Ids of runs that are here already.
            prepare: Makes of a run what the session shows of it.
            tell: Given a sentence on each log that cannot be followed.

        Returns:
            Those that have ended by that.
        """
        ended = []
        for log_news in news:
            if log_news.problem:
                tell(f"{log_news.path} cannot be followed: {log_news.problem}.")
            elif self._follow(log_news, known, prepare) and log_news.ended:
                ended.append(self._by_path[log_news.path])
        return tuple(ended)

    def is_replaced_by(self, run: Run, logs: Path) -> bool:
        """Whether a run that is kept here takes the place of the one that is followed.

        Args:
            run: The run that is kept.
            logs: The folder that it is kept in.
        """
        followed = self._by_id.get(run.id)
        if followed is None:
            return False
        # One that was kept as interrupted goes on elsewhere.
        here = followed.path.parent == logs
        return followed.ended or here or run.state is not RunState.INTERRUPTED

    def _follow(self, news: LogNews, known: Collection[str], prepare: Callable[[Run], Run]) -> bool:
        """Take in what has arrived of a log; whether its run is shown, not being here already."""
        if news.begun is not None and not self._begin(news.path, news.begun, known, prepare):
            return False
        followed = self._by_path.get(news.path)
        if followed is None:
            return False
        followed.heard_s = self._clock()
        for record in news.records:
            if isinstance(record, Relabelled):
                followed.recording.relabel(followed.run.labelled(**record.changes()))
            else:
                followed.recording.handle(record)
        followed.ended = followed.ended or news.ended
        return True

    def drop(self, run_id: str) -> Followed:
        """Follow it no more: it is here by now, or is not wanted."""
        followed = self._by_id.pop(run_id)
        del self._by_path[followed.path]
        return followed

    def words(self) -> str:
        """What is being followed, for the status bar; empty for nothing."""
        going = [followed for followed in self._by_id.values() if not followed.ended]
        if not going:
            return ""
        last = max(going, key=lambda followed: followed.heard_s)
        silent_s = self._clock() - last.heard_s
        name = last.run.name
        text = f"following {name}" if len(going) == 1 else f"following {len(going)} runs"
        if silent_s >= SILENT_S:
            return f"{text}: nothing has arrived for {silent_s:.0f} s"
        recording = last.recording
        what = "" if recording.phase is None else f": {recording.phase}"
        which = "" if len(going) == 1 else f" ({name})"
        at = f", step {recording.steps:,}" if recording.steps else ""
        return f"{text}{what}{at}{which}"

    def _begin(
        self, path: Path, begun: RunBegun, known: Collection[str], prepare: Callable[[Run], Run]
    ) -> bool:
        run = Run(begun.plan, begun.number, begun.created, label=begun.label)
        if run.id in self._by_id or run.id in known:
            return False
        run = prepare(replace(run, label=replace(run.label, baseline=False)))
        followed = Followed(path, Recording(run), self._clock())
        self._by_id[run.id] = self._by_path[path] = followed
        return True
