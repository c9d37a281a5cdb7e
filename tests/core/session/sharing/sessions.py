"""Sessions to share, and session files with something wrong in them."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from core.folders import Folders
from core.session import Session
from core.session.sharing.import_target import ImportTarget
from core.session.sharing.outcome import Imported
from core.session.sharing.pack import export_bundle, write_session
from core.session.sharing.unpack import import_session

Members = dict[str, bytes]


@contextmanager
def session_in(folder: Path) -> Iterator[Session]:
    session = Session(Folders.under(folder))
    try:
        yield session
    finally:
        session.close()


def exported(session: Session, path: Path, *run_ids: str) -> Path:
    write_session(path, export_bundle(session, run_ids or None))
    return path


def imported(session: Session, path: Path) -> Imported:
    found = import_session(path, session.folders, ImportTarget.of(session))
    session.refresh()
    return found


def members_of(path: Path) -> Members:
    with zipfile.ZipFile(path) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def first_run(members: Members) -> str:
    """The name of some run's log."""
    return next(name for name in members if name.startswith("runs/"))


def write_members(path: Path, members: Members, *, listed: bool = True) -> Path:
    """A file of these members; its list is brought up to date unless it is told not to."""
    members = dict(members)
    if listed:
        members["manifest.json"] = manifest_of(members)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in members.items():
            zipped.writestr(name, content)
    return path


def manifest_of(members: Members, **changes: Any) -> bytes:
    found = json.loads(members["manifest.json"])
    for which, ending in (
        ("runs", ".run"),
        ("experiments", ".json"),
        ("traces", ".xplane.pb.gz"),
    ):
        found[which] = [
            {
                "id": name.removeprefix(f"{which}/").removesuffix(ending),
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
            for name, content in members.items()
            if name.startswith(f"{which}/")
        ]
    return json.dumps(found | changes).encode()


def changed(path: Path, change: Callable[[Members], object], *, listed: bool = True) -> Path:
    """The same file after something was done to its members."""
    members = members_of(path)
    change(members)
    return write_members(path, members, listed=listed)


@contextmanager
def full_disk() -> Iterator[None]:
    """Whatever is to be brought to disk does not get there."""

    def fails(file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", fails)
        yield


def everything_under(folder: Path) -> dict[str, bytes]:
    """All files and what is in them."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock" and path.name != "runs.summary"
    }


def put(name: str) -> Callable[[Members], object]:
    """What puts a log under another name into a file; see ``changed``."""
    return lambda members: members.__setitem__(name, members[first_run(members)])
