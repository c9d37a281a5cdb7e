"""Looks at the log of one run and mends what a killed program or a bad disk left of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.model.events import RunEnded
from core.model.run import Run
from core.records.encode import encode
from core.store.append_log import append, frames_of, write_instead
from core.store.locks import is_held, locked_folder
from core.store.log_folder import Stamp
from core.store.problem import Problem
from core.store.quarantine import keep_tail, quarantine
from core.store.read_log import (
    MOST_LOG_BYTES,
    LoggedRun,
    NewerLogError,
    OlderLogError,
    run_of,
    steps_kept,
)
from core.store.run_log import log_path


@dataclass(frozen=True)
class CheckedRun:
    """A run as its log has it.

    Attributes:
        run: The run, with its samples.
        stamp: Of its log.
        mended: Whether nothing is wrong with its log any more.
    """

    run: Run
    stamp: Stamp
    mended: bool = True


class LogCheck:
    """Looks at logs one by one.

    Attributes:
        findings: What was wrong.
        interrupted: Runs that were found without a last word and got one.
        under_way: Ids of runs that another program, or this one, is recording.
        older: Logs that a development version wrote; they were set aside.
    """

    def __init__(self, folder: Path, *, act: bool = True) -> None:
        """Begin.

        Args:
            folder: That of the logs.
            act: Whether anything is changed on disk.
        """
        self.findings: list[Problem] = []
        self.interrupted: list[Run] = []
        self.under_way: set[str] = set()
        self.older = 0
        self._folder, self._act = folder, act

    def check(self, run_id: str) -> CheckedRun | None:
        """The run of a log; None where there is none, or where it is being recorded."""
        path = log_path(self._folder, run_id)
        if is_held(path):
            self.under_way.add(run_id)
            return None
        try:
            sound = self._sound(path)
            if sound is not None:
                return sound
            with locked_folder(self._folder):
                # What was read may have been written on until the folder was locked.
                return self._examined(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            why = error.strerror or str(error)
            self._tell(path.name, f"it cannot be read ({why})", mended=False)
            return None

    def _sound(self, path: Path) -> CheckedRun | None:
        """The run where nothing at all is wrong with its log, which is the usual case."""
        data, stamp = _content(path)
        try:
            logged = run_of(data)
        except (ValueError, NewerLogError, OlderLogError):
            return None
        usual = logged.ended and not logged.unreadable and not logged.cut_off
        return CheckedRun(logged.run, stamp) if usual and logged.run.id == path.stem else None

    def _examined(self, path: Path) -> CheckedRun | None:
        data, stamp = _content(path)
        try:
            logged = run_of(data)
            if logged.run.id != path.stem:
                raise ValueError(f"it is the log of another run, {logged.run.id}")
        except NewerLogError as error:
            self._tell(path.name, f"{error.what}. {error.remedy.rstrip('.')}", mended=False)
            return None
        except OlderLogError:
            self.older += 1
            self._try(lambda: quarantine(path, "older"))
            return None
        except ValueError as error:
            if data:
                self._unreadable(path, str(error))
            else:
                self._remove(path)
            return None
        if logged.unreadable:
            return self._with_holes(path, logged, stamp)
        return self._unfinished(path, data, logged, stamp)

    def _unfinished(self, path: Path, data: bytes, logged: LoggedRun, stamp: Stamp) -> CheckedRun:
        """The program ended while it wrote: that costs one record and is no damage."""
        run, mended = logged.run, True
        if logged.cut_off:
            cut = len(data) - logged.good_bytes
            mended = self._try(lambda: keep_tail(path, logged.good_bytes))
            what = f"{cut} bytes of a record that was being written"
            self._tell(run.name, what, "copied aside and cut off", notify=False)
        if not logged.ended:
            self.interrupted.append(run)
            what = f"it was interrupted, {steps_kept(run)}"
            self._tell(run.name, what, "noted in its log", notify=False)
            ended = encode(RunEnded(run.state, run.failure))
            mended = mended and self._try(lambda: append(path, [ended]))
        return CheckedRun(run, _stamp(path, stamp), mended)

    def _with_holes(self, path: Path, logged: LoggedRun, stamp: Stamp) -> CheckedRun:
        run, moved_to = logged.run, list[Path]()
        payloads = list(logged.payloads)
        if not logged.ended:
            payloads.append(encode(RunEnded(run.state, run.failure)))

        def rewrite() -> None:
            moved_to.append(write_instead(path, frames_of(payloads)))

        mended = self._try(rewrite)
        new_name = f" as {moved_to[0]}" if moved_to else ""
        missing = "1 record is" if logged.unreadable == 1 else f"{logged.unreadable} records are"
        self._tell(
            run.name,
            f"its log is damaged ({missing} missing)",
            f"{steps_kept(run)}, up to there; the damaged file was kept{new_name}",
            mended=mended,
        )
        return CheckedRun(run, _stamp(path, stamp), mended)

    def _unreadable(self, path: Path, why: str) -> None:
        moved_to: list[Path] = []
        done = self._try(lambda: moved_to.append(quarantine(path)))
        measure = f"kept{f' as {moved_to[0]}' if moved_to else ' under another name'}"
        self._tell(path.name, f"there is no run in it ({why})", measure, mended=done)

    def _remove(self, path: Path) -> None:
        """An empty log: the program ended before it had written what the run was to be."""
        done = self._try(path.unlink)
        what = "it is empty: its program ended before the run had begun"
        self._tell(path.name, what, "removed", mended=done, notify=False)

    def _try(self, deed: Callable[[], object]) -> bool:
        """Change something on disk; whether that was possible."""
        if not self._act:
            return True
        try:
            deed()
        except OSError:
            return False
        return True

    def _tell(
        self, about: str, what: str, done: str = "", *, mended: bool = True, notify: bool = True
    ) -> None:
        self.findings.append(Problem(about, what, done, mended, notify))


def _content(path: Path) -> tuple[bytes, Stamp]:
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        if status.st_size > MOST_LOG_BYTES:
            raise OSError(f"it is longer than {MOST_LOG_BYTES:,} bytes")
        return file.read(), Stamp.of(status)


def _stamp(path: Path, before: Stamp) -> Stamp:
    """As it is now, after it was mended."""
    try:
        return Stamp.of(path.stat())
    except OSError:
        return before
