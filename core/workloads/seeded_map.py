"""A map whose function takes a random seed along with each element.

Random operations with a state of their own (``tf.image.random_brightness``) give other
results in every run as soon as several calls work in parallel. Their stateless twins
(``tf.image.stateless_random_brightness``) take a seed instead, and the same seed gives the
same result on any thread. The seeds join the elements here, right before the map, and not at
the source: a cache before the map then keeps the elements and not their luck.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from core.model.kinds import Value
from core.model.recorded_call import FunctionSeen
from core.model.settings import Settings
from core.model.stage import SourceData, StageCode
from core.model.training_change import ChangeKind, TrainingChange
from core.pipeline.stages.function import Function
from core.pipeline.stages.map import Map

if TYPE_CHECKING:
    import tensorflow as tf
else:
    from core.lazy import tf

SEED = "fit.seed"
BATCH_SIZE = "batch.batch_size"
_DRAWN_BEHIND = TrainingChange(
    "random numbers are drawn behind the shuffle in one and not the other: the same work on each "
    "example, with other random numbers",
    ChangeKind.AUGMENTATION,
)


def element_seeds(seed: int) -> tf.data.Dataset:
    """A random number for each element, and others in the next epoch."""
    return tf.data.Dataset.random(seed=seed, rerandomize_each_iteration=True)


def epoch_seeds(seed: int) -> tf.data.Dataset:
    """One random number for all elements of an epoch, and another in the next epoch."""
    draws = tf.data.Dataset.random(seed=seed, rerandomize_each_iteration=True)
    return draws.take(1).flat_map(lambda draw: tf.data.Dataset.from_tensors(draw).repeat())


def zip_line(seeds: Callable[[int], Any], settings: Settings, batch: int = 0) -> str:
    """The line of code that joins seeds to the elements, or batches of seeds to batches."""
    batched = f".batch({batch})" if batch else ""
    made = seeds_of(seeds, settings).call_expression()
    return f"dataset = tf.data.Dataset.zip(dataset, {made}{batched})"


def seeds_of(seeds: Callable[[int], Any], settings: Settings) -> Function:
    """The dataset of seeds for the run's own seed."""
    return Function(seeds, {"seed": settings[SEED]})


@dataclass(frozen=True)
class SeededMap(Map):
    """Zips the elements with seeds, then maps a function of both.

    Where it works on whole batches, each example in them has a seed of its own too: the same one
    as by itself, unless the elements come shuffled. The last batch of seeds may be longer than
    that of the examples.

    Attributes:
        seeds: Makes the dataset of seeds from the run's seed.
    """

    executed_as: ClassVar[tuple[str, ...]] = ("Zip", *Map.executed_as)

    seeds: Callable[[int], Any] = element_seeds

    def applies(self, settings: Settings) -> FunctionSeen | None:
        """See the base class; the seeds are others in each epoch."""
        function = super().applies(settings)
        return None if function is None else replace(function, random=True)

    def runs_as(self, settings: Settings) -> tuple[str, ...]:
        """See the base class."""
        return ("Zip", *super().runs_as(settings)) if self.is_mapped(settings) else ()

    def training(self, settings: Settings) -> tuple[tuple[TrainingChange, Value], ...]:
        """See the base class; seeds go by the place in line, which a shuffle changes."""
        before = [stage for stage in settings.stages_in_order() if stage.runs_as(settings)]
        before = before[: before.index(self)] if self in before else []
        shuffled = any(stage.kind == "shuffle" for stage in before)
        return (*super().training(settings), (_DRAWN_BEHIND, shuffled))

    def apply(self, dataset: Any, settings: Settings, data: SourceData) -> Any:
        """See the base class."""
        if not self.is_mapped(settings):
            return dataset
        seeds = seeds_of(self.seeds, settings).bound()()
        if self.is_vectorized(settings):
            seeds = seeds.batch(settings[BATCH_SIZE])
        return super().apply(tf.data.Dataset.zip(dataset, seeds), settings, data)

    def write(self, settings: Settings, data: SourceData) -> StageCode:
        """See the base class."""
        if not self.is_mapped(settings):
            return StageCode()
        code = super().write(settings, data)
        seeds = seeds_of(self.seeds, settings)
        batch = int(settings[BATCH_SIZE]) if self.is_vectorized(settings) else 0
        return StageCode(
            (zip_line(self.seeds, settings, batch), *code.lines),
            (*seeds.sources(), *code.functions),
            code.imports | seeds.imports(),
        )
