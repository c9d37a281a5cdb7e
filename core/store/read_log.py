"""Reads the log of a run, whatever state it is in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.model import checked
from core.model.errors import ExplorerError
from core.model.events import StepsTaken
from core.model.plural import plural
from core.model.recording import Recording
from core.model.run import Failure, Label, Run, RunState
from core.records.event_codec import KIND, Arrays, event_from, knows
from core.records.frames import HEAD_BYTES, MARKER, FrameReader, is_cut_off
from core.records.payload import unpack
from core.records.plan_codec import plan_from
from core.records.values import label_changes, label_from
from core.store.run_log import BEGIN, LABEL, LOG_FORMAT
from core.store.whole_run import WHOLE, WholeRun

MOST_LOG_BYTES = 2**31
"""A log is not longer: a run of 30 million steps."""
_MOST_NUMBER = 2**31
_BAD = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)


class NewerLogError(ExplorerError):
    """A newer version wrote it; it is left alone."""


@dataclass(frozen=True)
class LoggedRun:
    """What a log holds.

    Attributes:
        run: The run; ``INTERRUPTED`` where its last word is missing. Where records are missing
            in the middle it ends before them, and its failure says so: what came after would
            make figures of a run with a hole in it.
        good_bytes: Where its last whole record ends.
        unreadable: Records in its middle that are missing or cannot be read.
        cut_off: Its last record is not complete: the program ended while it wrote it.
        ended: Whether its last word is there.
    """

    run: Run
    good_bytes: int
    unreadable: int = 0
    cut_off: bool = False
    ended: bool = True


def read_log(path: Path) -> LoggedRun:
    """The run of a log; of a damaged one what can be read.

    Raises:
        NewerLogError: A newer version wrote it.
        ValueError: There is no run in it; says why.
        OSError: It cannot be read.
    """
    if os.path.getsize(path) > MOST_LOG_BYTES:
        raise ValueError(f"it is longer than {MOST_LOG_BYTES} bytes")
    return run_of(path.read_bytes())


def run_of(data: bytes) -> LoggedRun:
    """The run of a log's content; see ``read_log``."""
    _check_framing(data)
    reader, taken = FrameReader(data), _Taken()
    for payload in reader.payloads():
        taken.take(payload, hole=reader.missing > 0)
    tails = [data[gap.offset :] for gap in reader.gaps if gap.at_end]
    damaged = sum(not is_cut_off(tail) for tail in tails)
    unreadable = reader.missing + taken.unreadable + damaged
    run, ended = taken.run(unreadable)
    return LoggedRun(run, reader.good_bytes, unreadable, bool(tails) and not damaged, ended)


def number_of(path: Path) -> int:
    """The number that the first record of a log gives its run; 0 where that cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(1 << 16)
            while (found := FrameReader(data).frame_at(0)) is None:
                more = file.read(len(data))
                if not more or not data.startswith(MARKER):
                    return 0
                data += more
        return int(unpack(found[1])[0]["number"])
    except (OSError, *_BAD):
        return 0


def labels_after(data: bytes, offset: int) -> Mapping[str, Any]:
    """What the records of a log from an offset on change of its run's label, taken together."""
    changes: dict[str, Any] = {}
    for payload in FrameReader(data[offset:]).payloads():
        try:
            head, _ = unpack(payload)
            if head.get(KIND) == LABEL:
                changes |= label_changes(_object(head["label"]))
        except _BAD:
            continue
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


class _Taken:
    """Takes records in, one after the other."""

    def __init__(self) -> None:
        self.unreadable = 0
        self._recording: Recording | None = None
        self._whole: WholeRun | None = None
        self._label = Label()
        self._hole = False

    def take(self, payload: bytes, *, hole: bool) -> None:
        """Take in a record; behind a hole only what the person made of the run still counts."""
        try:
            head, arrays = unpack(payload)
            if self._recording is None and self._whole is None:
                self._begin(head, arrays)
                return
            self._hole = self._hole or hole
            if head.get(KIND) == LABEL:
                self._label = replace(self._label, **label_changes(_object(head["label"])))
            elif knows(head.get(KIND)) and not self._hole:
                self._add(head, arrays)
        except _BAD as error:
            if self._recording is None and self._whole is None:
                raise ValueError(f"its first record is no run ({error})") from error
            self.unreadable += 1
            self._hole = True

    def _begin(self, head: Mapping[str, Any], arrays: Arrays) -> None:
        kind = head.get(KIND)
        if kind not in (BEGIN, WHOLE):
            raise ValueError("it does not begin with a plan")
        version = head["format"]
        if type(version) is not int or version > LOG_FORMAT:
            raise _newer(version)
        if type(head["number"]) is not int or not 0 <= head["number"] < _MOST_NUMBER:
            raise ValueError("its number is impossible")
        if kind == WHOLE:
            self._whole = WholeRun(head, arrays)
        else:
            begun = Run(
                plan=plan_from(_object(head["plan"]), checked.word(head["id"])),
                number=head["number"],
                created=checked.moment(head["created"]),
            )
            self._recording = Recording(begun)
        self._label = label_from(_object(head["label"]))

    def _add(self, head: Mapping[str, Any], arrays: Arrays) -> None:
        event = event_from(head, arrays)
        if self._recording is not None:
            self._recording.handle(event)
        elif self._whole is not None and isinstance(event, StepsTaken):
            self._whole.add(event)

    def run(self, unreadable: int) -> tuple[Run, bool]:
        """The run, and whether its last word is there."""
        if self._whole is not None:
            found, complete = self._whole.finished(), self._whole.complete
        elif self._recording is not None:
            found = self._recording.run()
            complete = found.state.over
        else:
            raise ValueError("there is no record in it")
        found = replace(found, label=self._label)
        if unreadable or (self._whole is not None and not complete):
            return _with_a_hole(found, unreadable), complete
        return (found, True) if complete else (interrupted(found), False)


def _with_a_hole(run: Run, records: int) -> Run:
    steps = run.samples.steps
    missing = plural(records, "record") if records else "Some records"
    failure = Failure(
        f"{missing} of the run's log cannot be read: what came after step {steps:,} is left out",
        expected="a log whose records are all whole",
        remedy="Run it again for its full length. The damaged file is kept beside the others.",
    )
    return replace(
        run, state=RunState.INTERRUPTED, failure=failure, fit_wall_s=None,
    )  # fmt: skip


def _check_framing(data: bytes) -> None:
    """Tell a newer framing from damage: that has no frame of ours in it."""
    ours, version = MARKER[:-1], MARKER[-1]
    if len(data) < HEAD_BYTES or not data.startswith(ours) or data[len(ours)] <= version:
        return
    if MARKER not in data:
        raise _newer(data[len(ours)])


def _newer(version: object) -> NewerLogError:
    return NewerLogError(
        f"The log of a run was written by a newer Pipeline Explorer (format {version})",
        expected=f"format {LOG_FORMAT} or older",
        remedy="Update Pipeline Explorer. The file was not changed.",
    )


def _object(found: object) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise ValueError("an object was expected in it")
    return found
