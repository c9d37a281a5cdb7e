"""Takes runs and experiments from a session's file into a folder of recorded runs.

The file may come from anywhere. All of it is looked at before anything is written; nothing of it
is run, nothing in it names a place to write to, and what it says was trusted elsewhere is not
trusted here. Each run is taken over as a whole or not at all.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path

from core.folders import Folders
from core.model.errors import InputError
from core.session.sharing.import_target import ImportTarget
from core.session.sharing.importer import Importer, Members
from core.session.sharing.outcome import Imported
from core.session.sharing.pack import Report
from core.session.sharing.session_file import SessionFile, opened

_SPARE_BYTES = 64 * 1024 * 1024


def import_session(
    path: Path,
    folders: Folders,
    target: ImportTarget,
    report: Report = lambda share, what: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Imported:
    """Import a session's file. Any thread may do it; ``Session.refresh`` then finds what is new.

    Args:
        path: The file.
        folders: Where it goes.
        target: What is there already.
        report: See ``Report``.
        cancelled: Whether the person does not want the rest of it any more.

    Raises:
        InputError: The file is no session, is of a newer version, or there is no room for it.
        ExplorerError: The index cannot be opened.
        Cancelled: It was stopped before anything was written.
    """
    with opened(path) as archive:
        _check_room(archive, folders.logs, path)
        importer = Importer(archive, folders, target, report, cancelled)
        importer.look()
        return importer.write()


def import_members(members: Members, folders: Folders, target: ImportTarget) -> Imported:
    """Take in what is not in a file; see ``import_session``."""
    importer = Importer(members, folders, target, lambda share, what: None, lambda: False)
    importer.look()
    return importer.write()


def _check_room(archive: SessionFile, logs: Path, path: Path) -> None:
    needed = archive.unpacked_bytes + _SPARE_BYTES
    with contextlib.suppress(OSError):
        folder = next(parent for parent in (logs, *logs.parents) if parent.is_dir())
        free = shutil.disk_usage(folder).free
        if needed > free:
            raise InputError(
                f"{path} unpacks to {archive.unpacked_bytes / 1e6:,.0f} MB, and there are "
                f"{free / 1e6:,.0f} MB free in {folder}",
                expected="room for all of it and a little more",
                remedy="Free some space. Nothing was imported.",
            )
