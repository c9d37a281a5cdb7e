"""Brings the log of one run and its row in the index together. The log is the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from core.model.events import RunEnded
from core.model.run import Run, RunState
from core.records.event_codec import encode
from core.store.append_log import append, write_log
from core.store.aside import keep_tail, move_aside
from core.store.file_lock import CAN_LOCK, held_elsewhere, locked_folder
from core.store.finding import Finding
from core.store.read_log import (
    MOST_LOG_BYTES,
    LoggedRun,
    NewerLogError,
    labels_after,
    run_of,
    steps_kept,
)
from core.store.rows import checksum, to_row
from core.store.run_log import LOG_FORMAT, is_plain, log_path
from core.store.run_store import Row
from core.store.whole_run import whole_records


@dataclass(frozen=True)
class Settled:
    """What is known of a run now.

    Attributes:
        run: The run.
        log_bytes: How long its log is; None where it has none.
        anew: Whether its row in the index is to be written.
    """

    run: Run
    log_bytes: int | None
    anew: bool


class Reconciler:
    """Looks at runs one by one.

    Attributes:
        findings: What was amiss.
        interrupted: Runs that were found without a last word and got one.
        under_way: Ids of runs that another program, or this one, is recording.
        unlogged: Runs whose log could not be written: they are in the index alone.
    """

    def __init__(self, folder: Path, *, act: bool = True, deep: bool = False) -> None:
        """Begin.

        Args:
            folder: That of the logs.
            act: Whether anything is changed on disk.
            deep: Whether logs are read that have the length that the index knows.
        """
        self.findings: list[Finding] = []
        self.interrupted: list[Run] = []
        self.under_way: set[str] = set()
        self.unlogged = 0
        self._folder, self._act, self._deep = folder, act, deep
        self._why_not: OSError | None = None

    def settle(self, run_id: str, row: Row | None, size: int | None) -> Settled | None:
        """What is known of a run; None where that is nothing, or where it is under way.

        Args:
            run_id: Its id.
            row: What the index has of it.
            size: How long its log is; None where it has none.
        """
        if row is not None and size is None:
            return self._without_log(row)
        if row is not None and row.run and size == row.log_bytes and not self._deep:
            return Settled(row.run, size, anew=False)
        try:
            with locked_folder(self._folder):
                return self._examined(log_path(self._folder, run_id), row)
        except OSError as error:
            self._tell(_name(row, run_id), f"its log cannot be read ({_why(error)})", mended=False)
            return _kept(row)

    # -- runs without a log -----------------------------------------------------------------

    def _without_log(self, row: Row) -> Settled | None:
        if row.run is None:
            self._tell(
                f"run {row.number}", f"it cannot be read ({row.why}), and it has no log",
                mended=False,
            )  # fmt: skip
            return None
        if not is_plain(row.id):
            self._tell(row.run.name, f"its id {row.id[:40]!r} is no name of a file", mended=False)
            return Settled(row.run, None, anew=False)
        with locked_folder(self._folder):
            size = self.write_whole(row.run)
        if row.log_bytes is None:
            self.unlogged += size is None
        else:
            mended = size is not None or not self._act
            done = "written anew from the index" if mended else ""
            self._tell(row.run.name, "its log is gone", done, mended=mended)
        return Settled(row.run, size, anew=size is not None)

    def write_whole(self, run: Run) -> int | None:
        """Give a run a log of all of it; its length in bytes, None where that is not possible.

        The folder is to be held meanwhile (``locked_folder``).
        """
        # On a disk that is full or read-only the others cannot be written either.
        if self._act and self._why_not is None:
            try:
                payloads = whole_records(run, LOG_FORMAT)
                return write_log(log_path(self._folder, run.id), payloads)
            except OSError as error:
                self._why_not = error
        return None

    @property
    def why_not(self) -> str:
        """Why logs could not be written; empty where nothing stood in the way."""
        return _why(self._why_not) if self._why_not else ""

    # -- runs with a log --------------------------------------------------------------------

    def _examined(self, path: Path, row: Row | None) -> Settled | None:
        if held_elsewhere(path):
            self.under_way.add(path.stem)
            return _kept(row)
        if path.stat().st_size > MOST_LOG_BYTES:
            self._tell(path.name, f"it is longer than {MOST_LOG_BYTES:,} bytes", mended=False)
            return _kept(row)
        data = path.read_bytes()
        try:
            found = run_of(data)
            if found.run.id != path.stem:
                raise ValueError(f"it is the log of another run, {found.run.id}")
        except NewerLogError as error:
            self._tell(path.name, f"{error.what}. {error.remedy.rstrip('.')}", mended=False)
            return _kept(row)
        except ValueError as error:
            if row is None and not data:
                self._remove(path)
                return None
            return self._unreadable(path, row, str(error) if data else "it is empty")
        if row is not None and row.run is not None and not _covers(found, row):
            return self._behind_its_row(path, data, row.run, row, found)
        if found.unreadable:
            return self._with_holes(path, found)
        return self._sound(path, data, found, row)

    def _sound(self, path: Path, data: bytes, found: LoggedRun, row: Row | None) -> Settled:
        size: int | None = len(data)
        if found.cut_off:
            # The program ended while it wrote: that costs one record and is no damage.
            done = self._try(lambda: keep_tail(path, found.good_bytes))
            size = found.good_bytes if done else None
            self.findings.append(
                Finding(
                    found.run.name,
                    f"{len(data) - found.good_bytes} bytes of a record that was being written",
                    "copied aside and cut off",
                    told=False,
                )
            )
        if not found.ended:
            if not CAN_LOCK:
                # It may be under way elsewhere, which cannot be seen here.
                return Settled(found.run, None, anew=False)
            size = self._end(path, found.run) if size is not None else None
        anew = row is None or row.run is None or size != row.log_bytes
        if self._deep and row is not None and not anew:
            anew = self._differs(found.run, row)
        return Settled(found.run, size, anew)

    def _end(self, path: Path, run: Run) -> int | None:
        """Write the last word of a run whose program ended."""
        self.interrupted.append(run)
        self.findings.append(
            Finding(run.name, f"it was interrupted, {steps_kept(run)}", "noted", told=False)
        )
        ended = encode(RunEnded(run.state, run.failure))
        sizes: list[int] = []
        self._try(lambda: sizes.append(append(path, [ended]).size_bytes))
        return sizes[0] if sizes else None

    def _differs(self, run: Run, row: Row) -> bool:
        assert row.run is not None
        same = checksum(to_row(run)) == checksum(to_row(row.run)) and run.label == row.run.label
        if not same:
            self._tell(run.name, "the index had it otherwise", "taken from its log")
        return not same

    # -- damage -----------------------------------------------------------------------------

    def _remove(self, path: Path) -> None:
        """An empty log: the program ended before it had written what the run was to be."""
        done = self._try(path.unlink)
        what = "it is empty: its program ended before the run had begun"
        self.findings.append(Finding(path.name, what, "removed", mended=done, told=False))

    def _unreadable(self, path: Path, row: Row | None, why: str) -> Settled | None:
        what = f"its log is damaged ({why})"
        if row is not None and row.run is not None:
            return self._anew(path, row.run, what, "written anew from the index")
        where: list[Path] = []
        done = self._try(lambda: where.append(move_aside(path)))
        kept = f"kept aside{f' as {where[0]}' if where else ''}"
        self._tell(path.name, f"there is no run in it ({why})", kept, mended=done)
        return None

    def _behind_its_row(
        self, path: Path, data: bytes, run: Run, row: Row, found: LoggedRun
    ) -> Settled:
        """The row was written when the log was whole: the log has less now."""
        lost = _missing(found.unreadable) if found.unreadable else "it is cut off"
        changes = labels_after(data, row.log_bytes or 0)
        run = replace(run, label=replace(run.label, **changes))
        return self._anew(path, run, f"its log is damaged ({lost})", "written anew from the index")

    def _with_holes(self, path: Path, found: LoggedRun) -> Settled:
        what = f"its log is damaged ({_missing(found.unreadable)})"
        return self._anew(path, found.run, what, f"{steps_kept(found.run)}, up to there")

    def _anew(self, path: Path, run: Run, what: str, done: str) -> Settled:
        where: list[Path] = []
        size: int | None = None
        if self._try(lambda: where.append(move_aside(path))):
            size = self.write_whole(run)
        kept = f" as {where[0]}" if where else ""
        mended = size is not None or not self._act
        self._tell(run.name, what, f"{done}; the damaged file kept aside{kept}", mended=mended)
        return Settled(run, size, anew=True)

    # -- inside -----------------------------------------------------------------------------

    def _try(self, deed: Callable[[], object]) -> bool:
        if not self._act:
            return True
        try:
            deed()
        except OSError as error:
            self._why_not = error
            return False
        return True

    def _tell(self, of: str, what: str, done: str = "", *, mended: bool = True) -> None:
        self.findings.append(Finding(of, what, done, mended))


def _covers(found: LoggedRun, row: Row) -> bool:
    """Whether a log has all that was there when the row was written."""
    if found.unreadable or row.run is None:
        return False
    if row.log_bytes is None:
        # Its end could not be noted in its log the last time.
        return found.ended or row.run.state is RunState.INTERRUPTED
    return found.ended and found.good_bytes >= row.log_bytes


def _missing(records: int) -> str:
    return "1 record is missing" if records == 1 else f"{records} records are missing"


def _kept(row: Row | None) -> Settled | None:
    return None if row is None or row.run is None else Settled(row.run, row.log_bytes, anew=False)


def _name(row: Row | None, run_id: str) -> str:
    return row.run.name if row is not None and row.run is not None else run_id


def _why(error: OSError) -> str:
    return error.strerror or str(error)
