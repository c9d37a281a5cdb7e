"""Keeps a log that was followed elsewhere, as an import keeps the runs of a session's file."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from core.folders import Folders
from core.model.errors import ExplorerError
from core.model.version import VERSION
from core.records.frames import FrameReader
from core.session.sharing.format import Manifest, SharedMember, can_be_shared
from core.session.sharing.import_target import ImportTarget
from core.session.sharing.outcome import Imported, ImportOutcome, ImportStatus
from core.session.sharing.session_file import BadMemberError, Cancel
from core.session.sharing.unpack import import_members
from core.store.experiments import MOST_BYTES, NAME, from_payload
from core.store.read_log import MOST_LOG_BYTES, begun_of


class _LoneLog:
    """One log as what a session's file holds."""

    def __init__(self, path: Path) -> None:
        self._content = path.read_bytes()
        digest = hashlib.sha256(self._content).hexdigest()
        member = SharedMember(path.stem, len(self._content), digest)
        experiment = _experiment_of(self._content, path.with_name(NAME))
        members: tuple[SharedMember, ...] = ()
        self._experiment = b""
        if experiment is not None:
            key, self._experiment = experiment
            digest = hashlib.sha256(self._experiment).hexdigest()
            members = (SharedMember(key, len(self._experiment), digest),)
        self.manifest = Manifest(VERSION, (member,), members)

    def run(self, member: SharedMember, cancelled: Cancel) -> bytes:
        """The log."""
        return self._content

    def experiment(self, member: SharedMember, cancelled: Cancel) -> bytes:
        """The comparison or sweep that the run is a part of."""
        return self._experiment

    def trace(self, member: SharedMember, cancelled: Cancel) -> bytes:
        """There is none."""
        raise BadMemberError("there is no trace in it")


def _experiment_of(log: bytes, experiments: Path) -> tuple[str, bytes] | None:
    """Id and record of what a run is a part of, from the file beside its log; None for none."""
    latest = b""
    with contextlib.suppress(ExplorerError, OSError, ValueError):
        turn = begun_of(next(FrameReader(log).payloads(), b"")).plan.turn
        if turn is None or experiments.stat().st_size > MOST_BYTES:
            return None
        for payload in FrameReader(experiments.read_bytes()).payloads():
            with contextlib.suppress(ExplorerError, ValueError):
                if from_payload(payload).id == turn.group:
                    latest = payload  # the last one counts
        return (turn.group, latest) if latest else None
    return None


def take_log(path: Path, folders: Folders, target: ImportTarget) -> Imported:
    """Keep the run of a log here; any thread may do it. ``Session.refresh`` then finds it.

    A log without a last word is kept as that of an interrupted run; the log itself stays as it is.

    Args:
        path: The log, which another program has written.
        folders: Where it goes.
        target: What is there already.
    """
    try:
        if path.stat().st_size > MOST_LOG_BYTES or not can_be_shared(path.stem):
            raise OSError(0, "it is no log of a run")
        log = _LoneLog(path)
    except OSError as error:
        why = f"It cannot be read ({error.strerror or error})."
        return Imported((ImportOutcome(path.name, ImportStatus.REFUSED, (why,)),))
    return import_members(log, folders, target)
