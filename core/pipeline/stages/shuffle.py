"""``Dataset.shuffle``: draw elements at random from a buffer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.model.kinds import OFF, Whole
from core.model.knob import Knob, Switch
from core.model.settings import Settings
from core.model.stage import SourceData, Stage, StageCode
from core.model.training_change import ChangeKind, TrainingChange

_SEED = "fit.seed"


@dataclass(frozen=True)
class Shuffle(Stage):
    """Shuffles with the run's seed, anew each epoch."""

    kind: ClassVar[str] = "shuffle"
    title: ClassVar[str] = "shuffle"
    help: ClassVar[str] = "Draws the next element at random from a buffer of elements."
    url: ClassVar[str] = "https://www.tensorflow.org/api_docs/python/tf/data/Dataset#shuffle"
    switch: ClassVar[Switch | None] = Switch("buffer_size", off=OFF, on=1024)
    executed_as: ClassVar[tuple[str, ...]] = ("Shuffle",)

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """The size of its buffer."""
        return (
            Knob(
                name="buffer_size",
                main=True,
                label="buffer size",
                help="How many elements wait in the buffer that the next one is drawn from.",
                cannot_help=(
                    "Never makes a pipeline faster: the buffer is filled before the first batch "
                    "of every epoch. It is there for the training."
                ),
                kind=Whole(1, 10_000_000, words=(OFF,), tries=(256, 1024, 4096)),
                default=OFF,
                unit="elements",
                changes_training=TrainingChange(
                    "another shuffle: the model sees the examples in another order",
                    ChangeKind.ORDER,
                ),
            ),
        )

    def runs_as(self, settings: Settings) -> tuple[str, ...]:
        """See the base class."""
        return ("Shuffle",) if self.is_on(settings) else ()

    def apply(self, dataset: Any, settings: Settings, data: SourceData) -> Any:
        """See the base class."""
        if not self.is_on(settings):
            return dataset
        return dataset.shuffle(settings[self.id("buffer_size")], seed=settings[_SEED])

    def write(self, settings: Settings, data: SourceData) -> StageCode:
        """See the base class."""
        if not self.is_on(settings):
            return StageCode()
        size = settings[self.id("buffer_size")]
        return StageCode((f"dataset = dataset.shuffle({size}, seed={settings[_SEED]})",))
