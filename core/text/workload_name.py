"""The short name of a workload for tables and sentences."""

from __future__ import annotations

import re
import shlex
from pathlib import PurePath, PureWindowsPath

SCRIPT = "run-script:"
"""What the id of a training script begins with."""
SCRIPT_FIT = "--fit="
"""What follows where another call of ``fit`` than the first is taken."""
_FAR = re.compile(rf"(?:{SCRIPT_FIT}\d+ )?'?(ssh://[^/\s]+?|[^/\\\s]{{2,}}?):(?=/)")
"""What an id of code on another machine begins with: ``HOST:/path``."""
_CONTENT = re.compile(r"@[0-9a-f]{8}$")


def names_user_code(text: str) -> bool:
    """Whether a text names someone's own code: an id of it, or what opens it."""
    return ":" in text or text.endswith(".py")


def workload_name(workload_id: str, *others: str) -> str:
    """``train.py:make_dataset`` of someone's own code, whose id says more; else the id itself.

    Args:
        workload_id: Which one.
        others: Ids that are named beside it: where one of them would have the same short name,
            the content is part of it (``train.py:make_dataset@1a2b3c4d``).
    """
    short = _short(workload_id)
    if any(other != workload_id and _short(other) == short for other in others):
        content = _CONTENT.search(workload_id)
        return f"{short}{content.group() if content else ''}"
    return short


def _short(workload_id: str) -> str:
    content = _CONTENT.search(workload_id)
    if content is None:
        return workload_id
    plain = workload_id[: content.start()]
    far = _FAR.match(plain.removeprefix(SCRIPT))
    on = f" on {far[1]}" if far else ""
    return _short_name(plain) + on


def _short_name(plain: str) -> str:
    if plain.startswith(SCRIPT):
        try:
            file, *arguments = shlex.split(plain.removeprefix(SCRIPT))
            which = ""
            if file.startswith(SCRIPT_FIT):
                which = f" (fit {file.removeprefix(SCRIPT_FIT)})"
                file, *arguments = arguments
        except ValueError:
            return plain
        return shlex.join((_file_name(file), *arguments)) + which
    file, _, name = plain.rpartition(":")
    return f"{_file_name(file)}:{name}"


def _file_name(path: str) -> str:
    """Of a path of this or another machine."""
    return (PureWindowsPath(path) if "\\" in path else PurePath(path)).name
