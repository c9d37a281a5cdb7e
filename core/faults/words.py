"""Parts of messages: paths, ages and names as a line can hold them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from core.text.plural import plural

LONGEST = 300
"""Characters of what TensorFlow says that a message quotes at most."""
_LONGEST_PATH = 120


def path(name: str | Path) -> str:
    """A path for a message: what is long is left out of its middle, its end stays."""
    text = str(name)
    if len(text) <= _LONGEST_PATH:
        return text
    head, tail = text[:30], text[-(_LONGEST_PATH - 31) :]
    return f"{head}…{tail}"


def full(name: str | Path) -> str:
    """The whole path for the technical text, where a message holds only its ends; else empty."""
    text = str(name)
    return "" if len(text) <= _LONGEST_PATH else f"The file: {text}"


def age(seconds: float) -> str:
    """``7,300 s`` as ``2 hours``."""
    for unit, length in (("day", 86400.0), ("hour", 3600.0), ("minute", 60.0)):
        if seconds >= 1.5 * length or (seconds >= length and unit != "minute"):
            return plural(round(seconds / length), unit)
    return plural(round(max(0.0, seconds)), "second")


def short(text: str, longest: int = LONGEST) -> str:
    """One line of at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def named(names: Sequence[str], most: int = 3) -> str:
    """The first of many names, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")


def nearest(name: str) -> str:
    """Where a path that does not exist leaves what there is, in a sentence; else empty."""
    place = Path(os.path.abspath(name))
    there = next((parent for parent in place.parents if parent.is_dir()), None)
    if there is None or there == place.parent:
        return ""
    missing = there / place.relative_to(there).parts[0]
    return f"Of its folders, {path(missing)} is the first that is missing."


def relative(name: str) -> str:
    """Where a path that does not begin at the root was looked for; else empty."""
    return "" if os.path.isabs(name) else f" (looked for in {path(os.getcwd())})"


def is_closed(folder: str) -> bool:
    """Whether there is such a folder and it may not be looked into."""
    try:
        os.listdir(folder)
    except PermissionError:
        return True
    except OSError:
        return False
    return not os.access(folder, os.X_OK)
