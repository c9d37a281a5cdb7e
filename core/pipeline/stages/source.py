"""Where the data come from: the first stage of every chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.model.kinds import Value
from core.model.settings import Settings
from core.model.stage import Stage


@dataclass(frozen=True)
class SourceStage(Stage):
    """Base of a workload's own source; it says what its elements are and cannot be off."""

    kind: ClassVar[str] = "source"
    title: ClassVar[str] = "source"
    help: ClassVar[str] = "Where the data come from."
    url: ClassVar[str] = "https://www.tensorflow.org/guide/data#reading_input_data"
    executed_as: ClassVar[tuple[str, ...]] = ("TensorSlice",)

    def with_contents(self, dataset: Any) -> Any:
        """The source's elements with what they stand for: a path with what is in the file.

        Only for looking at the data outside of training; most elements stand for themselves.
        """
        return dataset

    def decides(self, settings: Settings) -> dict[str, Value]:
        """Its settings that decide which data are delivered; not those that only slow it down."""
        return {self.id(knob.name): settings[self.id(knob.name)] for knob in self.knobs}

    def runs_as(self, settings: Settings) -> tuple[str, ...]:
        """See the base class."""
        return ("TensorSlice",)
