"""``Dataset.prefetch``: prepare the next batches while the model trains."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from core.model.kinds import AUTOTUNE, OFF
from core.model.knob import Knob, Switch, tunable
from core.model.settings import Settings
from core.model.stage import SourceData, Stage, StageCode
from core.pipeline.stages.arguments import argument, written

ELEMENTS, BATCHES = "elements", "batches"
"""What a buffer holds: in front of what batches them, or behind."""


def holding(knob: Knob, holds: str) -> Knob:
    """The size of a prefetch's buffer, counted in what it holds."""
    return replace(knob, unit=holds, help=knob.help.replace(BATCHES, holds))


@dataclass(frozen=True)
class Prefetch(Stage):
    """The last stage before ``fit``: a buffer that a background thread keeps full."""

    kind: ClassVar[str] = "prefetch"
    title: ClassVar[str] = "prefetch"
    help: ClassVar[str] = "Prepares the next batches in the background while the model trains."
    url: ClassVar[str] = "https://www.tensorflow.org/api_docs/python/tf/data/Dataset#prefetch"
    switch: ClassVar[Switch | None] = Switch("buffer_size", off=OFF, on=AUTOTUNE)
    executed_as: ClassVar[tuple[str, ...]] = ("Prefetch",)

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """The size of its buffer."""
        return (
            Knob(
                name="buffer_size",
                main=True,
                label="buffer size",
                help="How many finished batches wait for the model; autotune lets it grow.",
                cannot_help=(
                    "Cannot make the pipeline itself faster: it hides its time behind the train "
                    "step's, at most until the slower of the two is all that is left."
                ),
                kind=tunable(4096, (1, 2, 4, 8)),
                default=OFF,
                unit="batches",
            ),
        )

    def warm_up_steps(self, settings: Settings) -> int:
        """Batches that were made ready while the train step was traced."""
        size = settings[self.id("buffer_size")]
        return size if isinstance(size, int) else 0

    def runs_as(self, settings: Settings) -> tuple[str, ...]:
        """See the base class."""
        return ("Prefetch",) if self.is_on(settings) else ()

    def apply(self, dataset: Any, settings: Settings, data: SourceData) -> Any:
        """See the base class."""
        size = settings[self.id("buffer_size")]
        return dataset if size == OFF else dataset.prefetch(argument(size))

    def write(self, settings: Settings, data: SourceData) -> StageCode:
        """See the base class."""
        size = settings[self.id("buffer_size")]
        return StageCode(() if size == OFF else (f"dataset = dataset.prefetch({written(size)})",))
