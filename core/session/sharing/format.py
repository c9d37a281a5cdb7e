"""What a session's file looks like: a zip of logs and experiments, and a list of them.

``runs/<id>.run`` are the logs of runs as this machine has them, ``experiments/<id>.json``
comparisons and sweeps, ``traces/<id>.xplane.pb.gz`` the traces of runs, and ``manifest.json``, the
last member, says of each how long it is and what its SHA-256 is. Nothing else is in it, and it is
the same to the byte for the same runs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Annotated, Literal

import msgspec

from core.model.tracing import TRACE_ENDING
from core.model.version import VERSION
from core.store.read_log import MOST_LOG_BYTES
from core.store.run_log import ENDING as OF_A_LOG

SESSION_FORMAT = 2
"""Since 2 with traces."""
ENDING = ".pxsession"
WHAT = "pipeline-explorer session"
MANIFEST = "manifest.json"
MOST_MEMBERS = 100_000
MOST_MANIFEST_BYTES = 24 * 1024 * 1024
MOST_EXPERIMENT_BYTES = 24 * 1024 * 1024
MOST_TRACE_BYTES = 256 * 1024 * 1024
MOST_RATIO = 200
"""Measured times pack to a third, texts to a tenth; what unpacks to more was made to fill disks."""
FREE_OF_RATIO_BYTES = 1024 * 1024

_ID = re.compile(r"[0-9a-f]{8,64}")
_RUN = re.compile(rf"runs/{_ID.pattern}{re.escape(OF_A_LOG)}")
_EXPERIMENT = re.compile(rf"experiments/{_ID.pattern}\.json")
_TRACE = re.compile(rf"traces/{_ID.pattern}{re.escape(TRACE_ENDING)}")


@dataclass(frozen=True)
class SharedMember:
    """One run or experiment in the list.

    Attributes:
        id: Of the run or experiment.
        bytes: How long it is, unpacked.
        sha256: Of its content, in hexadecimal digits.
    """

    id: Annotated[str, msgspec.Meta(pattern=rf"\A{_ID.pattern}\Z")]
    bytes: Annotated[int, msgspec.Meta(ge=0, le=2**40)]
    sha256: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]


@dataclass(frozen=True)
class Manifest:
    """What a session's file says to hold.

    Attributes:
        version: Of the application that wrote it.
        runs: Its runs.
        experiments: Its comparisons and sweeps.
        traces: Its traces, by the ids of their runs.
    """

    version: Annotated[str, msgspec.Meta(max_length=500)]
    runs: Annotated[tuple[SharedMember, ...], msgspec.Meta(max_length=MOST_MEMBERS)]
    experiments: Annotated[tuple[SharedMember, ...], msgspec.Meta(max_length=MOST_MEMBERS)]
    traces: Annotated[tuple[SharedMember, ...], msgspec.Meta(max_length=MOST_MEMBERS)] = ()


def can_be_shared(an_id: str) -> bool:
    """Whether an id is one that a session's file can hold."""
    return _ID.fullmatch(an_id) is not None


def run_name(run_id: str) -> str:
    """The member that holds the log of a run."""
    return f"runs/{run_id}{OF_A_LOG}"


def experiment_name(experiment_id: str) -> str:
    """The member that holds an experiment."""
    return f"experiments/{experiment_id}.json"


def trace_name(run_id: str) -> str:
    """The member that holds the trace of a run."""
    return f"traces/{run_id}{TRACE_ENDING}"


def most_bytes(name: str) -> int | None:
    """How long a member of this name may be; None for a name that none has."""
    if name == MANIFEST:
        return MOST_MANIFEST_BYTES
    if _RUN.fullmatch(name):
        return MOST_LOG_BYTES
    if _TRACE.fullmatch(name):
        return MOST_TRACE_BYTES
    return MOST_EXPERIMENT_BYTES if _EXPERIMENT.fullmatch(name) else None


def to_text(
    runs: Iterable[SharedMember],
    experiments: Iterable[SharedMember],
    traces: Iterable[SharedMember],
) -> bytes:
    """The list of members as it is written."""
    document = {
        "what": WHAT,
        "format": SESSION_FORMAT,
        "version": VERSION,
        "runs": [asdict(shared_member) for shared_member in runs],
        "experiments": [asdict(shared_member) for shared_member in experiments],
        "traces": [asdict(shared_member) for shared_member in traces],
    }
    return json.dumps(document, indent=1).encode()


class NewerSessionError(ValueError):
    """A newer version wrote it."""


def from_text(text: bytes) -> Manifest:
    """The list again.

    Raises:
        NewerSessionError: It is of a newer format.
        ValueError: It is none; says why.
    """
    try:
        about = msgspec.json.decode(text, type=_About)
        if about.format > SESSION_FORMAT:
            raise NewerSessionError(str(about.format))
        manifest = msgspec.json.decode(text, type=Manifest)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(str(error)) from error
    for members in (manifest.runs, manifest.experiments, manifest.traces):
        if len({member.id for member in members}) != len(members):
            raise ValueError("something is in its list twice")
    return manifest


class _About(msgspec.Struct):
    what: Literal["pipeline-explorer session"]
    format: Annotated[int, msgspec.Meta(ge=1)]
