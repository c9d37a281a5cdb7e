"""Errors for files that cannot be written."""

from __future__ import annotations

import errno

from core.model.errors import ExplorerError, InputError

EXPECTED = "a folder that can be written to, on a disk with free space"
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def write_error(what: str, error: OSError, *, then: str = "", more: str = "") -> ExplorerError:
    """An error that says what the system said, and how to go on.

    Args:
        what: What cannot be written.
        error: What the system raised.
        then: What follows from it.
        more: What else could be done.
    """
    full = error.errno in _NO_SPACE
    remedy = ("Free some space or name" if full else "Name") + " another folder with --data-dir DIR"
    return (ExplorerError if full else InputError)(
        f"{what} ({error.strerror or error}){then}", expected=EXPECTED, remedy=remedy + more
    )
