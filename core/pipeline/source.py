"""Where the data come from: the first stage of every chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.model.settings import Settings
from core.model.stage import Stage


@dataclass(frozen=True)
class Source(Stage):
    """Base of a workload's own source; it says what its elements are and cannot be off."""

    kind: ClassVar[str] = "source"
    title: ClassVar[str] = "source"
    help: ClassVar[str] = "Where the data come from."
    url: ClassVar[str] = "https://www.tensorflow.org/guide/data#reading_input_data"
    executed_as: ClassVar[tuple[str, ...]] = ("TensorSlice",)

    def runs_as(self, settings: Settings) -> tuple[str, ...]:
        """See the base class."""
        return ("TensorSlice",)
