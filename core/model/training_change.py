"""What other settings make of the training."""

from __future__ import annotations

from dataclasses import dataclass

from core.python_versions import StrEnum


class ChangeKind(StrEnum):
    """A kind of change to the training that a diagnosis may recommend where a person allows it."""

    ORDER = "order"
    """The order of the examples."""
    REMAINDER = "remainder"
    """Which examples the last, unfilled batch of an epoch leaves out."""
    AUGMENTATION = "augmentation"
    """Which random changes an example sees, such as those that a cache would repeat."""
    PRECISION = "precision"
    """How numbers are rounded: types that the model computes in, the order of sums."""
    OTHER = "other"
    """Anything else that the model trains on, or how."""


@dataclass(frozen=True)
class TrainingChange:
    """What another value makes of the training.

    Attributes:
        words: A clause, such as "another seed: other weights".
        kind: What a person has to allow for it.
    """

    words: str
    kind: ChangeKind = ChangeKind.OTHER
