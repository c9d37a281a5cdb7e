"""What a diagnosis asks of what measures for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from core.diagnosis.around import LoopTime, Validation
from core.diagnosis.callbacks import CallbackTime
from core.diagnosis.measures.cuts import Cut
from core.diagnosis.measures.segment import Segment
from core.model.settings import Settings
from core.pipeline.graph.graph import PipelineGraph


class Measures(Protocol):
    """What the search measures with; see ``core.diagnosis.measures.bench``."""

    def as_it_is(self, settings: Settings, seconds: float) -> Segment:
        """A short training with all of its buffers."""

    def shortened(self, settings: Settings, seconds: float) -> Segment:
        """A short training with smaller buffers and caches."""

    def whole_epochs(self, settings: Settings, seconds: float) -> Segment:
        """Training over whole epochs, with all of its buffers."""

    def model_alone(self, settings: Settings, seconds: float) -> Segment:
        """A short training on one batch."""

    def cuts(self, settings: Settings) -> Iterator[Cut]:
        """The cut rates of a pipeline."""

    def count(self, settings: Settings, stage: str, seconds: float) -> tuple[int, bool]:
        """Count the elements of a pass behind a stage.

        Args:
            settings: Of the pipeline.
            stage: Key of the stage.
            seconds: After which counting stops.

        Returns:
            Their number, and whether it is that of all: the pass ended, or the number follows from
            the share of its files that were read.
        """

    def count_kept(self, settings: Settings, seconds: float) -> None:
        """Count what comes to caches of which it is not known if they are ever full.

        ``graph`` knows it from then on.

        Args:
            settings: Of the pipeline.
            seconds: For each of them.
        """

    def validation(self, settings: Settings, seconds: float) -> Validation | None:
        """What a pass over the validation data takes; None without, or where nothing came."""

    def callbacks(self, settings: Settings, seconds: float) -> tuple[CallbackTime, ...]:
        """What callbacks take between batches and epochs, each measured for some seconds."""

    def loop(self, settings: Settings) -> LoopTime | None:
        """What a loop that calls ``fit`` takes besides; None without, or where it ends."""

    def graph(self, settings: Settings) -> PipelineGraph:
        """A pipeline under some settings."""

    def steps_per_epoch(self, settings: Settings) -> int | None:
        """Batches of an epoch; None where that is not known, -1 where one iterator serves all."""
