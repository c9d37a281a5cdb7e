"""A change of settings that may help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.model.diagnosis import Trial
from core.model.kinds import Value
from core.model.training_change import ChangeKind, TrainingChange


@dataclass(frozen=True)
class Candidate:
    """A change of settings.

    Attributes:
        title: What it is, in words.
        changes: Its knobs and values.
        expected: Throughput with it over that without, about.
        stage: Id of the stage that it is about.
        memory_bytes: Memory that it takes.
        changes_training: What it changes in the training.
        guessed: Nothing that was measured says what it gains.
    """

    title: str
    changes: Mapping[str, Value]
    expected: float
    stage: str = ""
    memory_bytes: float = 0.0
    changes_training: tuple[TrainingChange, ...] = ()
    guessed: bool = False

    @property
    def kinds(self) -> frozenset[ChangeKind]:
        """What a person has to allow for it, all of them; empty where it needs no leave."""
        return frozenset(change.kind for change in self.changes_training)


def key_of(changed: Candidate | Trial) -> tuple[tuple[str, object], ...]:
    """The same for all that change the same knobs to the same values."""
    return tuple(sorted(changed.changes.items(), key=str))
