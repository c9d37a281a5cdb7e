"""A change of settings that may help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.model.diagnosis import Allowed, Trial
from core.model.kinds import Value


@dataclass(frozen=True)
class Candidate:
    """A change of settings.

    Attributes:
        title: What it is, in words.
        changes: Its knobs and values.
        expected: Throughput with it over that without, about.
        stage: Id of the stage that it is about.
        memory_bytes: Memory that it takes.
        changes_training: What it changes in the training, each a clause.
        allowed: The kind of change to the training; None where there is none.
        guessed: Nothing that was measured says what it gains.
    """

    title: str
    changes: Mapping[str, Value]
    expected: float
    stage: str = ""
    memory_bytes: float = 0.0
    changes_training: tuple[str, ...] = ()
    allowed: Allowed | None = None
    guessed: bool = False


def key_of(changed: Candidate | Trial) -> tuple[tuple[str, object], ...]:
    """The same for all that change the same knobs to the same values."""
    return tuple(sorted(changed.changes.items(), key=str))
