"""A workload that someone's own function makes: each of its tf.data calls is a stage."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, ClassVar

from core.lazy import tf
from core.model.errors import InputError, RunError
from core.model.recorded_call import RecordedCall
from core.model.settings import Chain, Settings
from core.model.stage import SourceData, Stage
from core.pipeline.fit import batches_per_epoch
from core.pipeline.function import Function
from core.pipeline.observed.observer import MADE_BEFORE
from core.pipeline.recorded import AddedPrefetch, AddedRepeat, OwnOptions, own_chain
from core.pipeline.recorded_order import endless
from core.workloads.own_build import Observed, changes, must_be_the_same, observe, observed, running
from core.workloads.own_errors import theirs
from core.workloads.own_file import (
    OwnFunction,
    content_hash,
    hashes_beside,
    load,
    takes_no_arguments,
)
from core.workloads.own_model import STAND_IN, make_own_model, stand_in_model
from core.workloads.own_process import beside
from core.workloads.workload import Report, Workload

MAKE_MODEL = "make_model"


@dataclass(frozen=True)
class StandIn(Stage):
    """Says in every figure that no model of theirs took part."""

    kind: ClassVar[str] = "model"
    title: ClassVar[str] = "stand-in model"
    of_model: ClassVar[bool] = True
    help: ClassVar[str] = (
        "The file has no make_model() that takes no arguments: a stand-in that looks at each part "
        "of a batch is trained. Its loss says nothing, and on cpu its step takes next to no time: "
        "choose an emulated device."
    )

    def emulation(self, settings: Settings) -> str:
        """Every number says so."""
        return f"emulated by a {STAND_IN}"


@dataclass(frozen=True)
class Opened:
    """What came of a function that was run under observation.

    Attributes:
        calls: The calls that its dataset comes from.
        element_spec: Of a batch, as TensorFlow prints it.
        has_model: The file has ``make_model()``.
        validation: It gave a second dataset too.
        stamp: Hash of the file's content.
        endless: It never runs out of batches.
        others: Hashes of modules in the file's folder that it imported, by path.
    """

    calls: tuple[RecordedCall, ...]
    element_spec: str
    has_model: bool
    validation: bool
    stamp: str
    endless: bool = False
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class OwnCode(Workload):
    """A function in a person's file.

    Attributes:
        of: The function.
        opened: What it was found to do.
    """

    id: ClassVar[str] = ""
    title: ClassVar[str] = ""
    description: ClassVar[str] = ""

    of: OwnFunction
    opened: Opened

    def __getattribute__(self, name: str) -> Any:
        # The class's attributes of a built-in workload are an instance's here.
        if name == "id":
            return self.of.id
        if name == "title":
            return f"{self.of.file.name}: {self.of.name}"
        if name == "description":
            return f"{self.of.name} in {self.of.file}, each of its tf.data calls a stage."
        return super().__getattribute__(name)

    @cached_property
    def chain(self) -> Chain:
        """See the base class."""
        more = () if self.opened.has_model else (StandIn(),)
        return own_chain(self.opened.calls, more=more, endless=self.opened.endless)

    def source_data(self, data_folder: Path, settings: Settings, scratch: Path) -> SourceData:
        """Their files are wherever their code says."""
        return SourceData(self.of.file.parent, scratch)

    def check(self, data: SourceData, settings: Settings) -> None:
        """The file must be the one that was opened: nothing else is ever run."""
        for name, stamp in ((str(self.of.file), self.opened.stamp), *self.opened.others):
            if content_hash(Path(name)) != stamp:
                raise InputError(
                    f"{name} has changed since it was opened",
                    remedy="Open it again: the stages are then those of the new text.",
                )

    def prepare(self, data: SourceData, settings: Settings, report: Report) -> None:
        """Nothing to make: their function reads what it reads."""

    def model(self, settings: Settings, data: SourceData) -> Function:
        """Theirs, or the stand-in."""
        if not self.opened.has_model:
            return Function(stand_in_model)
        return Function(partial(_their_model, self.of))

    def running(self) -> AbstractContextManager[None]:
        """Their working directory, their modules, and all as before afterwards."""
        return running(self.of)

    def batches_in_pass(self, settings: Settings, data: SourceData, dataset: Any) -> int | None:
        """As TensorFlow counts them below the repeat that was added."""
        if self.opened.endless:
            return None
        counted = int(dataset.cardinality())
        while counted == tf.data.INFINITE_CARDINALITY and len(dataset._inputs()) == 1:
            dataset = dataset._inputs()[0]
            counted = int(dataset.cardinality())
        return counted if counted >= 0 else None

    def build(self, settings: Settings, data: SourceData) -> Any:
        """Run the function with the settings put in at its calls.

        Raises:
            RunError: It raised, or its calls are others than when it was opened.
        """
        dataset, calls, _ = observe(self.of, changes(self.chain, settings))
        must_be_the_same(self.chain, settings, calls)
        _specs[self.of.id, self.opened.stamp] = dataset.element_spec
        if self.opened.endless and batches_per_epoch(settings) is None:
            raise RunError(
                "The dataset never ends, and an epoch of all of it would not either",
                expected="fit.steps_per_epoch as a number",
                remedy="Set steps per epoch, as in model.fit(dataset, steps_per_epoch=100).",
            )
        for stage in self.chain.stages:
            if isinstance(stage, (AddedPrefetch, AddedRepeat, OwnOptions)):
                dataset = stage.apply(dataset, settings, data)
        return dataset


def open_function(of: OwnFunction) -> OwnCode:
    """Run a function under observation. This runs the person's code.

    Raises:
        InputError: There is no such function, or it gives no ``tf.data.Dataset``.
        RunError: It raised; with its own traceback.
    """
    stamp = content_hash(of.file)
    found = observed(of)
    if not any(call.method != MADE_BEFORE for call in found.calls):
        raise InputError(
            f"{of.name} in {of.file.name} gives a dataset that no tf.data call in it made",
            expected="a function that builds its dataset when it is called",
            remedy="Move the calls from the top of the file into the function.",
        )
    _specs[of.id, stamp] = found.dataset.element_spec
    opened = Opened(
        found.calls,
        str(found.dataset.element_spec),
        _makes_model(of),
        found.validation,
        stamp,
        endless=_endless(found),
        others=tuple(hashes_beside(of.file).items()),
    )
    return OwnCode(of, opened)


def _endless(found: Observed) -> bool:
    """Whether a pass over it has no end: what Keras then needs is a number of steps."""
    # TensorFlow does not know it of what a filter leaves, and is wrong where a finite dataset
    # chooses among endless ones.
    counted = int(found.dataset.cardinality()) == tf.data.INFINITE_CARDINALITY
    chosen = any(call.method == "choose_from_datasets" for call in found.calls)
    return endless(found.calls) or (counted and not chosen)


def _makes_model(of: OwnFunction) -> bool:
    make = getattr(load(of.file), MAKE_MODEL, None)
    return callable(make) and takes_no_arguments(make)


_specs: dict[tuple[str, str], Any] = {}
"""Of the batches of a function in a file of some content, as TensorFlow's own."""


def _their_model(of: OwnFunction) -> Any:
    module = load(of.file)
    with beside(of.file), theirs(of.file):
        made = module.make_model()
    return make_own_model(made, lambda: _spec(of))


def _spec(of: OwnFunction) -> Any:
    key = of.id, content_hash(of.file)
    if key not in _specs:
        _specs[key] = observed(of).dataset.element_spec
    return _specs[key]
