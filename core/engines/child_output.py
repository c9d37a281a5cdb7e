"""Passes on what isolated runs print; what TensorFlow says at every start, once."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable

_LOGGED = re.compile(r"[IWE]\d{4} \d\d:\d\d:\d+\.\d+ +\d+ (.*)", re.S)
"""A line of TensorFlow's log: level and day, time, thread, then where and what."""
_FIRST = "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR"
_CRASH = "Fatal Python error: "
_MAYBE = re.compile(r"[IWE]\d{0,4}$|[IWE]\d{4} |W(?:ARNING: All)?|Fatal Py|F$")
"""What may become such a line once the rest of it is there."""


def to_stderr(text: str) -> None:
    """Write to this program's stderr; where that is closed, the text is lost and nothing else."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(text)
            sys.stderr.flush()


class ChildOutput:
    """Between all isolated runs of a program and its stderr."""

    def __init__(self, write: Callable[[str], None] = to_stderr) -> None:
        """Remember nothing yet.

        Args:
            write: Takes what is passed on.
        """
        self._write = write
        self._said: set[str] = set()

    def listener(self) -> Callable[[str], None]:
        """What takes the text of one process, piece by piece."""
        rest, crashed = "", False

        def take(text: str) -> None:
            nonlocal rest, crashed
            *lines, rest = (rest + text).split("\n")
            new = ""
            for line in lines:
                # Pages of stacks follow, and nothing else: they go into the run's details.
                crashed = crashed or line.startswith(_CRASH)
                if not crashed and self._is_new(line):
                    new += f"{line}\n"
            if rest and not crashed and not _MAYBE.match(rest):
                # The beginning of a line, such as a bar that grows, is not held back.
                new, rest = new + rest, ""
            if new:
                self._write(new)

        return take

    def _is_new(self, line: str) -> bool:
        logged = _LOGGED.fullmatch(line)
        if logged is None and line != _FIRST:
            return True
        said = logged[1] if logged else line
        if said in self._said:
            return False
        self._said.add(said)
        return True
