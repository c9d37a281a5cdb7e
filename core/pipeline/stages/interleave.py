"""``Dataset.interleave``: read several files at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from core.model.kinds import OFF, Toggle, Value, Whole
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
    in_workers,
    written_in_processes,
)


@dataclass(frozen=True)
class Interleave(Stage):
    """Turns each file into elements, taking from several files in turn.

    Attributes:
        read: Gives, for the settings, the function from a file to a Dataset of its elements.
        may_be_python: Some settings make it one that calls Python, which processes can do.
    """

    kind: ClassVar[str] = "interleave"
    title: ClassVar[str] = "interleave"
    help: ClassVar[str] = (
        "Reads several files in turn and mixes their elements. "
        "Off, one file is read to its end before the next (flat_map)."
    )
    url: ClassVar[str] = "https://www.tensorflow.org/api_docs/python/tf/data/Dataset#interleave"
    switch: ClassVar[Switch | None] = Switch("enabled", off=False, on=True)
    executed_as: ClassVar[tuple[str, ...]] = (
        "Interleave",
        "ParallelInterleaveV4",
        "FlatMap",
    )

    read: Callable[[Settings], Function]
    may_be_python: bool = False

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """Whether it is on, how many files at once, how they are mixed, how many in parallel."""
        return (*_KNOBS, _PROCESSES) if self.may_be_python else _KNOBS

    @staticmethod
    def declared() -> tuple[Knob, ...]:
        """The same, without a function that reads."""
        return _KNOBS

    def applies(self, settings: Settings) -> FunctionSeen | None:
        """See the base class."""
        read = self.read(settings)
        return FunctionSeen(read.call.__name__, python=read.python)

    def runs_python(self, settings: Settings) -> bool:
        """See the base class."""
        return self.read(settings).python

    def runs_as(self, settings: Settings) -> tuple[str, ...]:
        """See the base class."""
        if not self.is_on(settings):
            return ("FlatMap",)
        parallel = "num_parallel_calls" in self._arguments(settings)
        return ("ParallelInterleaveV4",) if parallel else ("Interleave",)

    def apply(self, dataset: Any, settings: Settings, data: SourceData) -> Any:
        """See the base class."""
        read, processes = self.read(settings).bound(), self.processes(settings)
        if self.is_on(settings):
            arguments = {name: argument(value) for name, value in self._arguments(settings).items()}
            dataset = dataset.interleave(read, **arguments)
        else:
            dataset = dataset.flat_map(read)
        return dataset if processes is None else in_workers(dataset, processes, chunk=1)

    def write(self, settings: Settings, data: SourceData) -> StageCode:
        """See the base class."""
        read = self.read(settings)
        if self.is_on(settings):
            arguments = "".join(
                f"    {name}={written(value)},\n"
                for name, value in self._arguments(settings).items()
            )
            line = f"dataset = dataset.interleave(\n    {read.expression()},\n{arguments})"
        else:
            line = f"dataset = dataset.flat_map({read.expression()})"
        code = StageCode((line,), read.sources(), read.imports())
        processes = self.processes(settings)
        return code if processes is None else written_in_processes(code, processes, chunk=1)

    def processes(self, settings: Settings) -> int | None:
        """How many processes call the Python that reads; None where this process does."""
        chosen = settings[self.id(PROCESSES.name)] if self.may_be_python else OFF
        return int(chosen) if isinstance(chosen, int) and self.runs_python(settings) else None

    def in_force(self, settings: Settings) -> dict[str, Value]:
        """See the base class; processes need so many files at a time."""
        if self.processes(settings) is None or not self.is_on(settings):
            return {}
        return {"num_parallel_calls": self._arguments(settings)["num_parallel_calls"]}

    def _arguments(self, settings: Settings) -> dict[str, Any]:
        names = ("cycle_length", "block_length", "num_parallel_calls")
        values = {name: settings[self.id(name)] for name in names}
        processes = self.processes(settings)
        if processes is not None:
            calls = values["num_parallel_calls"]
            values |= arguments_in_processes(calls, processes, chunk=1)
            # More calls than open files are an error.
            most = int(settings[self.id("cycle_length")])
            values["num_parallel_calls"] = min(most, int(values["num_parallel_calls"]))
            values.pop("use_unbounded_threadpool")
        return {name: value for name, value in values.items() if value != OFF}


_ORDER = TrainingChange(
    "another interleave: the model sees the examples in another order", ChangeKind.ORDER
)

_KNOBS = (
    Knob(
        name="enabled",
        label="interleave",
        help="Whether files are read in turn (interleave) or one after the other (flat_map).",
        cannot_help="Cannot help with a single file.",
        kind=Toggle(),
        default=True,
        changes_training=_ORDER,
    ),
    Knob(
        name="cycle_length",
        label="cycle length",
        help="How many files are open at once, their elements taken in turn.",
        cannot_help="Buys no speed by itself: without parallel calls one file is read at a time.",
        kind=Whole(1, 256, tries=(1, 2, 4, 8, 16)),
        default=4,
        unit="files",
        changes_training=_ORDER,
    ),
    Knob(
        name="block_length",
        label="block length",
        help="How many elements are taken from a file before the next has its turn.",
        cannot_help="Changes the order of the elements; seldom the speed.",
        kind=Whole(1, 65_536, tries=(1, 4, 16, 64)),
        default=1,
        unit="elements",
        changes_training=_ORDER,
    ),
    Knob(
        name="num_parallel_calls",
        label="parallel calls",
        help="How many of the open files are read at the same time, on background threads.",
        cannot_help=(
            "Cannot help where opening and reading take no time (a warm file cache), with a "
            "reader that holds the GIL, or beyond the cycle length. Too many readers can "
            "overload a disk."
        ),
        kind=tunable(64, (2, 4, 8)),
        default=OFF,
        unit="calls",
    ),
)

_PROCESSES = replace(
    PROCESSES,
    help=(
        "How many processes call the Python that reads a file, each with a Python and a lock of "
        "its own: so many of the open files are read at the same time, and the order stays. The "
        "arrays of a file come back whole."
    ),
    cannot_help=(
        "Cannot help beyond the cycle length or the number of free cores, without interleave, nor "
        "where reading a file takes no longer than sending its arrays. Takes 30 MB a process."
    ),
)
