"""A stage: one link of the chain from the source of the data to ``fit``."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from core.model.errors import RunError
from core.model.kinds import Value
from core.model.knob import Knob, Switch
from core.model.recorded_call import FunctionSeen
from core.model.settings import Settings
from core.model.training_change import TrainingChange

Serve = Callable[[int, str], str]
"""Gives the address (``grpc://HOST:PORT``) of a tf.data service that is known to answer.

It takes a number of worker processes, and the address of a service that is there; empty for none.
It raises ExplorerError where there is no such service.
"""


def no_service(workers: int, address: str) -> str:
    """Where nothing is started for a pipeline.

    Raises:
        RunError: Always.
    """
    raise RunError(
        "The pipeline has a tf.data service, and none is started for what is done here",
        expected="a pipeline without the stage service",
        remedy="Set service.workers to off and leave service.address empty.",
    )


@dataclass(frozen=True)
class SourceData:
    """What a pipeline needs of the place where it runs.

    Attributes:
        folder: Folder of the workload's data.
        scratch: Folder for what the pipeline writes (a cache on disk); new for each run.
        serve: Gives a tf.data service.
    """

    folder: Path
    scratch: Path
    serve: Serve = field(default=no_service, compare=False, repr=False)


@dataclass(frozen=True)
class StageCode:
    """What a stage amounts to as Python.

    Attributes:
        lines: Statements that turn ``dataset`` into the next ``dataset``.
        functions: Definitions (source text) that the statements call.
        imports: Import lines that the statements and definitions need.
        environment: Lines that must stand before TensorFlow is imported.
        process: Lines that must stand before TensorFlow does anything, behind the imports.
    """

    lines: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    imports: frozenset[str] = field(default_factory=frozenset)
    environment: tuple[str, ...] = ()
    process: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stage(ABC):
    """One kind of stage is one subclass in one file of ``core/pipeline/stages``.

    Class attributes:
        kind: The first half of its knobs' ids, such as ``prefetch``.
        title: A short name for the chain.
        help: What the stage does, in a sentence.
        url: Where TensorFlow documents it.
        switch: How it is switched off; None where it cannot be.
        executed_as: Names under which its nodes show up in the pipeline that TensorFlow runs.
        of_model: It is about the model and its training, not about the pipeline.

    Attributes:
        name: The stage's own name, where a chain has two of its kind; else empty.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    help: ClassVar[str]
    url: ClassVar[str] = ""
    switch: ClassVar[Switch | None] = None
    executed_as: ClassVar[tuple[str, ...]] = ()
    of_model: ClassVar[bool] = False

    name: str = field(default="", kw_only=True)

    @property
    def key(self) -> str:
        """The stage's id: its kind, with its own name in brackets where it has one."""
        return f"{self.kind}[{self.name}]" if self.name else self.kind

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """What can be changed about it, in the order in which a form shows it."""
        return ()

    def is_on(self, settings: Settings) -> bool:
        """Whether it takes part in the pipeline under these settings."""
        return self.switch is None or settings[self.id(self.switch.knob)] != self.switch.off

    def switched(self, *, on: bool) -> dict[str, Value]:
        """The change of values that switches it on or off; empty where it has no switch."""
        if self.switch is None:
            return {}
        if on:
            return {self.id(self.switch.knob): self.switch.on}
        return {
            self.id(self.switch.knob): self.switch.off,
            **{self.id(name): "" for name in self.switch.clears},
        }

    def moved_before(self, settings: Settings) -> str | None:
        """The kind or key of the stage in front of which it stands; None for where it is."""
        return None

    def moved_behind(self, settings: Settings) -> str | None:
        """The kind of stage that it stands behind; None for where it was declared.

        It moves only where it would stand in front of that stage otherwise.
        """
        return None

    def id(self, knob: str) -> str:
        """The full id of one of its knobs: ``stage.knob``."""
        return f"{self.key}.{knob}"

    def apply(self, dataset: Any, settings: Settings, data: SourceData) -> Any:
        """Add the stage to a ``tf.data.Dataset`` and return the new one.

        Args:
            dataset: What the stages before it built; None for a source.
            settings: A value for every knob of the chain.
            data: Where the workload's files are.
        """
        return dataset

    def write(self, settings: Settings, data: SourceData) -> StageCode:
        """The same as ``apply``, as Python for a person to copy."""
        return StageCode()

    def runs_as(self, settings: Settings) -> tuple[str, ...]:
        """Names of the nodes that TensorFlow runs for it as written, in the order of the data.

        Names are those of ``tf.data.experimental.get_model_proto``; only nodes on the way of
        the data count. Empty where the stage is off or leaves no node.
        """
        return ()

    def applies(self, settings: Settings) -> FunctionSeen | None:
        """What is known of the function that it applies; None where it applies none."""
        return None

    def runs_python(self, settings: Settings) -> bool:
        """Whether it calls Python for each element or file, and so holds the GIL."""
        return False

    def in_force(self, settings: Settings) -> dict[str, Value]:
        """Values that arguments have in the pipeline whatever their own knobs say, by name."""
        return {}

    def training(self, settings: Settings) -> tuple[tuple[TrainingChange, Value], ...]:
        """What the training follows from: what another value would make of it, and the value.

        Values are those that take effect: the knobs of a stage that is off count as being at
        their defaults, but for the one that switches it off.
        """
        on = self.is_on(settings)
        changes = []
        for knob in self.knobs:
            switches = self.switch is not None and knob.name == self.switch.knob
            value = settings[self.id(knob.name)] if on or switches else knob.default
            if knob.changes_training:
                changes.append((knob.changes_training, value))
        return tuple(changes)

    def loses_order(self, settings: Settings) -> str:
        """Why the order of the examples is another in every run ("... is off"), else empty."""
        return ""

    def warm_up_steps(self, settings: Settings) -> int:
        """Steps at the start of a run that live off what the stage holds ready."""
        return 0

    def warm_up_epochs(self, settings: Settings) -> int:
        """Whole epochs after which the stage first works as it will for the rest of the run."""
        return 0

    def emulation(self, settings: Settings) -> str:
        """What of it is emulated under these settings ("emulated storage"), else empty."""
        return ""
