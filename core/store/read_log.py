"""Reads the log of a run, whatever state it is in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import msgspec

from core.model.errors import ExplorerError
from core.model.events import Event
from core.model.recording import Recording
from core.model.run import Failure, Label, Run, RunState
from core.records.decode import Decoder
from core.records.entries import LOG_FORMAT, Relabelled, RunBegun
from core.records.frames import HEAD_BYTES, MARKER, FrameReader, is_cut_off
from core.text.plural import plural

MOST_LOG_BYTES = 2**31
"""A log is not longer: a run of 30 million steps."""

_BEGIN = Decoder(RunBegun)
_RECORDS = Decoder(Relabelled, *get_args(Event))


class _Head(msgspec.Struct):
    format: int


class NewerLogError(ExplorerError):
    """A newer version wrote it; it is left alone."""


class OlderLogError(ExplorerError):
    """A development version before the first release wrote it; it cannot be read any more."""


@dataclass(frozen=True)
class LoggedRun:
    """What a log holds.

    Attributes:
        run: The run; ``INTERRUPTED`` where its last word is missing. Where records are missing
            in the middle it ends before them, and its failure says so: what came after would
            make figures of a run with a hole in it.
        good_bytes: Where its last whole record ends.
        payloads: Those that the run was made from; only where some are missing or unreadable.
        unreadable: Records in its middle that are missing or cannot be read.
        cut_off: Its last record is not complete: the program ended while it wrote it.
        ended: Whether its last word is there.
    """

    run: Run
    good_bytes: int
    payloads: tuple[bytes, ...] = ()
    unreadable: int = 0
    cut_off: bool = False
    ended: bool = True


def read_log(path: Path) -> LoggedRun:
    """The run of a log; of a damaged one what can be read.

    Raises:
        NewerLogError: A newer version wrote it.
        OlderLogError: A development version wrote it.
        ValueError: There is no run in it; says why.
        OSError: It cannot be read.
    """
    if os.path.getsize(path) > MOST_LOG_BYTES:
        raise ValueError(f"it is longer than {MOST_LOG_BYTES:,} bytes")
    return run_of(path.read_bytes())


def run_of(data: bytes) -> LoggedRun:
    """The run of a log's content; see ``read_log``."""
    _check_framing(data)
    reader = FrameReader(data)
    following = reader.payloads()
    first = next(following, None)
    if first is None:
        raise ValueError("there is no record in it")
    records = _Records(first)
    for payload in following:
        records.take(payload, hole=reader.missing > 0)
    tails = [data[gap.offset :] for gap in reader.gaps if gap.at_end]
    damaged = sum(not is_cut_off(tail) for tail in tails)
    unreadable = reader.missing + records.unreadable + damaged
    run = records.run()
    ended = run.state.over
    payloads = tuple(records.payloads) if unreadable else ()
    if not ended:
        run = _with_a_hole(run, unreadable) if unreadable else interrupted(run)
    cut_off = bool(tails) and not damaged
    return LoggedRun(run, reader.good_bytes, payloads, unreadable, cut_off, ended)


def number_of(path: Path) -> int:
    """The number that the first record of a log gives its run; 0 where that cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(1 << 16)
            while (first := FrameReader(data).frame_at(0)) is None:
                more = file.read(len(data))
                if not more or not data.startswith(MARKER):
                    return 0
                data += more
        begun: RunBegun = _BEGIN.decode(first[1])
    except (OSError, ValueError):
        return 0
    return begun.number


def labels_after(data: bytes, offset: int) -> Mapping[str, Any]:
    """What the records of a log from an offset on change of its run's label, taken together."""
    changes: dict[str, Any] = {}
    for payload in FrameReader(data[offset:]).payloads():
        try:
            record = _RECORDS.decode(payload)
        except ValueError:
            continue
        if isinstance(record, Relabelled):
            changes |= record.changes()
    return changes


def interrupted(run: Run) -> Run:
    """A run whose last word is missing."""
    failure = Failure(
        f"The program ended while the run was under way: interrupted, {steps_kept(run)}",
        expected="a program that goes on until the run ends",
        remedy="Run it again for its full length; what was measured by then is shown.",
    )
    return replace(run, state=RunState.INTERRUPTED, failure=failure)


def steps_kept(run: Run) -> str:
    """``340 steps kept``."""
    return f"{plural(run.samples.steps, 'step')} kept"


class _Records:
    """Takes the records of a log, one after the other."""

    def __init__(self, first: bytes) -> None:
        begun = begun_of(first)
        self.unreadable = 0
        self.payloads = [first]
        self._recording = Recording(
            Run(plan=begun.plan, number=begun.number, created=begun.created)
        )
        self._label: Label = begun.label
        self._hole = False

    def take(self, payload: bytes, *, hole: bool) -> None:
        """Take a record; behind a hole only what the person made of the run still counts."""
        self._hole = self._hole or hole
        try:
            record = record_of(payload)
            if isinstance(record, Relabelled):
                self._label = replace(self._label, **record.changes())  # type: ignore[arg-type]
            elif self._hole:
                return
            else:
                self._recording.handle(record)
        except ValueError:
            self.unreadable += 1
            self._hole = True
            return
        self.payloads.append(payload)

    def run(self) -> Run:
        """The run so far, with its label."""
        return replace(self._recording.run(), label=self._label)


def begun_of(payload: bytes) -> RunBegun:
    """The first record of a log.

    Raises:
        NewerLogError, OlderLogError: It is of another format.
        ValueError: It is something else.
    """
    check_format(payload)
    try:
        begun: RunBegun = _BEGIN.decode(payload)
    except ValueError as error:
        raise ValueError(f"its first record is no run ({error})") from error
    return begun


def record_of(payload: bytes) -> Event | Relabelled:
    """Any other record of a log.

    Raises:
        ValueError: It is something else.
    """
    record: Event | Relabelled = _RECORDS.decode(payload)
    return record


def check_format(payload: bytes) -> None:
    """Make sure that the first record of a log is of this format.

    Raises:
        NewerLogError, OlderLogError: It is of another one.
        ValueError: It has none.
    """
    try:
        log_format = msgspec.json.decode(payload.partition(b"\n")[0], type=_Head).format
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError("its first record has no format") from error
    if log_format > LOG_FORMAT:
        raise _newer(log_format)
    if log_format < LOG_FORMAT:
        raise OlderLogError(
            f"a development version before the first release wrote it ({log_format})"
        )


def _with_a_hole(run: Run, records: int) -> Run:
    failure = Failure(
        f"{plural(records, 'record')} of the run's log cannot be read: what came after step "
        f"{run.samples.steps:,} is left out",
        expected="a log whose records are all whole",
        remedy="Run it again for its full length. The damaged file is kept beside the others.",
    )
    return replace(run, state=RunState.INTERRUPTED, failure=failure, fit_wall_s=None)


def _check_framing(data: bytes) -> None:
    """Tell a newer framing from damage: that has no frame of ours in it."""
    ours, version = MARKER[:-1], MARKER[-1]
    if len(data) < HEAD_BYTES or not data.startswith(ours) or data[len(ours)] <= version:
        return
    if MARKER not in data:
        raise _newer(data[len(ours)])


def _newer(version: int) -> NewerLogError:
    return NewerLogError(
        f"The log of a run was written by a newer Pipeline Explorer (format {version})",
        expected=f"format {LOG_FORMAT}",
        remedy="Update Pipeline Explorer. The file was not changed.",
    )
