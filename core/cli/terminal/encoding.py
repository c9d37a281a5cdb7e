"""The encoding of names and texts: UTF-8, whatever the system's locale says."""

from __future__ import annotations

import contextlib
import os
import sys


def speak_utf8() -> None:
    """Begin anew in Python's UTF-8 mode where the system's encoding is another.

    Names of files reach TensorFlow, JSON and SQLite as UTF-8; with another encoding they would be
    other files there than here.
    """
    if sys.getfilesystemencoding() == "utf-8" or os.environ.get("PYTHONUTF8") == "1":
        return
    os.environ["PYTHONUTF8"] = "1"
    with contextlib.suppress(OSError):
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
