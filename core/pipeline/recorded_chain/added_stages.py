"""Stages that are not in someone's own code, and can be added to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from core.model.kinds import Toggle, Value
from core.model.knob import ENABLED, Knob, Switch
from core.model.settings import Settings
from core.model.stage import Stage
from core.model.training_change import ChangeKind, TrainingChange
from core.pipeline.recorded_chain.moves import BEFORE_SHUFFLE
from core.pipeline.stages.fit import STEPS_PER_EPOCH, Fit
from core.pipeline.stages.options import Options
from core.pipeline.stages.prefetch import BATCHES, Prefetch, holding
from core.pipeline.stages.service import Service
from core.pipeline.stages.stand_in import EMULATED

ADDED = "added"
ADDED_NAMES = (ADDED, BEFORE_SHUFFLE)
"""The own names of stages that are not in the code."""
_STEPS = 100
"""Of an epoch over data that never end, unless another number is chosen."""
_STEPS_HELP = (
    "How many batches make an epoch, as in model.fit(steps_per_epoch=...). All: the whole data, "
    "with a new iterator each epoch. A number: one iterator serves all epochs; an epoch in which "
    "the data run out ends early, and the next one starts over."
)


@dataclass(frozen=True)
class AddedCache(Stage):
    """A cache that is not in the code, behind one of its calls; off until it is wanted.

    Attributes:
        behind: Key of the call.
        doubt: Why the elements may be others in each epoch all the same, and what a cache then
            changes; None where they are the same.
        shuffle: Key of the shuffle that then stands behind it; else empty.
    """

    kind: ClassVar[str] = "cache"
    help: ClassVar[str] = "Not in the code: keeps the elements of the first epoch in memory."
    url: ClassVar[str] = "https://www.tensorflow.org/api_docs/python/tf/data/Dataset#cache"
    switch: ClassVar[Switch | None] = Switch(ENABLED, off=False, on=True)
    executed_as: ClassVar[tuple[str, ...]] = ("MemoryCache",)

    behind: str
    doubt: TrainingChange | None = None
    shuffle: str = ""

    @property
    def title(self) -> str:  # type: ignore[override]
        """See the base class."""
        return f"cache (added before {self.shuffle})" if self.shuffle else "cache (added)"

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """Whether it is there."""
        return (
            Knob(
                name=ENABLED,
                label="on",
                help=self._help,
                cannot_help="Cannot help in the first epoch; the elements must fit into memory.",
                kind=Toggle(),
                default=False,
                main=True,
                changes_training=self._change,
            ),
        )

    @property
    def _change(self) -> TrainingChange | None:
        if self.doubt is None:
            return None
        words = (
            f"a cache behind {self.behind} in one and not the other: {self.doubt.words}, and a "
            "cache repeats the first epoch's in all others"
        )
        return replace(self.doubt, words=words)

    @property
    def _help(self) -> str:
        unless = f", unless {self.doubt.words}" if self.doubt is not None else ""
        if self.shuffle:
            return (
                f"Adds .cache() behind {self.behind} and moves {self.shuffle} behind it: the same "
                f"elements in the same order, each made once{unless}."
            )
        return (
            f"Adds .cache() behind {self.behind}: the last call that gives the same elements in "
            f"every epoch{unless}."
        )

    def call_before(self, settings: Settings) -> str:
        """Key of the call that it stands behind."""
        return self.behind

    def moved_behind(self, settings: Settings) -> str | None:
        """It goes with its call."""
        return self.behind

    def training(self, settings: Settings) -> tuple[tuple[TrainingChange, Value], ...]:
        """See the base class; a shuffle that moved in front of it is drawn once."""
        shuffled = self.is_on(settings) and any(
            stage.kind == "shuffle" for stage in _now_before(self, settings)
        )
        change = TrainingChange(
            f"a shuffle in front of the cache behind {self.behind}: every epoch in one order",
            ChangeKind.ORDER,
        )
        return (*super().training(settings), *(((change, True),) if shuffled else ()))

    def runs_as(self, settings: Settings) -> tuple[str, ...]:
        """See the base class."""
        return ("MemoryCacheImpl", "MemoryCache") if self.is_on(settings) else ()

    def warm_up_epochs(self, settings: Settings) -> int:
        """See the base class."""
        return 1 if self.is_on(settings) else 0


def _now_before(stage: AddedCache, settings: Settings) -> list[Stage]:
    """Stages in front of a cache that belong behind it."""
    order, written = settings.stages_in_order(), settings.chain.stages
    behind = written[written.index(stage) :]
    now_before = order[: order.index(stage)]
    return [other for other in now_before if other in behind or other.key == stage.shuffle]


@dataclass(frozen=True)
class AddedPrefetch(Prefetch):
    """A prefetch at the end of a pipeline that has none; off until it is wanted.

    Attributes:
        holds: What waits in it: batches, or elements where nothing is batched.
    """

    title: ClassVar[str] = "prefetch (added)"
    help: ClassVar[str] = "Not in the code: works ahead in the background while the model trains."

    holds: str = BATCHES

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """The size of its buffer."""
        return tuple(holding(knob, self.holds) for knob in super().knobs)


@dataclass(frozen=True)
class AddedService(Service):
    """A tf.data service that is not in the code, behind one of its calls; off until it is wanted.

    The options of its position are the keys of the calls that it may stand behind.

    Attributes:
        exact: Keys of those that deliver as many elements in all, however their data are split.
    """

    title: ClassVar[str] = "service (added)"
    help: ClassVar[str] = (
        "Not in the code: a tf.data service, whose workers do what stands in front of it. Python "
        "functions cannot run there."
    )

    exact: frozenset[str] = frozenset()

    def call_before(self, settings: Settings) -> str:
        """Key of the call that it stands behind."""
        return str(settings[self.id("position")])

    def is_there(self, settings: Settings) -> bool:
        """Whether it is a cluster with an address: nothing has to be started for it."""
        return bool(settings[self.id("address")])

    def splits_exactly(self, settings: Settings) -> bool:
        """See the base class."""
        return self.call_before(settings) in self.exact


@dataclass(frozen=True)
class UserOptions(Options):
    """Options on top of those that the code sets; TensorFlow's defaults unless changed."""

    help: ClassVar[str] = "How TensorFlow may run the pipeline, on top of what the code says."
    switch: ClassVar[Switch | None] = None

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """Those of the built-in workloads, but for the order, which the code decides on."""
        knobs = []
        for knob in super().knobs:
            if knob.name == "rewrites":
                # What the code gives when nothing watches is what is measured first.
                knob = replace(knob, default="tensorflow_default")
            if knob.name not in (ENABLED, "deterministic"):
                knobs.append(knob)
        return tuple(knobs)

    def loses_order(self, settings: Settings) -> str:
        """The code says."""
        return ""

    def runs_here(self, settings: Settings) -> bool:
        """Whether any of them is set."""
        return any(settings[self.id(knob.name)] != knob.default for knob in self.knobs)

    def apply(self, dataset: Any, settings: Settings, data: Any) -> Any:
        """See the base class."""
        return super().apply(dataset, settings, data) if self.runs_here(settings) else dataset


@dataclass(frozen=True)
class UserFit(Fit):
    """A training of someone's own data.

    Attributes:
        endless: The data never end: an epoch is a number of steps.
        stands_in: No model of theirs takes part: the emulated accelerator takes the batches, since
            a stand-in's step on the CPU takes next to no time.
    """

    endless: bool = False
    stands_in: bool = False

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """As ever, but for how long an epoch is and where it trains."""
        other: dict[str, Value] = {}
        if self.endless:
            other[STEPS_PER_EPOCH] = _STEPS
        if self.stands_in:
            other[self.id("device")] = EMULATED
        return tuple(
            replace(
                knob,
                default=other.get(self.id(knob.name), knob.default),
                help=_STEPS_HELP if self.id(knob.name) == STEPS_PER_EPOCH else knob.help,
            )
            for knob in super().knobs
        )
