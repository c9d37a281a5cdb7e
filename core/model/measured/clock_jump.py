"""A jump of the machine's clock while a run was measured."""

from __future__ import annotations

from dataclasses import dataclass

MOST_JUMPS = 100
"""Jumps that a run keeps at most, the first ones."""


@dataclass(frozen=True)
class ClockJump:
    """The clock was set, or the machine slept.

    Attributes:
        step: Index of the step that it fell in, from 0.
        by_s: How far it jumped, in seconds; below 0 where it was set back.
    """

    step: int
    by_s: float
