"""One thing that was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CheckState(StrEnum):
    """How it is. The value is how the list says it."""

    GOOD = "good"
    NOTE = "note"
    BAD = "BAD"


@dataclass(frozen=True)
class Check:
    """What was found.

    Attributes:
        key: A name that stays the same, for JSON.
        label: What was looked at.
        found: What is there.
        state: ``BAD`` keeps the window or runs from working as they are set up; ``NOTE`` is worth
            knowing, and all works.
        remedy: What to do; empty where nothing needs to be done.
    """

    key: str
    label: str
    found: str
    state: CheckState = CheckState.GOOD
    remedy: str = ""


def bad(key: str, label: str, value: str, remedy: str) -> Check:
    """Something that does not work."""
    return Check(key, label, value, CheckState.BAD, remedy)


def note(key: str, label: str, value: str, remedy: str = "") -> Check:
    """Something worth knowing."""
    return Check(key, label, value, CheckState.NOTE, remedy)
