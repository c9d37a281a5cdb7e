"""``Dataset.repeat``: start over when the data run out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.model.settings import Settings
from core.model.stage import SourceData, Stage, StageCode
from core.pipeline.stages.fit import ALL, STEPS_PER_EPOCH


@dataclass(frozen=True)
class Repeat(Stage):
    """On exactly where the steps of an epoch are given as a number.

    Keras then keeps one iterator for all epochs and needs it never to end.
    """

    kind: ClassVar[str] = "repeat"
    title: ClassVar[str] = "repeat"
    help: ClassVar[str] = (
        "Starts over when the data run out. On where steps per epoch is a number: Keras then "
        "keeps one iterator for all epochs."
    )
    url: ClassVar[str] = "https://www.tensorflow.org/api_docs/python/tf/data/Dataset#repeat"
    executed_as: ClassVar[tuple[str, ...]] = ("ForeverRepeat",)

    def is_on(self, settings: Settings) -> bool:
        """Follows from ``fit.steps_per_epoch``."""
        return settings[STEPS_PER_EPOCH] != ALL

    def runs_as(self, settings: Settings) -> tuple[str, ...]:
        """See the base class."""
        return ("ForeverRepeat",) if self.is_on(settings) else ()

    def apply(self, dataset: Any, settings: Settings, data: SourceData) -> Any:
        """See the base class."""
        return dataset.repeat() if self.is_on(settings) else dataset

    def write(self, settings: Settings, data: SourceData) -> StageCode:
        """See the base class."""
        return StageCode(("dataset = dataset.repeat()",) if self.is_on(settings) else ())
