"""Keeps a log that was followed elsewhere, as an import keeps the runs of a session's file."""

from __future__ import annotations

import hashlib
from pathlib import Path

from core.folders import Folders
from core.model.version import VERSION
from core.session.sharing.format import Manifest, SharedMember, can_be_shared
from core.session.sharing.import_target import ImportTarget
from core.session.sharing.outcome import Imported, ImportOutcome, ImportStatus
from core.session.sharing.session_file import BadMemberError, Cancel
from core.session.sharing.unpack import import_members
from core.store.read_log import MOST_LOG_BYTES


class _LoneLog:
    """One log as what a session's file holds."""

    def __init__(self, path: Path) -> None:
        self._content = path.read_bytes()
        digest = hashlib.sha256(self._content).hexdigest()
        member = SharedMember(path.stem, len(self._content), digest)
        self.manifest = Manifest(VERSION, (member,), ())

    def run(self, member: SharedMember, cancelled: Cancel) -> bytes:
        """The log."""
        return self._content

    def experiment(self, member: SharedMember, cancelled: Cancel) -> bytes:
        """There is none."""
        raise BadMemberError("there is no experiment in it")

    def trace(self, member: SharedMember, cancelled: Cancel) -> bytes:
        """Nor a trace."""
        raise BadMemberError("there is no trace in it")


def take_log(path: Path, folders: Folders, here: ImportTarget) -> Imported:
    """Keep the run of a log here; any thread may do it. ``Session.refresh`` then finds it.

    A log without a last word is kept as that of an interrupted run; the log itself stays as it is.

    Args:
        path: The log, which another program has written.
        folders: Where it goes.
        here: What is there already.
    """
    try:
        if path.stat().st_size > MOST_LOG_BYTES or not can_be_shared(path.stem):
            raise OSError(0, "it is no log of a run")
        log = _LoneLog(path)
    except OSError as error:
        why = f"It cannot be read ({error.strerror or error})."
        return Imported((ImportOutcome(path.name, ImportStatus.REFUSED, (why,)),))
    return import_members(log, folders, here)
