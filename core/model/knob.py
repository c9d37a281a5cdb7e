"""A knob: one thing about a stage that a person can change, declared once."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.model.kinds import AUTOTUNE, OFF, Kind, Value, Whole
from core.model.training_change import TrainingChange

ENABLED = "enabled"
"""The name of a knob that is nothing but its stage's switch."""
_ADDED_BEFORE = re.compile(r"\[before_(\w+)\]")


@dataclass(frozen=True)
class Knob:
    """The one declaration from which form, command line, table, code and help follow.

    Attributes:
        name: The argument's own name in tf.data or Keras, such as ``num_parallel_calls``.
        label: A short name for forms.
        help: One or two sentences on what it does.
        cannot_help: When changing it cannot make anything faster.
        kind: Which values it takes.
        default: The value it has when nothing was said.
        unit: Unit of its numbers, such as ``ms`` or ``batches``; empty for a plain count.
        main: The stage's name alone says it where there is little room: ``prefetch=2``.
        changes_training: What another value makes of the training, for comparisons; None
            where the model learns the same.
        advanced: Few people ever change it: a form folds it away while it has its default.
    """

    name: str
    label: str
    help: str
    cannot_help: str
    kind: Kind
    default: Value
    unit: str = ""
    main: bool = False
    changes_training: TrainingChange | None = None
    advanced: bool = False

    def title(self, stage: str) -> str:
        """What the window calls it: ``prefetch``, ``map parallel calls``, ``cache (added)``.

        Args:
            stage: The key of its stage.
        """
        label = self.label.removeprefix(f"{stage.partition('[')[0]} ")
        named = _ADDED_BEFORE.sub(r" (added before \1)", stage.replace("[added]", " (added)"))
        return named if self.main or self.name == ENABLED else f"{named} {label}"

    def tooltip(self) -> str:
        """What it does, when it cannot help and which values it takes."""
        unit = f" ({self.unit})" if self.unit else ""
        return f"{self.help}\n{self.cannot_help}\nTakes {self.kind.describe()}{unit}."

    def format(self, value: Value) -> str:
        """The value with its unit, as tables show it."""
        text = self.kind.format(value)
        if not self.unit or isinstance(value, str):
            return text
        return f"{text} {_singular(self.unit) if value == 1 else self.unit}"


def _singular(unit: str) -> str:
    """Units are written as plurals: ``batches`` is ``batch`` of one. Symbols stay as they are."""
    if unit.endswith("ches"):
        return unit[:-2]
    return unit[:-1] if unit.endswith("s") and len(unit) > 2 else unit


@dataclass(frozen=True)
class Switch:
    """How a stage is switched off: the knob that does it and the values for off and on.

    Attributes:
        knob: Name of the knob.
        off: Its value where the stage is off.
        on: The value that switches the stage on.
        clears: Names of others that switch the stage on by themselves; off, they are empty.
    """

    knob: str
    off: Value
    on: Value
    clears: tuple[str, ...] = ()


def tunable(maximum: int, tries: tuple[int, ...], minimum: int = 1) -> Whole:
    """The kind of a buffer or parallelism: off, a number, or left to AUTOTUNE."""
    return Whole(minimum, maximum, words=(OFF, AUTOTUNE), tries=tries)
