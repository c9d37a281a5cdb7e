"""What a session's file looks like: a zip of logs and experiments, and a list of them.

``runs/<id>.run`` are the logs of runs as this machine has them, ``experiments/<id>.json``
comparisons and sweeps, and ``manifest.json``, the last member, says of each how long it is and
what its SHA-256 is. Nothing else is in it, and it is the same to the byte for the same runs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from core.model import checked
from core.model.plain_json import parsed_object
from core.model.version import VERSION
from core.store.read_log import MOST_LOG_BYTES
from core.store.run_log import ENDING as OF_A_LOG

SESSION_FORMAT = 1
ENDING = ".pxsession"
WHAT = "pipeline-explorer session"
MANIFEST = "manifest.json"
MOST_MEMBERS = 100_000
MOST_MANIFEST_BYTES = 24 * 1024 * 1024
MOST_EXPERIMENT_BYTES = 24 * 1024 * 1024
MOST_RATIO = 200
"""Measured times pack to a third, texts to a tenth; what unpacks to more was made to fill disks."""
FREE_OF_RATIO_BYTES = 1024 * 1024

_RUN = re.compile(rf"runs/([0-9a-f]{{8,64}}){re.escape(OF_A_LOG)}")
_EXPERIMENT = re.compile(r"experiments/([0-9a-f]{8,64})\.json")
_ID, _SUM = re.compile(r"[0-9a-f]{8,64}"), re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Member:
    """One run or experiment in the list.

    Attributes:
        id: Of the run or experiment.
        bytes: How long it is, unpacked.
        sha256: Of its content, in hexadecimal digits.
    """

    id: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a session's file says to hold.

    Attributes:
        version: Of the application that wrote it.
        runs: Its runs.
        experiments: Its comparisons and sweeps.
    """

    version: str
    runs: tuple[Member, ...]
    experiments: tuple[Member, ...]


def can_be_shared(an_id: str) -> bool:
    """Whether an id is one that a session's file can hold."""
    return _ID.fullmatch(an_id) is not None


def run_name(run_id: str) -> str:
    """The member that holds the log of a run."""
    return f"runs/{run_id}{OF_A_LOG}"


def experiment_name(experiment_id: str) -> str:
    """The member that holds an experiment."""
    return f"experiments/{experiment_id}.json"


def most_bytes(name: str) -> int | None:
    """How long a member of this name may be; None for a name that none has."""
    if name == MANIFEST:
        return MOST_MANIFEST_BYTES
    if _RUN.fullmatch(name):
        return MOST_LOG_BYTES
    return MOST_EXPERIMENT_BYTES if _EXPERIMENT.fullmatch(name) else None


def to_text(runs: Iterable[Member], experiments: Iterable[Member]) -> bytes:
    """The list of members as it is written."""
    found = {
        "what": WHAT,
        "format": SESSION_FORMAT,
        "version": VERSION,
        "runs": [asdict(one) for one in runs],
        "experiments": [asdict(one) for one in experiments],
    }
    return json.dumps(found, indent=1).encode()


class NewerSessionError(ValueError):
    """A newer version wrote it."""


def from_text(text: bytes) -> Manifest:
    """The list again.

    Raises:
        NewerSessionError: It is of a newer format.
        ValueError: It is none; says why.
    """
    found = parsed_object(text)
    if found.get("what") != WHAT:
        raise ValueError("it does not say that it is a session")
    version = checked.text(found.get("version", ""), checked.MOST_KEY_CHARACTERS)
    if checked.whole(found.get("format"), 1) > SESSION_FORMAT:
        raise NewerSessionError(str(found["format"]))
    members = [
        tuple(map(_member, checked.items(found.get(which), MOST_MEMBERS)))
        for which in ("runs", "experiments")
    ]
    for of in members:
        if len({one.id for one in of}) != len(of):
            raise ValueError("something is in its list twice")
    return Manifest(version, *members)


def _member(found: Any) -> Member:
    member = checked.made(Member, found)
    if not _ID.fullmatch(member.id) or not _SUM.fullmatch(member.sha256) or member.bytes < 0:
        raise ValueError("its list names something impossible")
    return member
