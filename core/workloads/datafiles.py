"""Generated data: made once, checked before each run, mended where damaged.

Files are made in a folder beside their own, flushed to disk and then moved, each in one step.
A manifest goes last. So a crash, a Stop or a full disk leaves either the old state or files
that the next check finds wanting, and two processes that make the same data at once end with
one sound copy: the same recipe gives the same bytes, and whoever comes second finds them there.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.model.errors import ExplorerError
from core.model.sizes import DISK_FULL, free_words
from core.python_versions import sha256_of
from core.workloads.workload import Report

MANIFEST = "manifest.json"

Tick = Callable[[float], None]
"""Takes the fraction of one file that is done. Raises Cancelled where the person stopped."""

Make = Callable[[Path, Tick], None]
"""Writes one file; the same bytes each time."""

_LEFTOVER_AFTER_S = 3600.0


@dataclass(frozen=True)
class Recipe:
    """What the data of a workload are and how each file is made.

    Attributes:
        title: What messages call them.
        version: Counts up when the generator changes.
        parameters: Everything else that the bytes follow from; plain JSON values.
        files: How each file is made, by its name.
        size_mb: About how much room they need, in megabytes.
    """

    title: str
    version: int
    parameters: Mapping[str, Any]
    files: Mapping[str, Make]
    size_mb: int


def ensure(recipe: Recipe, folder: Path, report: Report) -> None:
    """Make sure that a folder holds the data of a recipe, and make what is missing or damaged.

    Files that are not the recipe's own are left alone.

    Args:
        recipe: What the data are.
        folder: Where they belong; made where it does not exist.
        report: Told how far it is; may raise Cancelled, which leaves nothing half-made.

    Raises:
        ExplorerError: The folder cannot be written, or the disk is full.
        Cancelled: From ``report``.
    """
    try:
        sound = _sound_files(recipe, folder, report)
        if len(sound) < len(recipe.files):
            _make(recipe, folder, sound, report)
    except OSError as error:
        free = free_words(folder) if error.errno in DISK_FULL else ""
        raise ExplorerError(
            f"Could not make the data of {recipe.title} in {folder}: {error.strerror or error}",
            expected=f"a folder that can be written, with about {recipe.size_mb} MB free",
            remedy=f"Free some space{free and f' ({free})'} or choose another folder for data "
            "with --data-dir DIR.",
            details=repr(error),
        ) from error


def _sound_files(recipe: Recipe, folder: Path, report: Report) -> dict[str, str]:
    """Names and checksums of the recipe's files that are there and undamaged."""
    manifest = _read_manifest(folder)
    if manifest.get("recipe") != _identity(recipe):
        return {}
    sums = manifest.get("sha256")
    sums = sums if isinstance(sums, dict) else {}
    sound = {}
    for index, name in enumerate(recipe.files):
        report(index / len(recipe.files), f"checking data of {recipe.title}")
        if name in sums and _checksum(folder / name) == sums[name]:
            sound[name] = sums[name]
    return sound


def _make(recipe: Recipe, folder: Path, sound: Mapping[str, str], report: Report) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(folder)
    workshop = Path(tempfile.mkdtemp(prefix=_prefix(folder), dir=folder.parent))
    try:
        missing = {name: make for name, make in recipe.files.items() if name not in sound}
        sums = dict(sound)
        for index, (name, make) in enumerate(missing.items()):

            def tick(fraction: float, done: int = index) -> None:
                report((done + fraction) / len(missing), f"making data of {recipe.title}")

            tick(0.0)
            make(workshop / name, tick)
            _flush(workshop / name)
            sums[name] = _checksum(workshop / name)
        report(1.0, f"making data of {recipe.title}")
        folder.mkdir(exist_ok=True)
        for name in missing:
            # Another process may have been faster, and may have the file open by now.
            if _checksum(folder / name) != sums[name]:
                os.replace(workshop / name, folder / name)
        in_order = {name: sums[name] for name in recipe.files}
        manifest = {"recipe": _identity(recipe), "sha256": in_order}
        (workshop / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        _flush(workshop / MANIFEST)
        os.replace(workshop / MANIFEST, folder / MANIFEST)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _identity(recipe: Recipe) -> Any:
    """Version and parameters as they look after a round trip through JSON."""
    identity = {"version": recipe.version, "parameters": dict(recipe.parameters)}
    return json.loads(json.dumps(identity))


def _read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest, or an empty one where it is missing or damaged."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def _checksum(path: Path) -> str:
    """SHA-256 in hexadecimal; empty where the file cannot be read."""
    try:
        with path.open("rb") as file:
            return sha256_of(file)
    except OSError:
        return ""


def _flush(path: Path) -> None:
    # Opened for writing, since Windows flushes no other.
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _prefix(folder: Path) -> str:
    return f".{folder.name}.making-"


def _remove_leftovers(folder: Path) -> None:
    """Remove what a killed process left; a younger one may still be at work."""
    for leftover in folder.parent.glob(f"{_prefix(folder)}*"):
        with contextlib.suppress(OSError):
            # Of what is in it the newest counts, and either way: a clock can be set meanwhile.
            touched_s = max(path.stat().st_mtime for path in (leftover, *leftover.iterdir()))
            if abs(time.time() - touched_s) > _LEFTOVER_AFTER_S:
                shutil.rmtree(leftover, ignore_errors=True)
