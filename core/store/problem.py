"""What was wrong with recordings, and what was done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_SHOWN = 3


@dataclass(frozen=True)
class Problem:
    """One thing.

    Attributes:
        about: What it is about: ``run 12``, or the name of a file.
        what: What was wrong, in a few words.
        done: What was done, or could be, about it; empty where nothing can be done.
        mended: Whether all is well now, as far as it can be.
        notify: Whether the person is notified. What comes with the end of a program and costs
            nothing is listed by ``repair`` alone.
    """

    about: str
    what: str
    done: str = ""
    mended: bool = True
    notify: bool = True

    def text(self, *, dry: bool = False) -> str:
        """A sentence; ``dry``: nothing was done yet."""
        done = f" {'To be done' if dry else 'Done'}: {self.done}." if self.done else ""
        return f"{self.about}: {self.what.removesuffix('.')}.{done}"


def notice_of(findings: Sequence[Problem]) -> str:
    """Those that the person should know of without asking, in a few sentences."""
    shown = [finding.text() for finding in findings if finding.notify]
    more = len(shown) - _SHOWN
    rest = f" {more} more: `python main.py repair` tells of all." if more > 0 else ""
    return " ".join(shown[:_SHOWN]) + rest
