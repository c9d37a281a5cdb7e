"""A disk that is full, or a limit on what may be written, met while a run was under way."""

from __future__ import annotations

import errno
import os
import re
import traceback
from pathlib import Path

from core.model.errors import ExplorerError, RunError
from core.model.sizes import DISK_FULL, free_words, size_words, taken_bytes

_SAID = {os.strerror(number): number for number in DISK_FULL}
# TensorFlow writes the file, a semicolon and the reason, with words of its own in front.
_WHERE = re.compile(
    r"(?:.*(?:\}\} |essage: ))?(?P<file>\S.*); (?:" + "|".join(map(re.escape, _SAID)) + ")"
)


def disk_full(error: BaseException, scratch: Path | None) -> ExplorerError | None:
    """The error of a full disk in words; None where it is another error.

    TensorFlow calls it out of resources, in the words that it has for memory.

    Args:
        error: What was raised.
        scratch: The run's folder for what a pipeline writes, not yet removed; None before there
            is one.
    """
    chain = _chain(error)
    if any(isinstance(link, ExplorerError) for link in chain):
        return None
    said = next((place for link in chain if (place := _said(link))), None)
    if said is None:
        return None
    why, file = said
    details = "".join(traceback.format_exception(error))
    if scratch is not None and Path(file or "/").is_relative_to(scratch):
        written = size_words(taken_bytes(scratch))
        return RunError(
            f"The disk is full: the cache had written {written} in {scratch.parent} ({why})",
            expected=f"room for all elements that it keeps, more than {written}; they are removed "
            "when the run ends",
            remedy="Free some space there, cache in memory or not at all, or choose another "
            "folder with --data-dir DIR.",
            details=details,
        )
    left = free_words(Path(file).parent) if file else ""
    full = "The disk is full: " if why == os.strerror(errno.ENOSPC) else ""
    return RunError(
        f"{full}{file or 'What the run writes'} cannot be written ({why})",
        expected="a disk with room for it",
        remedy=f"Free some space there{left and f': {left}'}.",
        details=details,
    )


def _chain(error: BaseException) -> list[BaseException]:
    """The error and what it came of, the latest first."""
    errors: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in errors:
        errors.append(at)
        at = at.__cause__
    return errors


def _said(error: BaseException) -> tuple[str, str] | None:
    """What the system says and the file that it says it of, empty where it does not say."""
    if isinstance(error, OSError) and error.errno in DISK_FULL:
        return error.strerror or str(error), str(error.filename or "")
    text = str(getattr(error, "message", "") or error)
    why = next((phrase for phrase in _SAID if phrase in text), None)
    if why is None or isinstance(error, OSError):
        return None
    match = _WHERE.search(text)
    return why, match["file"].strip() if match else ""
