"""``Dataset.batch``: put elements together into what one train step takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.model.kinds import Toggle, Whole
from core.model.knob import Knob
from core.model.settings import Settings
from core.model.stage import SourceData, Stage, StageCode
from core.model.training_change import ChangeKind, TrainingChange


@dataclass(frozen=True)
class Batch(Stage):
    """Stacks elements; cannot be switched off, since ``fit`` takes batches."""

    kind: ClassVar[str] = "batch"
    title: ClassVar[str] = "batch"
    help: ClassVar[str] = "Stacks elements into the batch that one train step takes."
    url: ClassVar[str] = "https://www.tensorflow.org/api_docs/python/tf/data/Dataset#batch"
    executed_as: ClassVar[tuple[str, ...]] = ("BatchV2", "MapAndBatch")

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """How many elements, and what becomes of a last batch that is not full."""
        return (
            Knob(
                name="batch_size",
                main=True,
                label="batch size",
                help="How many examples one train step takes.",
                cannot_help="Changes the training too: runs with other sizes learn differently.",
                kind=Whole(1, 65_536, tries=(8, 16, 32, 64, 128)),
                default=32,
                unit="examples",
                changes_training=TrainingChange(
                    "another batch size: the training takes other steps, and each step does "
                    "other work"
                ),
            ),
            Knob(
                name="drop_remainder",
                label="drop remainder",
                help="Leaves out the last batch of an epoch where it is not full.",
                cannot_help="Seldom changes speed; the examples left out are not trained on.",
                kind=Toggle(),
                default=False,
                changes_training=TrainingChange(
                    "drop_remainder differs: the last, unfilled batch is trained on in one and "
                    "not the other",
                    ChangeKind.REMAINDER,
                ),
            ),
        )

    def runs_as(self, settings: Settings) -> tuple[str, ...]:
        """See the base class."""
        return ("BatchV2",)

    def apply(self, dataset: Any, settings: Settings, data: SourceData) -> Any:
        """See the base class."""
        return dataset.batch(
            settings[self.id("batch_size")], drop_remainder=settings[self.id("drop_remainder")]
        )

    def write(self, settings: Settings, data: SourceData) -> StageCode:
        """See the base class."""
        drop = ", drop_remainder=True" if settings[self.id("drop_remainder")] else ""
        return StageCode((f"dataset = dataset.batch({settings[self.id('batch_size')]}{drop})",))
