"""What is to be run: frozen before it starts, enough to run it again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from core.model.kinds import Value

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_COMPARISON = "compare"


class Part(StrEnum):
    """What of a training takes place."""

    WHOLE = "model and pipeline"
    MODEL = "model alone"
    PIPELINE = "pipeline alone"


class Turn(NamedTuple):
    """A run's place in a comparison: which one, the repeat from 0, the configuration from 0."""

    group: str
    repeat: int
    which: int

    @property
    def letter(self) -> str:
        """What the configuration is called: A is the baseline."""
        return LETTERS[self.which % len(LETTERS)]

    def tag(self) -> str:
        """The same as a plan keeps it."""
        return f"{_COMPARISON}:{self.group}:{self.repeat}:{self.which}"


@dataclass(frozen=True)
class RunPlan:
    """One run to come. Plain values only, so it travels to another process and to disk.

    Attributes:
        workload: Id of the workload.
        values: A value for every knob, keyed ``stage.knob``.
        data_folder: Folder that holds generated data.
        id: Unique for all time.
        part: All of it, or one part alone to measure a ceiling.
        tag: Where it belongs in a sweep or the like; empty for a run by itself.
    """

    workload: str
    values: Mapping[str, Value]
    data_folder: str
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    part: Part = Part.WHOLE
    tag: str = ""

    @property
    def turn(self) -> Turn | None:
        """Its place in a comparison; None where it belongs to none."""
        kind, *parts = self.tag.split(":")
        if kind != _COMPARISON or len(parts) != 3 or not "".join(parts[1:]).isdecimal():
            return None
        return Turn(parts[0], int(parts[1]), int(parts[2]))

    @property
    def device(self) -> str:
        """Where the model trains: ``cpu``, ``gpu:N`` or ``emulated:<ms>``."""
        return str(self.values["fit.device"])
