"""What is to be run: frozen before it starts, enough to run it again."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from core.model.kinds import Value

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TAGS = {"comparison": "compare", "sweep": "sweep"}
_KINDS = {tag: kind for kind, tag in _TAGS.items()}
_GROUP, _PLACE = re.compile(r"[0-9A-Za-z_-]{1,64}"), re.compile(r"[0-9]{1,6}")

WINDOW = "window"
PROCESS = "process"
DEVICE = "fit.device"
"""The setting that says where the model trains."""
ENGINES = (WINDOW, PROCESS)
"""Where ``model.fit`` runs: in the program itself, on a thread; or isolated, in a process of its
own that ends with the run."""
ENGINE_WORDS = {WINDOW: "in this process", PROCESS: "a process of its own"}
"""How a run's environment names its engine: runs of unlike engines are never put together."""


class Part(StrEnum):
    """What of a training takes place."""

    WHOLE = "model and pipeline"
    MODEL = "model alone"
    PIPELINE = "pipeline alone"


Place = tuple[int, int]
"""Which repeat, from 0, of which configuration, from 0."""


class Turn(NamedTuple):
    """A run's place in an experiment.

    Attributes:
        kind: ``comparison`` or ``sweep``.
        group: The experiment's id.
        repeat: Counts from 0.
        which: The configuration, from 0.
    """

    kind: str
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

    def tag(self) -> str:
        """The same as a plan keeps it."""
        return f"{_TAGS[self.kind]}:{self.group}:{self.repeat}:{self.which}"


def configuration_name(kind: str, which: int) -> str:
    """``B`` for the second configuration of a comparison, ``#2`` for that of a sweep."""
    return LETTERS[which % len(LETTERS)] if kind == "comparison" else f"#{which + 1}"


def new_id() -> str:
    """An id that no run has."""
    return uuid.uuid4().hex


@dataclass(frozen=True)
class RunPlan:
    """One run to come. Plain values only, so it travels to another process and to disk.

    Attributes:
        workload: Id of the workload.
        values: A value for every knob, keyed ``stage.knob``.
        data_folder: Folder that holds generated data.
        id: Unique for all time.
        part: All of it, or one part alone to measure a ceiling.
        tag: Its place in an experiment, as ``Turn.tag`` writes it; empty for a run by itself.
        pipeline: What makes a workload of someone's own known where its file is not
            (``Workload.record``); empty for a built-in one.
        engine: Where it trains: one of ``ENGINES``.
    """

    workload: str
    values: Mapping[str, Value]
    data_folder: str
    id: str = field(default_factory=new_id)
    part: Part = Part.WHOLE
    tag: str = ""
    pipeline: str = ""
    engine: str = WINDOW

    @property
    def turn(self) -> Turn | None:
        """Its place in an experiment; None where it belongs to none."""
        head, *parts = self.tag.split(":")
        if head not in _KINDS or len(parts) != 3 or not _GROUP.fullmatch(parts[0]):
            return None
        # Up to so many digits: an experiment has a place for each, and all of them are counted.
        if not all(_PLACE.fullmatch(part) for part in parts[1:]):
            return None
        return Turn(_KINDS[head], parts[0], int(parts[1]), int(parts[2]))

    @property
    def device(self) -> str:
        """Where the model trains: ``cpu``, ``gpu:N`` or ``emulated:<ms>``."""
        return str(self.values[DEVICE])
