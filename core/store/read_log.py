"""Reads the log of a run, whatever state it is in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.model.errors import ExplorerError
from core.model.recording import Recording
from core.model.run import Failure, Run, RunState
from core.records import checked
from core.records.event_codec import KIND, event_from
from core.records.frames import FrameReader
from core.records.payload import unpack
from core.records.plan_codec import plan_from
from core.records.values import label_from
from core.store.run_log import LOG_FORMAT

MOST_LOG_BYTES = 2**31
"""A log is not longer: a run of 30 million steps."""


class NewerLogError(ExplorerError):
    """A newer version wrote it; it is left alone."""


@dataclass(frozen=True)
class LoggedRun:
    """What a log holds.

    Attributes:
        run: The run; ``INTERRUPTED`` where its last word is missing.
        good_bytes: Where its last whole record ends.
        unreadable: Records in its middle that are missing or cannot be read.
        cut_off: Its last record is not complete: the program ended while it wrote it.
    """

    run: Run
    good_bytes: int
    unreadable: int = 0
    cut_off: bool = False


def read_log(path: Path) -> LoggedRun:
    """The run of a log; records that are damaged are passed over and counted.

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
    reader = FrameReader(data)
    recording: Recording | None = None
    run: Run | None = None
    unknown = 0
    for payload in reader.payloads():
        try:
            head, arrays = unpack(payload)
            if recording is None or run is None:
                run = _begun(head)
                recording = Recording(run)
            elif head.get(KIND) == "label":
                run = replace(run, label=label_from(_object(head["label"])))
                recording.relabel(run)
            else:
                recording.handle(event_from(head, arrays))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            if recording is None:
                raise ValueError(f"its first record is no run ({error})") from error
            unknown += 1
    if recording is None:
        raise ValueError("there is no record in it")
    found = recording.run()
    if not found.state.over:
        found = interrupted(found)
    cut_off = any(gap.at_end for gap in reader.gaps)
    return LoggedRun(found, reader.good_bytes, reader.missing + unknown, cut_off)


def interrupted(run: Run) -> Run:
    """A run whose last word is missing."""
    steps = run.samples.steps
    kept = f"{steps} step{'' if steps == 1 else 's'} kept"
    failure = Failure(
        f"The program ended while the run was under way: interrupted, {kept}",
        expected="a program that goes on until the run ends",
        remedy="Run it again for its full length; what was measured by then is shown.",
    )
    return replace(run, state=RunState.INTERRUPTED, failure=failure)


def _begun(head: Mapping[str, Any]) -> Run:
    if head.get(KIND) != "begin":
        raise ValueError("it does not begin with a plan")
    version = head["format"]
    if type(version) is not int or version > LOG_FORMAT:
        raise NewerLogError(
            f"The log of a run was written by a newer Pipeline Explorer (format {version})",
            expected=f"format {LOG_FORMAT} or older",
            remedy="Update Pipeline Explorer. The file was not changed.",
        )
    return Run(
        plan=plan_from(_object(head["plan"]), checked.word(head["id"])),
        number=checked.whole(head["number"], 0),
        created=checked.moment(head["created"]),
        label=label_from(_object(head["label"])),
    )


def _object(found: object) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise ValueError("an object was expected in it")
    return found
