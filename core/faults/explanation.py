"""What an explanation is, and the type of the functions that give it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.faults.context import FailureContext
from core.faults.raised import ErrorInfo


@dataclass(frozen=True)
class Explanation:
    """What a person is told; each part one line.

    Attributes:
        what: What happened, naming the thing: file, record, stage, line, size.
        expected: What was expected instead.
        remedy: What to do.
        more: What belongs above the technical text: a full path that is too long for a line.
    """

    what: str
    expected: str
    remedy: str
    more: str = ""


Rule = Callable[[ErrorInfo, FailureContext], Explanation | None]
"""Recognises one kind of fault and explains it; None if the error is of another kind."""
