"""The folders: can they be written to, is there room, who else uses them, what was left behind."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from core.cli.machine.checks.check import Check, bad, note
from core.folders import Folders
from core.measure.scratch import leftovers
from core.model.sizes import free_bytes, size_words, taken_bytes
from core.session.crash_reports import kept_crashes, windows_open
from core.text.plural import plural

_LITTLE_BYTES, _NONE_BYTES = 1e9, 50e6
_ANOTHER = "Name another with --data-dir DIR, or mend its permissions."


def places(where: Folders) -> Iterator[Check]:
    """Everything about both folders. Makes none of them."""
    yield _folder("runs_folder", "recorded runs", where.runs)
    yield _folder("data_folder", "generated data", where.cache)
    yield from _room(where)
    yield _windows(where.runs)
    yield _left_behind(where.cache)
    yield _crashes(where.runs)
    yield _kept_aside(where.runs)


def _folder(key: str, label: str, path: Path) -> Check:
    """Where it is and whether it can be written to."""
    there = next(parent for parent in (path, *path.parents) if os.path.exists(parent))
    if not there.is_dir():
        return bad(key, label, f"{path}: {there} is a file", "Move it, or name another folder.")
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        return bad(key, label, f"{path}: cannot be written to ({error.strerror})", _ANOTHER)
    state = "can be written to" if there == path else "not there yet, can be made"
    return Check(key, label, f"{path}: {state}")


def _room(where: Folders) -> Iterator[Check]:
    """What is free, once for each disk."""
    seen: set[int] = set()
    for key, label, path in (
        ("runs_room", "free for recorded runs", where.runs),
        ("data_room", "free for generated data", where.cache),
    ):
        free = free_bytes(path)
        there = next(parent for parent in (path, *path.parents) if os.path.exists(parent))
        disk = os.stat(there).st_dev
        if free is None or (disk in seen):
            continue
        seen.add(disk)
        remedy = f"Free some space in {there}: data take up to 60 MB a workload, a cache more."
        if free < _NONE_BYTES:
            yield bad(key, label, size_words(free), remedy)
        elif free < _LITTLE_BYTES:
            yield note(key, label, f"only {size_words(free)}", remedy)
        else:
            yield Check(key, label, size_words(free))


def _windows(runs: Path) -> Check:
    count = windows_open(runs)
    value = f"{count} on this folder" if count else "none on this folder"
    if count > 1:
        return note(
            "windows", "windows open", value,
            "Let only one of them train at a time: each spoils the other's figures.",
        )  # fmt: skip
    return Check("windows", "windows open", value)


def _left_behind(cache: Path) -> Check:
    key, label = "leftovers", "left behind by runs"
    left = leftovers(cache)
    if not left:
        return Check(key, label, "nothing")
    size = size_words(sum(leftover.size_bytes for leftover in left))
    return note(
        key, label, f"{plural(len(left), 'folder')} with {size} in {cache}",
        "The next run removes them.",
    )  # fmt: skip


def _crashes(runs: Path) -> Check:
    paths = kept_crashes(runs)
    if not paths:
        return Check("crashes", "crashes of the window", "none")
    several = f"{len(paths)}, the last in " if len(paths) > 1 else "one, in "
    return note(
        "crashes", "crashes of the window", f"{several}{paths[-1]}",
        "Report it with that file, then delete it.",
    )  # fmt: skip


def _kept_aside(runs: Path) -> Check:
    """Files that were damaged, or of a newer version, and have another name since."""
    key, label = "kept_aside", "damaged files kept aside"
    paths = sorted({*runs.glob("*.damaged-*"), *runs.glob("*.newer-*")})
    if not paths:
        return Check(key, label, "none")
    size = sum(taken_bytes(path) if path.is_dir() else path.stat().st_size for path in paths)
    names = ", ".join(path.name for path in paths[-3:])
    return note(
        key, label, f"{len(paths)} with {size_words(size)} in {runs}: {names}",
        "Delete them once nothing is missed.",
    )  # fmt: skip
