"""Stages that stand for calls in someone's own code, and stages that are added behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from core.model.kinds import AUTOTUNE, DEFAULT, OFF, Choice, Toggle, Value
from core.model.knob import Knob, Switch
from core.model.recorded_call import FunctionSeen, RecordedCall
from core.model.settings import Chain, Settings
from core.model.stage import Stage
from core.pipeline.arguments import argument
from core.pipeline.fit import Fit
from core.pipeline.options import Options
from core.pipeline.prefetch import Prefetch
from core.pipeline.recorded_kinds import ENABLED, RecordedKind, argument_of, kind_of

ADDED = "added"
"""The own name of stages that are not in the code."""


@dataclass(frozen=True)
class Recorded(Stage):
    """One call as a stage: its knobs stand at what the code says.

    Attributes:
        call: The call.
    """

    call: RecordedCall

    @property
    def of(self) -> RecordedKind:
        """What its method is as a stage."""
        return kind_of(self.call.method)

    # What other kinds of stage say of their class, each call says of itself.
    @property
    def kind(self) -> str:  # type: ignore[override]
        """See the base class."""
        return self.of.kind

    @property
    def title(self) -> str:  # type: ignore[override]
        """The method, and what it applies."""
        function = self.call.function
        return f"{self.call.method} {function.name}" if function else self.call.method

    @property
    def help(self) -> str:  # type: ignore[override]
        """What it does, where it stands and how often it is made."""
        site = self.call.site
        where = f"{_short(site.file)}, line {site.line}"
        often = f", {self.call.count} times" if self.call.count > 1 else ""
        inside = f" Inside {self.call.inside}." if self.call.inside else ""
        return f"{self.of.help}{inside} {where}{often}."

    @property
    def url(self) -> str:  # type: ignore[override]
        """See the base class."""
        return self.of.url

    @property
    def switch(self) -> Switch | None:  # type: ignore[override]
        """Prefetch and cache can be left out."""
        names = {knob.name for knob in self.knobs}
        if self.of.can_be_off and "buffer_size" in names:
            written = self.knobs[0].default
            return Switch("buffer_size", off=OFF, on=written if written != OFF else AUTOTUNE)
        return Switch(ENABLED, off=False, on=True) if ENABLED in names else None

    @property
    def executed_as(self) -> tuple[str, ...]:  # type: ignore[override]
        """See the base class."""
        return tuple(dict.fromkeys(name for name in self.of.nodes if name))

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """Its arguments that can be changed."""
        return self.of.knobs(self.call)

    def applies(self, settings: Settings) -> FunctionSeen | None:
        """See the base class."""
        return self.call.function

    def runs_python(self, settings: Settings) -> bool:
        """See the base class."""
        return self.call.function is not None and self.call.function.python

    def runs_as(self, settings: Settings) -> tuple[str, ...]:
        """See the base class; what is nested lies beside the way of the data."""
        if self.call.inside or not self.is_on(settings):
            return ()
        plain, parallel = self.of.nodes
        calls = next(
            (
                settings[self.id(knob.name)]
                for knob in self.knobs
                if knob.name in ("num_parallel_calls", "num_parallel_reads")
            ),
            OFF,
        )
        name = plain if calls == OFF else parallel
        return (name,) * self.call.count if name else ()

    def warm_up_steps(self, settings: Settings) -> int:
        """Batches that wait in a prefetch."""
        size = settings.get(self.id("buffer_size"), OFF) if self.kind == "prefetch" else OFF
        return size if isinstance(size, int) else 0

    def warm_up_epochs(self, settings: Settings) -> int:
        """The epoch that fills a cache is not how the rest will be."""
        return 1 if self.kind == "cache" and self.is_on(settings) else 0

    def changed(self, settings: Settings) -> dict[str, Value]:
        """Knobs that are not as in the code."""
        return {
            knob.name: settings[self.id(knob.name)]
            for knob in self.knobs
            if settings[self.id(knob.name)] != knob.default
        }

    def change(self, settings: Settings) -> Callable[[Any, Callable[[], Any], Any], Any] | None:
        """What is done at the call so that it is as the settings say; None where nothing is.

        See ``core.pipeline.observed.observer.Change``.
        """
        changed = self.changed(settings)
        if not changed:
            return None
        on = self.is_on(settings)

        def make(dataset: Any, call: Callable[[], Any], bound: Any) -> Any:
            if not on:
                return dataset
            for name, value in changed.items():
                if name != ENABLED:
                    bound.arguments[name] = _argument(name, value)
            return call()

        return make


@dataclass(frozen=True)
class AddedCache(Stage):
    """A cache that is not in the code, behind one of its calls; off until it is wanted.

    Attributes:
        behind: Key of the call.
    """

    kind: ClassVar[str] = "cache"
    title: ClassVar[str] = "cache (added)"
    help: ClassVar[str] = "Not in the code: keeps the elements of the first epoch in memory."
    url: ClassVar[str] = "https://www.tensorflow.org/api_docs/python/tf/data/Dataset#cache"
    switch: ClassVar[Switch | None] = Switch(ENABLED, off=False, on=True)
    executed_as: ClassVar[tuple[str, ...]] = ("MemoryCache",)

    behind: str

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """Whether it is there."""
        return (
            Knob(
                name=ENABLED,
                label="on",
                help=f"Adds .cache() behind {self.behind}: the last call that gives the same "
                "elements in every epoch.",
                cannot_help="Cannot help in the first epoch; the elements must fit into memory.",
                kind=Toggle(),
                default=False,
                short="",
            ),
        )

    def runs_as(self, settings: Settings) -> tuple[str, ...]:
        """See the base class."""
        return ("MemoryCacheImpl", "MemoryCache") if self.is_on(settings) else ()

    def warm_up_epochs(self, settings: Settings) -> int:
        """See the base class."""
        return 1 if self.is_on(settings) else 0


@dataclass(frozen=True)
class AddedPrefetch(Prefetch):
    """A prefetch at the end of a pipeline that has none; off until it is wanted."""

    title: ClassVar[str] = "prefetch (added)"
    help: ClassVar[str] = "Not in the code: prepares the next batches while the model trains."


@dataclass(frozen=True)
class OwnOptions(Options):
    """Options on top of those that the code sets; TensorFlow's defaults unless changed."""

    help: ClassVar[str] = "How TensorFlow may run the pipeline, on top of what the code says."
    switch: ClassVar[Switch | None] = None

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """Those of the built-in workloads, but for the order, which the code decides on."""
        found = []
        for knob in super().knobs:
            if knob.name == "rewrites":
                # What the code gives when nothing watches is what is measured first.
                knob = replace(knob, default="tensorflow_default")
            if knob.name not in (ENABLED, "deterministic"):
                found.append(knob)
        return tuple(found)

    def loses_order(self, settings: Settings) -> str:
        """The code says."""
        return ""

    def runs_here(self, settings: Settings) -> bool:
        """Whether any of them is set."""
        return any(settings[self.id(knob.name)] != knob.default for knob in self.knobs)

    def apply(self, dataset: Any, settings: Settings, data: Any) -> Any:
        """See the base class."""
        return super().apply(dataset, settings, data) if self.runs_here(settings) else dataset


def own_chain(calls: Sequence[RecordedCall], *, more: Sequence[Stage] = ()) -> Chain:
    """The chain of someone's code, with what can be added to it.

    Args:
        calls: The calls in the order of the data.
        more: Stages between the last call and the options.
    """
    stages: list[Stage] = []
    cache_behind = where_to_cache(calls)
    for call in calls:
        name = call.key.removeprefix(kind_of(call.method).kind).strip("[]")
        stages.append(Recorded(call, name=name))
        if call.key == cache_behind:
            stages.append(AddedCache(call.key, name=ADDED))
    outer = [call for call in calls if not call.inside]
    if not outer or outer[-1].method != "prefetch":
        stages.append(AddedPrefetch(name=ADDED))
    return Chain((*stages, *more, OwnOptions(), Fit()))


def where_to_cache(calls: Sequence[RecordedCall]) -> str:
    """The last call up to which every epoch delivers the same; empty where none or one is cached.

    A shuffle, random numbers and repeat make what follows another in each epoch; a batch behind
    it is cached rather before, where elements are single.
    """
    outer = [call for call in calls if not call.inside]
    if any(call.method in ("cache", "snapshot") for call in outer):
        return ""
    found = ""
    for call in outer:
        random = call.function is not None and call.function.random
        if random or call.method in _ANEW:
            break
        found = call.key
    worked = [call for call in outer if call.method not in _SOURCES]
    return found if any(call.key == found for call in worked) else ""


_ANEW = ("shuffle", "repeat", "batch", "padded_batch", "ragged_batch", "prefetch", "with_options")
_SOURCES = (
    "from_tensor_slices", "from_tensors", "range", "list_files", "from_generator", "zip",
    "sample_from_datasets", "choose_from_datasets",
)  # fmt: skip


def _argument(name: str, value: Value) -> Any:
    plain = argument_of(value)
    if name == "deterministic":
        return {"on": True, "off": False}.get(str(value))
    return argument(plain) if plain is not None else None


def _short(file: str) -> str:
    return file.rpartition("/")[2]


__all__ = ["ADDED", "DEFAULT", "AddedCache", "AddedPrefetch", "Choice", "Recorded", "own_chain"]
