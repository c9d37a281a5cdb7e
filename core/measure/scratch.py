"""Folders for what a pipeline writes while it runs, such as a cache on disk."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import psutil


def make_scratch(folder: Path) -> Path:
    """A new, empty folder for one run, and no more of those that nobody needs."""
    folder.mkdir(parents=True, exist_ok=True)
    sweep_scratch(folder)
    return Path(tempfile.mkdtemp(prefix=f"scratch-{os.getpid()}-", dir=folder))


def remove_scratch(folder: Path | None) -> None:
    """Remove the folder of a run that is over."""
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def sweep_scratch(folder: Path) -> None:
    """Remove what runs of processes that are gone left behind: a cache on disk can be large."""
    for left in folder.glob("scratch-*-*"):
        process = left.name.split("-")[1]
        if process.isdecimal() and not psutil.pid_exists(int(process)):
            shutil.rmtree(left, ignore_errors=True)
