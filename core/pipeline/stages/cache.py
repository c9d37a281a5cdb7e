"""``Dataset.cache``: keep elements after the first epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.model.kinds import OFF, OneOf, Value
from core.model.knob import Knob, Switch
from core.model.settings import Settings
from core.model.stage import SourceData, Stage, StageCode
from core.model.training_change import ChangeKind, TrainingChange


@dataclass(frozen=True)
class Cache(Stage):
    """Keeps the elements of the first epoch in memory or on disk.

    Attributes:
        beside_map: The chain has a map, so the cache can stand before or after it.
    """

    kind: ClassVar[str] = "cache"
    title: ClassVar[str] = "cache"
    help: ClassVar[str] = "Keeps the elements of the first epoch, so later epochs skip that work."
    url: ClassVar[str] = "https://www.tensorflow.org/api_docs/python/tf/data/Dataset#cache"
    switch: ClassVar[Switch | None] = Switch("where", off=OFF, on="memory")
    executed_as: ClassVar[tuple[str, ...]] = ("MemoryCache", "FileCache")

    beside_map: bool = True

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """Where elements are kept, and on which side of the map."""
        return (_WHERE, _POSITION) if self.beside_map else (_WHERE,)

    def moved_before(self, settings: Settings) -> str | None:
        """Stands before the map where the person says so."""
        before = self.beside_map and settings[self.id("position")] == "before_map"
        return "map" if before else None

    def moved_behind(self, settings: Settings) -> str | None:
        """Stands behind the map also where that works on whole batches, and then keeps those."""
        after = self.beside_map and settings[self.id("position")] == "after_map"
        return "map" if after else None

    def training(self, settings: Settings) -> tuple[tuple[TrainingChange, Value], ...]:
        """See the base class; what a cache keeps is what comes before it."""
        running = [stage for stage in settings.stages_in_order() if stage.runs_as(settings)]
        place = running.index(self) if self in running else 0
        kept = {stage.kind for stage in running[:place]}
        return (
            *super().training(settings),
            (_KEEPS_MAPPED, "map" in kept),
            (_KEEPS_ORDER, "shuffle" in kept),
        )

    def warm_up_epochs(self, settings: Settings) -> int:
        """The epoch that fills the cache is not how the rest will be."""
        return 1 if self.is_on(settings) else 0

    def runs_as(self, settings: Settings) -> tuple[str, ...]:
        """See the base class."""
        kind = {"memory": "MemoryCache", "disk": "FileCache"}.get(str(settings[self.id("where")]))
        return (f"{kind}Impl", kind) if kind else ()

    def apply(self, dataset: Any, settings: Settings, data: SourceData) -> Any:
        """See the base class."""
        where = settings[self.id("where")]
        if where == OFF:
            return dataset
        return dataset.cache() if where == "memory" else dataset.cache(str(data.scratch / "cache"))

    def write(self, settings: Settings, data: SourceData) -> StageCode:
        """See the base class."""
        where = settings[self.id("where")]
        if where == OFF:
            return StageCode()
        if where == "memory":
            return StageCode(("dataset = dataset.cache()",))
        line = 'dataset = dataset.cache(os.path.join(tempfile.mkdtemp(), "cache"))'
        return StageCode((line,), imports=frozenset(("import os", "import tempfile")))


_KEEPS_MAPPED = TrainingChange(
    "a cache behind the map in one and not the other: if the map is random, every epoch repeats "
    "the first one's choices",
    ChangeKind.AUGMENTATION,
)
_KEEPS_ORDER = TrainingChange(
    "a cache behind the shuffle in one and not the other: every epoch repeats the first one's "
    "order",
    ChangeKind.ORDER,
)

_WHERE = Knob(
    name="where",
    main=True,
    label="keep in",
    help="Where the elements of the first epoch are kept: in memory, or in a file on disk.",
    cannot_help=(
        "Cannot help in the first epoch, which fills it; in memory, the elements must fit."
    ),
    kind=OneOf((OFF, "memory", "disk")),
    default=OFF,
)

_POSITION = Knob(
    name="position",
    label="position",
    help="Before the map, raw elements are kept; after it, finished ones, which saves its work.",
    cannot_help=(
        "After a random map the first epoch's random choices are repeated in every epoch: "
        "the model trains on something else."
    ),
    kind=OneOf(("before_map", "after_map")),
    default="after_map",
)
