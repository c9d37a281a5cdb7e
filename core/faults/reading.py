"""Files that are not there, may not be read, or cannot be opened."""

from __future__ import annotations

import os
import re
from pathlib import Path

from core.faults.raised import Raised
from core.faults.rule import Rule, Told
from core.faults.scene import Scene
from core.faults.words import full, nearest, path, relative

_BEFORE = re.compile(r"^(?:.*?: )?(?P<file>[^\n]+?); (?P<why>[A-Z][a-z ]+)", re.DOTALL)
_IN_PYTHON = re.compile(
    r"\[Errno (?P<errno>\d+)\] (?P<why>[^:\n]+)(?:: (?P<file>'[^'\n]*'|\"[^\"\n]*\"))?"
)
_NO_MATCH = re.compile(r"No files matched pattern: (?P<file>.+?)['\"]?$", re.DOTALL)
_LOCK = re.compile(r"_\d+\.lockfile$")


def _file(raised: Raised, why: str, errno: int) -> str | None:
    """The file about which the system said something; None where it said something else."""
    error = raised.error
    if isinstance(error, OSError) and not raised.is_of_tensorflow:
        return str(error.filename or "a file") if error.errno == errno else None
    found = _IN_PYTHON.search(raised.text)
    if found:
        here = int(found["errno"]) == errno
        return (found["file"] or "a file").strip("'\"") if here else None
    found = _BEFORE.match(raised.text)
    return found["file"] if found and found["why"].startswith(why) else None


def _missing(raised: Raised, scene: Scene) -> Told | None:
    name = _file(raised, "No such file or directory", 2)
    if name is None:
        return None
    if _LOCK.search(name):
        folder = os.path.dirname(name)
        return Told(
            f"The folder {path(folder)} of a cache file is not there{at(raised, scene)}",
            "a folder in which Dataset.cache(filename) can write",
            f"Make the folder, or give cache another file name. {nearest(name)}".strip(),
            full(name),
        )
    file = Path(name)
    if scene.is_generated(file):
        remedy = "Run again: generated data that are missing are made anew."
    else:
        remedy = "Put the file there, or mend the path or the pattern that names it."
    return Told(
        f"{path(name)} is not there{relative(name)}{at(raised, scene)}",
        "a file that can be read, for as long as the run lasts",
        f"{remedy} {nearest(name)}".strip(),
        full(name),
    )


def _permission(raised: Raised, scene: Scene) -> Told | None:
    name = _file(raised, "Permission denied", 13)
    if name is None:
        return None
    closed = _closed(name)
    of = f": its folder {path(closed)} is closed to you" if closed and closed != name else ""
    return Told(
        f"{path(name)} may not be read{of}{at(raised, scene)}",
        "permission to read the file and to enter its folders",
        f"Ask its owner, or `chmod +r{'x' if os.path.isdir(closed) else ''} {path(closed or name)}`"
        ", and run again.",
        full(name),
    )


def _closed(name: str) -> str:
    """The first folder on the way to a file that may not be entered, else the file."""
    for folder in reversed(Path(os.path.abspath(name)).parents):
        if is_closed(str(folder)):
            return str(folder)
    return name


def is_closed(folder: str) -> bool:
    """Whether there is such a folder and it may not be looked into."""
    try:
        os.listdir(folder)
    except PermissionError:
        return True
    except OSError:
        return False
    return not os.access(folder, os.X_OK)


def _directory(raised: Raised, scene: Scene) -> Told | None:
    name = _file(raised, "Is a directory", 21)
    if name is None:
        return None
    return Told(
        f"{path(name)} is a folder and was read as a file{at(raised, scene)}",
        "the path of a file",
        "Name the files in it, for example with tf.data.Dataset.list_files"
        f"({path(os.path.join(name, '*'))!r}).",
        full(name),
    )


def _no_match(raised: Raised, scene: Scene) -> Told | None:
    found = _NO_MATCH.search(raised.text)
    if found is None:
        return None
    pattern = found["file"].strip("'\"[] ")
    folder = os.path.dirname(pattern.split("*")[0].split("?")[0]) or "."
    if not os.path.isdir(folder):
        why = f"the folder {path(folder)} is not there{relative(folder)}"
        remedy = f"Mend the pattern. {nearest(pattern)}".strip()
    elif is_closed(folder):
        why = f"the folder {path(folder)} may not be read"
        remedy = f"Ask for permission: `chmod +rx {path(folder)}`."
    else:
        count = len(os.listdir(folder))
        why = f"the folder {path(folder)} is empty"
        if count:
            entries = "the one entry" if count == 1 else f"the {count:,} entries"
            why = f"none of {entries} of {path(folder)} is like that"
        remedy = "Put the files there, or mend the pattern."
    return Told(
        f"No file is like {path(pattern)}: {why}{at(raised, scene)}",
        "at least one file",
        remedy,
    )


def _too_many(raised: Raised, scene: Scene) -> Told | None:
    name = _file(raised, "Too many open files", 24)
    if name is None:
        return None
    return Told(
        f"Too many files are open at the same time: {path(name)} could not be opened too"
        f"{at(raised, scene)}",
        "fewer open files than the system allows a process (`ulimit -n`)",
        "Make interleave.cycle_length smaller, or raise the limit with `ulimit -n 4096`.",
        full(name),
    )


def at(raised: Raised, scene: Scene) -> str:
    """Where that was, to follow what happened: their line, else the stage; empty where unknown."""
    place = raised.place or scene.place(raised)
    file, comma, line = place.rpartition(", line ")
    if raised.place and comma:
        place = f"{path(Path(file).name)}, line {line}"
    return f", in {place}" if place else ""


RULES = (
    Rule("file_missing", _missing),
    Rule("no_permission", _permission),
    Rule("folder_as_file", _directory),
    Rule("no_file_matches", _no_match),
    Rule("too_many_open_files", _too_many),
)
