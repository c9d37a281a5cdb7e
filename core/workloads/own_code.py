"""A workload that someone's own function makes: each of its tf.data calls is a stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, ClassVar

from core.lazy import tf
from core.model.errors import InputError, RunError
from core.model.recorded_call import RecordedCall
from core.model.settings import Chain, Settings
from core.model.stage import SourceData, Stage
from core.pipeline.function import Function
from core.pipeline.observed.calls import recorded_calls
from core.pipeline.observed.observer import Change, Observer
from core.pipeline.observed.observer import Path as CallPath
from core.pipeline.recorded import AddedCache, AddedPrefetch, Recorded, own_chain
from core.workloads.own_file import OwnFunction, content_hash, function, load, theirs
from core.workloads.own_model import STAND_IN, make_own_model, stand_in_model
from core.workloads.workload import Report, Workload

MAKE_MODEL = "make_model"


@dataclass(frozen=True)
class StandIn(Stage):
    """Says in every figure that no model of theirs took part."""

    kind: ClassVar[str] = "model"
    title: ClassVar[str] = "stand-in model"
    help: ClassVar[str] = (
        "The file has no make_model(): a stand-in that looks at each part of a batch is trained. "
        "Its loss says nothing, and on cpu its step takes next to no time: choose an emulated "
        "device."
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
    """

    calls: tuple[RecordedCall, ...]
    element_spec: str
    has_model: bool
    validation: bool
    stamp: str


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
        return own_chain(self.opened.calls, more=() if self.opened.has_model else (StandIn(),))

    def source_data(self, data_folder: Path, settings: Settings, scratch: Path) -> SourceData:
        """Their files are wherever their code says."""
        return SourceData(self.of.file.parent, scratch)

    def check(self, data: SourceData, settings: Settings) -> None:
        """The file must be the one that was opened: nothing else is ever run."""
        if content_hash(self.of.file) != self.opened.stamp:
            raise InputError(
                f"{self.of.file} has changed since it was opened",
                remedy="Open it again: the stages are then those of the new text.",
            )

    def prepare(self, data: SourceData, settings: Settings, report: Report) -> None:
        """Nothing to make: their function reads what it reads."""

    def model(self, settings: Settings, data: SourceData) -> Function:
        """Theirs, or the stand-in."""
        if not self.opened.has_model:
            return Function(stand_in_model)
        return Function(partial(_their_model, self.of))

    def build(self, settings: Settings, data: SourceData) -> Any:
        """Run the function with the settings put in at its calls.

        Raises:
            RunError: It raised, or its calls are others than when it was opened.
        """
        dataset, calls, _ = observed(self.of, changes=changes(self.chain, settings))
        expected = {call.path for call in self.opened.calls}
        found = {call.path for call in calls}
        if not expected <= found | _left_out(self.chain, settings):
            raise RunError(_differs(self.opened.calls, calls))
        for stage in self.chain.stages:
            if isinstance(stage, AddedPrefetch) or stage.kind == "options":
                dataset = stage.apply(dataset, settings, data)
        return dataset


def open_function(of: OwnFunction) -> OwnCode:
    """Run a function under observation. This runs the person's code.

    Raises:
        InputError: There is no such function, or it gives no ``tf.data.Dataset``.
        RunError: It raised; with its own traceback.
    """
    stamp = content_hash(of.file)
    dataset, calls, validation = observed(of)
    if not calls:
        raise InputError(
            f"{of.name} in {of.file.name} gives a dataset that no tf.data call in it made",
            expected="a function that builds its dataset when it is called",
        )
    has_model = callable(getattr(load(of.file), MAKE_MODEL, None))
    return OwnCode(of, Opened(calls, str(dataset.element_spec), has_model, validation, stamp))


def observed(
    of: OwnFunction, changes: dict[CallPath, Change] | None = None
) -> tuple[Any, tuple[RecordedCall, ...], bool]:
    """Call the function while its tf.data calls are watched.

    Returns:
        The dataset (of training, where it gives two), its calls, and whether there is a second.

    Raises:
        InputError: It gives something else, or wants arguments.
        RunError: It raised.
    """
    call = function(of)
    with Observer(_called.__code__, changes) as observer, theirs(of.file):
        made = _called(call)
    validation = isinstance(made, (tuple, list)) and len(made) > 1
    dataset = made[0] if isinstance(made, (tuple, list)) and made else made
    if not isinstance(dataset, tf.data.Dataset):
        raise InputError(
            f"{of.name} in {of.file.name} gave {type(dataset).__name__}",
            expected="a tf.data.Dataset, or a pair of train and validation",
        )
    return dataset, recorded_calls(observer, dataset), validation


def _called(call: Callable[[], Any]) -> Any:
    """The frame of this function is where the person's code begins."""
    return call()


def changes(chain: Chain, settings: Settings) -> dict[CallPath, Change]:
    """What is done at which call so that the pipeline is as the settings say."""
    found: dict[CallPath, Change] = {}
    cached = {
        stage.behind
        for stage in chain.stages
        if isinstance(stage, AddedCache) and stage.is_on(settings)
    }
    for stage in chain.stages:
        if not isinstance(stage, Recorded):
            continue
        change = stage.change(settings)
        if stage.call.key in cached:
            change = _with_cache(change)
        if change is not None:
            found[stage.call.path] = change
    return found


def _with_cache(change: Change | None) -> Change:
    def make(dataset: Any, call: Callable[[], Any], bound: Any) -> Any:
        made = call() if change is None else change(dataset, call, bound)
        return made.cache()

    return make


def _left_out(chain: Chain, settings: Settings) -> set[CallPath]:
    stages = (stage for stage in chain.stages if isinstance(stage, Recorded))
    return {stage.call.path for stage in stages if not stage.is_on(settings)}


def _differs(expected: Sequence[RecordedCall], found: Sequence[RecordedCall]) -> str:
    there = {call.path for call in found}
    missing = [call for call in expected if call.path not in there]
    words = ", ".join(
        f"{call.method} in line {call.site.line} of {Path(call.site.file).name}"
        for call in missing[:3]
    )
    return (
        f"The pipeline came out differently than when it was opened: {words} did not come again. "
        "Settings are put in at the calls that were seen, so they must be the same each time"
    )


def _their_model(of: OwnFunction) -> Any:
    module = load(of.file)
    with theirs(of.file):
        made = module.make_model()
    return make_own_model(made, None)
