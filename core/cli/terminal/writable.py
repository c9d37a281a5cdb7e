"""Folders that can be written to: the person's, or where nothing is recorded one for a while."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from core.cli.terminal.streams import complain
from core.folders import Folders
from core.model.errors import InputError


@contextlib.contextmanager
def writable_folders(wanted: Folders, *, record: bool) -> Iterator[Folders]:
    """Make the folders, or others in their place where nothing is to be kept.

    Args:
        wanted: Where recordings and generated data are to be.
        record: Whether runs are kept. Where they are not, the folder of recordings is not
            touched, and generated data that cannot be written there go to a temporary folder.

    Raises:
        InputError: Runs are to be kept and a folder cannot be made or written to.
    """
    if record:
        wanted.make()
        check_writable(wanted.runs)
        check_writable(wanted.cache)
        yield wanted
        return
    # Of recordings nothing is read or written, so their folder need not be there.
    alone = Folders(wanted.cache, wanted.cache)
    why = _why_not(alone)
    if not why:
        yield alone
        return
    with tempfile.TemporaryDirectory(prefix="pipeline-explorer-") as made:
        complain(
            f"The folder {wanted.cache} cannot be written to ({why}). Data are made in {made} "
            "for this time, and removed at the end."
        )
        yield Folders(Path(made), Path(made))


def _why_not(folders: Folders) -> str:
    try:
        folders.make()
    except InputError as error:
        return str(getattr(error.__cause__, "strerror", "") or error.what)
    return why_not_writable(folders.cache)


def check_writable(folder: Path) -> None:
    """Make sure that files can be made in a folder.

    Raises:
        InputError: They cannot.
    """
    why = why_not_writable(folder)
    if why:
        raise InputError(
            f"The folder {folder} cannot be written to ({why})",
            remedy="Name another with --data-dir DIR; with --no-record none is needed.",
        )


def why_not_writable(folder: Path) -> str:
    """Why no file can be made in a folder; empty where one can."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return error.strerror or str(error)
