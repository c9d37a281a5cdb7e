"""What is to be run: frozen before it starts, enough to run it again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.model.kinds import Value


class Part(StrEnum):
    """What of a training takes place."""

    WHOLE = "model and pipeline"
    MODEL = "model alone"
    PIPELINE = "pipeline alone"


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
    def device(self) -> str:
        """Where the model trains: ``cpu``, ``gpu:N`` or ``emulated:<ms>``."""
        return str(self.values["fit.device"])
