"""``Dataset.interleave``: read several files at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from core.model.kinds import OFF, Toggle, Whole
from core.model.knob import Knob, Switch, tunable
from core.model.recorded_call import FunctionSeen
from core.model.settings import Settings
from core.model.stage import SourceData, Stage, StageCode
from core.pipeline.arguments import argument, written
from core.pipeline.function import Function


@dataclass(frozen=True)
class Interleave(Stage):
    """Turns each file into elements, taking from several files in turn.

    Attributes:
        read: Gives, for the settings, the function from a file to a Dataset of its elements.
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

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """Whether it is on, how many files at once, how they are mixed, how many in parallel."""
        return _KNOBS

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
        sequential = settings[self.id("num_parallel_calls")] == OFF
        return ("Interleave",) if sequential else ("ParallelInterleaveV4",)

    def apply(self, dataset: Any, settings: Settings, data: SourceData) -> Any:
        """See the base class."""
        read = self.read(settings).bound()
        if not self.is_on(settings):
            return dataset.flat_map(read)
        arguments = {name: argument(value) for name, value in self._arguments(settings).items()}
        return dataset.interleave(read, **arguments)

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
        return StageCode((line,), read.sources(), read.imports())

    def _arguments(self, settings: Settings) -> dict[str, Any]:
        names = ("cycle_length", "block_length", "num_parallel_calls")
        values = {name: settings[self.id(name)] for name in names}
        return {name: value for name, value in values.items() if value != OFF}


_ORDER = "another interleave: the model sees the examples in another order"

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
