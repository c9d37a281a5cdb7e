"""One reason to doubt a run's figures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Doubt:
    """One reason.

    Attributes:
        key: A name for it that stays the same.
        text: A sentence on what is doubtful and what would help.
    """

    key: str
    text: str
