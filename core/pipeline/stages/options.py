"""``Dataset.with_options``: how TensorFlow may run what was written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from types import MappingProxyType
from typing import Any, ClassVar

from core.lazy import tf
from core.model.kinds import DEFAULT, OneOf, Toggle, Value, Whole
from core.model.knob import Knob, Switch
from core.model.settings import Settings
from core.model.stage import SourceData, Stage, StageCode
from core.model.training_change import ChangeKind, TrainingChange

_MB = 1_000_000


@dataclass(frozen=True)
class Options(Stage):
    """Order of elements, rewrites, and the threads, cores and memory that TensorFlow may use."""

    kind: ClassVar[str] = "options"
    title: ClassVar[str] = "options"
    help: ClassVar[str] = (
        "How TensorFlow may run the pipeline. Off, TensorFlow's own defaults hold: "
        "order kept, rewrites on."
    )
    url: ClassVar[str] = "https://www.tensorflow.org/api_docs/python/tf/data/Options"
    switch: ClassVar[Switch | None] = Switch("enabled", off=False, on=True)

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """Whether options are set, rewrites, the order of elements, and the rest."""
        return (*_KNOBS, *_ADVANCED)

    def loses_order(self, settings: Settings) -> str:
        """Parallel stages may deliver in any order where that is allowed."""
        lost = self.is_on(settings) and not settings[self.id("deterministic")]
        return "deterministic is off" if lost else ""

    def apply(self, dataset: Any, settings: Settings, data: SourceData) -> Any:
        """See the base class."""
        if not self.is_on(settings):
            return dataset
        options = tf.data.Options()
        for path, value in self._assignments(settings).items():
            *groups, name = path.split(".")
            setattr(reduce(getattr, groups, options), name, value)
        return dataset.with_options(options)

    def write(self, settings: Settings, data: SourceData) -> StageCode:
        """See the base class."""
        if not self.is_on(settings):
            return StageCode()
        return StageCode(
            (
                "options = tf.data.Options()",
                *self.statements(settings),
                "dataset = dataset.with_options(options)",
            )
        )

    def statements(self, settings: Settings) -> tuple[str, ...]:
        """What sets each option of ``options``, a ``tf.data.Options``, as Python."""
        assignments = self._assignments(settings).items()
        return tuple(f"options.{path} = {_written(value)}" for path, value in assignments)

    def _assignments(self, settings: Settings) -> dict[str, bool | int]:
        """What is set, by its path in ``tf.data.Options``; TensorFlow's defaults are not."""
        assignments: dict[str, bool | int] = {}
        if self.id("deterministic") in settings:  # of someone's own code the code decides on it
            assignments["deterministic"] = bool(settings[self.id("deterministic")])
        if settings[self.id("rewrites")] == "as_written":
            assignments["experimental_optimization.apply_default_optimizations"] = False
            assignments["experimental_optimization.inject_prefetch"] = False
        for knob in _ADVANCED:
            path, convert = _PLACES[knob.name]
            if settings[self.id(knob.name)] != knob.default:
                assignments[path] = convert(settings[self.id(knob.name)])
        return assignments


def _written(value: bool | int) -> str:
    return str(value) if isinstance(value, bool) else f"{value:_}"


def _bytes(megabytes: Value) -> int:
    return int(megabytes) * _MB


_PLACES: Mapping[str, tuple[str, Callable[[Value], bool | int]]] = MappingProxyType(
    {
        "private_threadpool_size": ("threading.private_threadpool_size", int),
        "max_intra_op_parallelism": ("threading.max_intra_op_parallelism", int),
        "autotune_cpu_budget": ("autotune.cpu_budget", int),
        "autotune_ram_budget": ("autotune.ram_budget", _bytes),
        "warm_start": ("experimental_warm_start", bool),
        "slack": ("experimental_slack", bool),
    }
)
"""Where in ``tf.data.Options`` a knob's value belongs, and how it gets there."""

_KNOBS = (
    Knob(
        name="enabled",
        label="options",
        help="Whether tf.data.Options are set at all.",
        cannot_help="Off is the same as rewrites = tensorflow_default and deterministic = on.",
        kind=Toggle(),
        default=True,
    ),
    Knob(
        name="rewrites",
        label="rewrites",
        help=(
            "As written runs exactly the chain you see. TensorFlow default lets TensorFlow "
            "rewrite it: it may run maps in parallel, fuse map and batch, and add a prefetch."
        ),
        cannot_help="Makes no difference where everything is parallel and prefetched already.",
        kind=OneOf(("as_written", "tensorflow_default")),
        default="as_written",
    ),
    Knob(
        name="deterministic",
        label="deterministic",
        help="On, parallel stages deliver elements in order; off, whichever is ready first.",
        cannot_help=(
            "Off helps only where some elements take much longer than others; the model then "
            "sees them in another order in every run."
        ),
        kind=Toggle(),
        default=True,
        changes_training=TrainingChange(
            "deterministic differs: with it off, the order of the examples is another in every run",
            ChangeKind.ORDER,
        ),
    ),
)

_ADVANCED = (
    Knob(
        name="private_threadpool_size",
        label="own threads",
        help=(
            "Gives the pipeline a thread pool of its own of that size, so that it does not "
            "compete with the model's operations for threads; 0 is one thread a core. Default "
            "shares TensorFlow's pool."
        ),
        cannot_help=(
            "Cannot make cores: on a CPU that is busy, more threads only take turns more often. "
            "Threads that wait for storage are what it is for; a sequential pipeline uses one."
        ),
        kind=Whole(0, 1024, words=(DEFAULT,), tries=(0, 1, 2, 4, 8, 16)),
        default=DEFAULT,
        unit="threads",
        advanced=True,
    ),
    Knob(
        name="max_intra_op_parallelism",
        label="threads per op",
        help=(
            "How many threads one operation inside the pipeline (a large matrix product, a sort) "
            "may split into. With parallel calls, 1 keeps the calls from getting in each "
            "other's way."
        ),
        cannot_help=(
            "Cannot help operations that never split, such as decoding or resizing one image."
        ),
        kind=Whole(1, 1024, words=(DEFAULT,), tries=(1, 2, 4)),
        default=DEFAULT,
        unit="threads",
        advanced=True,
    ),
    Knob(
        name="autotune_cpu_budget",
        label="CPU budget",
        help=(
            "How many parallel calls AUTOTUNE may hand out over all stages. Default: the number "
            "of cores."
        ),
        cannot_help=(
            "Says nothing to stages with a number of their own: only those at autotune follow "
            "it. Above the number of cores it pays only where calls wait for storage."
        ),
        kind=Whole(1, 4096, words=(DEFAULT,), tries=(1, 2, 4, 8)),
        default=DEFAULT,
        unit="cores",
        advanced=True,
    ),
    Knob(
        name="autotune_ram_budget",
        label="RAM budget",
        help=(
            "How much memory AUTOTUNE may fill with buffers, in MB of a million bytes. Default: "
            "half of the memory that is free."
        ),
        cannot_help=(
            "Makes nothing faster: a small budget keeps buffers small where memory is short. "
            "Buffers with a size of their own do not follow it."
        ),
        kind=Whole(1, 1_000_000, words=(DEFAULT,), tries=(16, 64, 256, 1024)),
        default=DEFAULT,
        unit="MB",
        advanced=True,
    ),
    Knob(
        name="warm_start",
        label="warm start",
        help=(
            "Background threads begin to fill their buffers when the iterator is made, not when "
            "the first batch is asked for: while the step is traced, and between epochs."
        ),
        cannot_help=(
            "Changes the first batches of an iterator only, and nothing without a prefetch or "
            "parallel calls."
        ),
        kind=Toggle(),
        default=False,
        advanced=True,
    ),
    Knob(
        name="slack",
        label="slack",
        help=(
            "The last prefetch waits a little at the start of each step before it works on, so "
            "that it does not take the CPU from what prepares the accelerator's step."
        ),
        cannot_help=(
            "Does nothing unless a prefetch stands last, and nothing for a pipeline that is "
            "slower than the train step: it has no slack to give."
        ),
        kind=Toggle(),
        default=False,
        advanced=True,
    ),
)
