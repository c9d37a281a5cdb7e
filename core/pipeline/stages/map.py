"""``Dataset.map``: a function applied to every element."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from core.model.kinds import OFF, OneOf, Toggle, Value
from core.model.knob import Knob, Switch, tunable
from core.model.recorded_call import FunctionSeen
from core.model.settings import Settings
from core.model.stage import SourceData, Stage, StageCode
from core.model.training_change import ChangeKind, TrainingChange
from core.pipeline.stages.arguments import argument, written
from core.pipeline.stages.function import Function
from core.pipeline.workers.in_processes import (
    PROCESSES,
    arguments_in_processes,
    check_processes,
    in_workers,
    written_in_processes,
)
from core.process_pool.pool import CHUNK


@dataclass(frozen=True)
class Map(Stage):
    """Applies a function of the workload to every element.

    Attributes:
        function: Gives, for the settings, the function that is mapped.
        does: What the function does, for the help ("decode and resize").
        batched: Gives the function that does the same to a whole batch, to each example what
            ``function`` does to it; None where it cannot be done to a batch at once.
        in_model: The workload's model has a layer that does the same, for ``place``.
        more_knobs: Knobs that only this workload's function has.
        folds_into_reader: Elements cannot be batched without the function, so when the stage
            is off, the reader does the same work, one element after the other. The workload's
            reader looks after that; this only says so.
        may_be_python: Some settings make the function one of Python, which processes can call.
    """

    kind: ClassVar[str] = "map"
    title: ClassVar[str] = "map"
    help: ClassVar[str] = "Applies a function to every element."
    url: ClassVar[str] = "https://www.tensorflow.org/api_docs/python/tf/data/Dataset#map"
    switch: ClassVar[Switch | None] = Switch("enabled", off=False, on=True)
    executed_as: ClassVar[tuple[str, ...]] = ("Map", "ParallelMapV2", "MapAndBatch")

    function: Callable[[Settings], Function]
    does: str
    more_knobs: tuple[Knob, ...] = ()
    batched: Callable[[Settings], Function] | None = None
    in_model: bool = False
    folds_into_reader: bool = False
    may_be_python: bool = False

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """Whether it is on, its parallelism, and what the workload's function adds."""
        off = (
            "Off, the reader does that work instead, one element after the other."
            if self.folds_into_reader
            else "Off, the elements go on unchanged."
        )
        enabled = Knob(
            name="enabled",
            label="map",
            help=f"Whether a map does this to every element: {self.does}. {off}",
            cannot_help="Changes what the model trains on, unless the reader does the work.",
            kind=Toggle(),
            default=True,
            changes_training=TrainingChange(
                "the map is on in one and off in the other: unless the reader does the same work, "
                "the model trains on something else"
            ),
        )
        vectorized = (_VECTORIZED,) if self.batched is not None else ()
        place = (_PLACE,) if self.in_model else ()
        processes = (PROCESSES,) if self.may_be_python else ()
        return (enabled, PARALLEL_CALLS, *processes, *self.more_knobs, *vectorized, *place)

    def is_vectorized(self, settings: Settings) -> bool:
        """Whether it works on whole batches, behind the stage that makes them."""
        return self.batched is not None and bool(settings[self.id(_VECTORIZED.name)])

    def is_mapped(self, settings: Settings) -> bool:
        """Whether the pipeline does the work: it is on, and not left to the model."""
        left_to_model = self.in_model and settings[self.id(_PLACE.name)] == IN_MODEL
        return self.is_on(settings) and not left_to_model

    def moved_behind(self, settings: Settings) -> str | None:
        """Stands behind the batch where it works on whole ones."""
        mapped = self.is_mapped(settings) and self.is_vectorized(settings)
        return "batch" if mapped else None

    def mapped(self, settings: Settings) -> Function:
        """The function that is mapped: over elements, or over whole batches."""
        if self.batched is not None and self.is_vectorized(settings):
            return self.batched(settings)
        return self.function(settings)

    def processes(self, settings: Settings) -> int | None:
        """How many processes call the Python function; None where this process does."""
        chosen = settings[self.id(PROCESSES.name)] if self.may_be_python else OFF
        in_force = isinstance(chosen, int) and self.runs_python(settings)
        return int(chosen) if in_force else None

    def in_force(self, settings: Settings) -> dict[str, Value]:
        """See the base class; processes need so many elements at a time."""
        return {
            name: value
            for name, value in self._arguments(settings).items()
            if name == "num_parallel_calls"
        }

    def _arguments(self, settings: Settings) -> dict[str, Value]:
        """What ``Dataset.map`` is given besides its function."""
        calls, processes = settings[self.id("num_parallel_calls")], self.processes(settings)
        if processes is not None:
            return arguments_in_processes(calls, processes, self._chunk(settings))
        return {} if calls == OFF else {"num_parallel_calls": calls}

    def _chunk(self, settings: Settings) -> int:
        return 1 if self.is_vectorized(settings) else CHUNK

    def applies(self, settings: Settings) -> FunctionSeen | None:
        """See the base class."""
        if not self.is_mapped(settings):
            return None
        function = self.mapped(settings)
        return FunctionSeen(function.call.__name__, python=function.python)

    def runs_python(self, settings: Settings) -> bool:
        """See the base class."""
        return self.is_mapped(settings) and self.mapped(settings).python

    def runs_as(self, settings: Settings) -> tuple[str, ...]:
        """See the base class."""
        if not self.is_mapped(settings):
            return ()
        return ("ParallelMapV2",) if self._arguments(settings) else ("Map",)

    def apply(self, dataset: Any, settings: Settings, data: SourceData) -> Any:
        """See the base class."""
        if not self.is_mapped(settings):
            return dataset
        arguments = {name: argument(value) for name, value in self._arguments(settings).items()}
        processes = self.processes(settings)
        if processes is not None:
            check_processes()
        dataset = dataset.map(self.mapped(settings).bound(), **arguments)
        if processes is None:
            return dataset
        return in_workers(dataset, processes, self._chunk(settings))

    def write(self, settings: Settings, data: SourceData) -> StageCode:
        """See the base class."""
        if not self.is_mapped(settings):
            return StageCode()
        function, processes = self.mapped(settings), self.processes(settings)
        arguments = "".join(
            f", {name}={written(value)}" for name, value in self._arguments(settings).items()
        )
        line = f"dataset = dataset.map({function.expression()}{arguments})"
        code = StageCode((line,), function.sources(), function.imports())
        if processes is None:
            return code
        return written_in_processes(code, processes, self._chunk(settings))


IN_MODEL = "model"

PARALLEL_CALLS = Knob(
    name="num_parallel_calls",
    label="parallel calls",
    help="How many elements are worked on at the same time, each on a thread of its own.",
    cannot_help=(
        "Cannot help a Python function, which holds the GIL, nor beyond the number of free "
        "cores. For a very cheap function it is slower than off."
    ),
    kind=tunable(64, (2, 4, 8)),
    default=OFF,
    unit="calls",
)

_VECTORIZED = Knob(
    name="vectorized",
    label="whole batches",
    help=(
        "Batches first and calls the function once for a whole batch, which saves what a call "
        "costs for every element. Each example is worked on as it would be by itself."
    ),
    cannot_help=(
        "Cannot help a function whose work is long beside the cost of a call, and a whole batch "
        "takes more memory at once. A cache after the map then keeps finished batches, and with "
        "them the first epoch's order."
    ),
    kind=Toggle(),
    default=False,
    advanced=True,
)

_PLACE = Knob(
    name="place",
    label="place",
    help=(
        "Where the work is done: in the pipeline, or by a layer of the model, in the train step "
        "and on its device. The layer does the same to each example, with other random numbers; "
        "the map's other settings then change nothing."
    ),
    cannot_help=(
        "In the model it makes the train step longer: it pays where the device has time to spare "
        "and the CPU has none. On cpu both take the same cores, and on an emulated accelerator "
        "the layer still runs on the CPU: neither shows what a GPU would gain."
    ),
    kind=OneOf(("pipeline", IN_MODEL)),
    default="pipeline",
    changes_training=TrainingChange(
        "the work of the map is done in the pipeline in one and by the model in the other: the "
        "same work, with other random numbers",
        ChangeKind.AUGMENTATION,
    ),
    advanced=True,
)
