"""Reads logs while other programs write them, perhaps on another machine.

Only reads: where a log lies in a folder that is mounted or synchronised, nothing of ours is to be
there. It may lag, come in pieces, be replaced by a longer copy, or have zeros where bytes are still
to come. So what is not whole is not damaged yet: it is read again once the file has changed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.model.errors import ExplorerError, InputError
from core.model.events import Event, RunEnded
from core.records.encode import starts_as
from core.records.entries import Relabelled, RunBegun
from core.records.frames import MARKER, FrameReader
from core.store.read_log import MOST_LOG_BYTES, begun_of, record_of
from core.store.run_log import ENDING
from core.text.plural import plural

SETTLED_S = 10.0
"""A log whose last word is there, and that lacks something before it, gets nothing more after that
time without a change."""
_LOGS = "logs"
_FIRST_RECORD_BYTES = 1 << 20
_NO_LOG = "it does not begin with a record"


@dataclass(frozen=True)
class LogNews:
    """What has arrived of a log since it was looked at last.

    Attributes:
        path: The log.
        begun: Its first record, where that has just come.
        records: What followed, in order.
        ended: Nothing more is to come.
        problem: Why it cannot be followed; empty where it can.
    """

    path: Path
    begun: RunBegun | None = None
    records: tuple[Event | Relabelled, ...] = ()
    ended: bool = False
    problem: str = ""


class FollowedLog:
    """One log."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is read yet.

        Args:
            path: The log.
            clock: Seconds.
        """
        self.path, self._clock = path, clock
        self._begun = self._over = self._last_word = False
        self._good_bytes = self._sequence = 0
        self._last_status: tuple[int, int, int] | None = None
        self._changed_s = clock()

    def look(self) -> LogNews | None:
        """What is new; None for nothing, and once it has ended or cannot be read."""
        if self._over:
            return None
        news = self._news()
        if news is None and self._last_word and self._clock() - self._changed_s > SETTLED_S:
            news = LogNews(self.path, ended=True)
        self._over = news is not None and (news.ended or bool(news.problem))
        return news

    def _news(self) -> LogNews | None:
        try:
            with self.path.open("rb") as file:
                status = os.fstat(file.fileno())
                file_status = status.st_ino, status.st_size, status.st_mtime_ns
                if file_status == self._last_status or status.st_size < self._good_bytes:
                    return None  # as it was, or an older copy for a moment
                if status.st_size > MOST_LOG_BYTES:
                    return LogNews(self.path, problem=f"it is longer than {MOST_LOG_BYTES:,} bytes")
                if not _may_be_log(file.read(len(MARKER))):
                    return LogNews(self.path, problem=_NO_LOG)
                file.seek(self._good_bytes)
                data = file.read()
        except OSError:
            return None  # it is not there at the moment
        self._last_status, self._changed_s = file_status, self._clock()
        begun: RunBegun | None = None
        records: list[Event | Relabelled] = []
        try:
            for record in self._records(data):
                if isinstance(record, RunBegun):
                    begun = record
                else:
                    records.append(record)
        except (ExplorerError, ValueError) as error:
            why = error.what if isinstance(error, ExplorerError) else str(error)
            return LogNews(self.path, problem=why)
        if begun is None and not records:
            return None
        ended = any(isinstance(record, RunEnded) for record in records)
        return LogNews(self.path, begun, tuple(records), ended)

    def _records(self, data: bytes) -> Iterator[Event | Relabelled | RunBegun]:
        """Records that follow what was read before without a hole.

        Raises:
            NewerLogError, OlderLogError, ValueError: The first one is not of a log of this format.
        """
        reader, began = FrameReader(data, next_sequence=self._sequence), self._good_bytes
        whole = True
        for payload in reader.payloads():
            whole = whole and not reader.missing and not reader.gaps
            if whole and not self._begun:
                yield begun_of(payload)
                self._begun = True
            elif whole:
                try:
                    record = record_of(payload)
                except ValueError:
                    whole = False
                    continue
                yield record
            else:
                self._last_word = self._last_word or starts_as(payload, RunEnded)
                continue
            self._good_bytes = began + reader.good_bytes
            self._sequence = reader.next_sequence


class LogWatch:
    """Logs, and folders in which logs appear. One thread calls it, which may wait for a disk."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._folders: list[Path] = []
        self._logs: dict[Path, FollowedLog] = {}

    def add(self, place: Path) -> None:
        """Follow a log, or all logs of a folder, also those that appear in it later."""
        if place.suffix == ENDING and not place.is_dir():
            self._logs.setdefault(place, FollowedLog(place, self._clock))
        elif place not in self._folders:
            self._folders.append(place)

    def look(self) -> list[LogNews]:
        """What is new of any of them."""
        for folder in self._folders:
            for name in _logs_in(folder):
                self._logs.setdefault(name, FollowedLog(name, self._clock))
        return [news for log in self._logs.values() if (news := log.look()) is not None]


def check_place(place: Path) -> Path:
    """The folder or log that is to be followed, absolute.

    Raises:
        InputError: There is none, it cannot be read, or it is something else.
    """
    place = place.expanduser().absolute()
    there = f"{place} is no recording" if place.exists() else f"There is no {place}"
    try:
        if place.is_dir():
            os.scandir(place).close()
            return place
        if place.is_file() and place.suffix == ENDING:
            with place.open("rb") as file:
                if _may_be_log(file.read(len(MARKER))):
                    return place
            there = f"{place} is no recording: {_NO_LOG}"
    except OSError as error:
        there = f"{place} cannot be read ({error.strerror})"
    raise InputError(
        there,
        expected=f"a folder that runs are recorded to, or the log of one of them (*{ENDING})",
        remedy="`run --record-to FOLDER` and `watch --record-to FOLDER` record to a folder.",
    )


def waited_for(place: Path) -> str:
    """A sentence on what is there and what is waited for; empty where runs are recorded there.

    Args:
        place: What ``check_place`` gave.
    """
    if not place.is_dir():
        with place.open("rb") as file:
            if FrameReader(file.read(_FIRST_RECORD_BYTES)).frame_at(0) is not None:
                return ""
            size = plural(os.fstat(file.fileno()).st_size, "byte")
        return f"{place} has {size} so far: waiting for the first record of a run."
    if _logs_in(place):
        return ""
    others = sum(not entry.name.startswith(".") for entry in place.iterdir())
    holds = f"holds {plural(others, 'file or folder', 'files and folders')}, no recording"
    return (
        f"{place} {holds if others else 'is empty'}: waiting for the log of a run (*{ENDING}), "
        f"which `run --record-to {place}` writes."
    )


def is_recording(place: Path) -> bool:
    """Whether it is the log of a run, or a folder that holds some."""
    return bool(_logs_in(place)) if place.is_dir() else place.suffix == ENDING


def _may_be_log(head: bytes) -> bool:
    """Whether a file that begins so is a log, or may be one whose bytes are still to come."""
    return all(byte in (0, due) for byte, due in zip(head, MARKER, strict=False))


def _logs_in(folder: Path) -> list[Path]:
    """Those in it, and those in its folder of logs."""
    names: list[Path] = []
    for where in (folder, folder / _LOGS):
        try:
            with os.scandir(where) as entries:
                names += [where / entry.name for entry in entries if entry.name.endswith(ENDING)]
        except OSError:
            continue  # not there yet, or not at the moment
    return sorted(names)
