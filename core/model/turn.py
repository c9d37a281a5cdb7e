"""The place of a run in a comparison, sweep or diagnosis."""

from __future__ import annotations

from dataclasses import dataclass

from core.python_versions import StrEnum

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

Place = tuple[int, int]
"""Which repeat, from 0, of which configuration, from 0."""


class ExperimentKind(StrEnum):
    """What the configurations are run for."""

    COMPARISON = "comparison"
    """Is one of them faster than the first, the baseline?"""
    SWEEP = "sweep"
    """How does a figure follow from some knobs?"""
    DIAGNOSIS = "diagnosis"
    """What limits it, and which change helps? One run, which may be gone on with."""


@dataclass(frozen=True)
class Turn:
    """A run's place in an experiment.

    Attributes:
        kind: Comparison, sweep or diagnosis.
        group: The experiment's id.
        repeat: Counts from 0.
        which: The configuration, from 0.
    """

    kind: ExperimentKind
    group: str
    repeat: int
    which: int

    @property
    def place(self) -> Place:
        """Repeat and configuration."""
        return self.repeat, self.which

    @property
    def letter(self) -> str:
        """What the configuration is called: letters in a comparison, whose baseline is A."""
        return configuration_name(self.kind, self.which)

    @property
    def name(self) -> str:
        """What the run is called: ``B 2``, the second repeat of the configuration B."""
        return f"{self.letter} {self.repeat + 1}"


def configuration_name(kind: ExperimentKind, which: int) -> str:
    """``B`` for the second configuration of a comparison, ``#2`` for that of a sweep."""
    if kind is ExperimentKind.SWEEP:
        return f"#{which + 1}"
    return LETTERS[which % len(LETTERS)]
