"""What settings ask of the calls in the code: values, calls that go, calls that are added."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from core.model.chain import Chain
from core.model.kinds import Value
from core.model.knob import ENABLED
from core.model.recorded_call import RecordedCall
from core.model.settings import Settings
from core.pipeline.method import Form
from core.pipeline.methods import method_of
from core.pipeline.recorded_chain.chain import (
    AddedCache,
    AddedPrefetch,
    AddedService,
    Recorded,
    UserOptions,
)
from core.pipeline.recorded_chain.reordered import reordered
from core.pipeline.workers.in_processes import PROCESSES, arguments_in_processes

_CALLS = "num_parallel_calls"


@dataclass(frozen=True)
class CallChange:
    """What one stage asks of its call.

    Attributes:
        key: The stage's id.
        call: The call.
        values: The chosen value of each of its knobs, by the argument's name.
        changed: Names of those that are not as in the code.
        off: The call is left out.
        cache: A cache is added behind it.
        service: What puts a tf.data service behind it, given what TensorFlow is called; or None.
        prefetch: Size of the prefetch that is added behind it; None for none.
        options: What sets the options that are added behind it, each a statement.
        processes: How many processes call its Python function; None where that is not changed.
        chunk: How many of its elements go to a process at a time.
        to: Key of the call that it moves to; empty where it stays.
        before: It then stands in front of that, else behind it.
    """

    key: str
    call: RecordedCall
    values: Mapping[str, Value]
    changed: frozenset[str] = frozenset()
    off: bool = False
    cache: bool = False
    service: Callable[[str], str] | None = None
    prefetch: Value | None = None
    options: tuple[str, ...] = ()
    processes: int | None = None
    chunk: int = 1
    to: str = ""
    before: bool = False

    @property
    def differs(self) -> bool:
        """Whether anything of the call is to be another."""
        added = self.cache or self.ends or self.service is not None
        return bool(self.changed or self.off or self.to or added or self.processes is not None)

    @property
    def ends(self) -> str:
        """What is added at the end of the pipeline, in words; empty for nothing."""
        words = ["the prefetch"] * (self.prefetch is not None) + ["the options"] * bool(
            self.options
        )
        return " and ".join(words)

    @property
    def file(self) -> Path:
        """The file of the call."""
        return Path(self.call.site.file)

    @property
    def where(self) -> str:
        """The stage and its line, for sentences."""
        return f"{self.key} in line {self.call.site.line} of {self.file.name}"

    def agrees(self, other: CallChange) -> bool:
        """Whether one text of the call serves both."""
        return self._wants() == other._wants() and all(
            self.values.get(name) == other.values.get(name) for name in self.changed | other.changed
        )

    def _wants(self) -> tuple[object, ...]:
        return (
            self.off, self.cache, self.service, self.prefetch, self.options, self.processes, self.to
        )  # fmt: skip


def call_changes(chain: Chain, settings: Settings) -> tuple[CallChange, ...]:
    """What each stage asks of its call, in the order of the chain."""
    cached = {
        stage.behind
        for stage in chain.stages
        if isinstance(stage, AddedCache) and stage.is_on(settings)
    }
    served = {
        stage.call_before(settings): partial(stage.in_a_line, settings)
        for stage in chain.stages
        if isinstance(stage, AddedService) and stage.is_on(settings) and stage.is_there(settings)
    }
    size = next(
        (
            settings[stage.id("buffer_size")]
            for stage in chain.stages
            if isinstance(stage, AddedPrefetch) and stage.is_on(settings)
        ),
        None,
    )
    options = next(
        (
            stage.statements(settings)
            for stage in chain.stages
            if isinstance(stage, UserOptions) and stage.runs_here(settings)
        ),
        (),
    )
    stages = [stage for stage in chain.stages if isinstance(stage, Recorded)]
    outer = (stage for stage in stages if not stage.call.inside)
    # What a strategy hands out is no tf.data.Dataset any more: what is added stands before it.
    last = [stage.key for stage in outer if not distributes(stage.call)][-1:]
    places = _places(chain, settings)
    asked = (
        _call_change(
            stage,
            settings,
            cache=stage.call.key in cached,
            service=served.get(stage.call.key),
            prefetch=size if stage.key in last else None,
            options=options if stage.key in last else (),
        )
        for stage in stages
    )
    return tuple(
        replace(change, to=places[change.key][0], before=places[change.key][1])
        if change.key in places
        else change
        for change in asked
    )


def _places(chain: Chain, settings: Settings) -> dict[str, tuple[str, bool]]:
    """Where calls move to: the key of a call that stays, and whether in front of it."""
    places: dict[str, tuple[str, bool]] = {}
    for part in reordered(chain, settings):
        moved = part.moved
        for at, key in enumerate(part.order):
            if key not in moved:
                continue
            behind = [other for other in part.order[at:] if other not in moved]
            before = [other for other in part.order[:at] if other not in moved]
            places[key] = (behind[0], True) if behind else (before[-1], False)
    return places


def _call_change(
    stage: Recorded,
    settings: Settings,
    *,
    cache: bool,
    service: Callable[[str], str] | None,
    prefetch: Value | None,
    options: tuple[str, ...],
) -> CallChange:
    chosen = stage.changed(settings)
    values = {knob.name: settings[stage.id(knob.name)] for knob in stage.knobs} | chosen
    changed = set(chosen) - {ENABLED} if stage.is_on(settings) else set()
    processes = stage.processes(settings)
    if processes is not None and stage.kind != "map":
        changed -= {PROCESSES.name}
    elif processes is not None:
        # In their code it is the arguments of the map, and a helper around the function.
        arguments = arguments_in_processes(values.get(_CALLS), processes, stage.chunk)
        kept = {name: arguments[name] for name in (_CALLS, "use_unbounded_threadpool")}
        values |= kept
        changed = (changed | set(kept)) - {PROCESSES.name}
        if stage.call.arguments.get(_CALLS) == kept[_CALLS]:
            changed -= {_CALLS}
    return CallChange(
        key=stage.key,
        call=stage.call,
        values=values,
        changed=frozenset(changed),
        off=not stage.is_on(settings),
        cache=cache,
        service=service,
        prefetch=prefetch,
        options=options,
        processes=processes,
        chunk=stage.chunk,
    )


def distributes(call: RecordedCall) -> bool:
    """Whether it is a call of a ``tf.distribute.Strategy``."""
    return method_of(call.method).form is Form.STRATEGY


def serves_apart(calls: Sequence[RecordedCall], call: RecordedCall) -> bool:
    """Whether a call that is made several times makes datasets that have nothing to do with others.

    As where a helper is called for training and for validation; in a loop that makes a chain
    longer, the call takes its own result, and fewer others than there are calls.
    """
    by_key = {known.key: known for known in calls}
    waiting, together, others = [call.key], set[str](), set[str]()
    while waiting:
        key = waiting.pop()
        serving = by_key.get(key)
        if serving is None or serving.count != call.count:
            others.add(key)
        elif key not in together:
            together.add(key)
            waiting += serving.inputs
    begins = any(method_of(by_key[key].method).is_source for key in together)
    return call.count > 1 and (begins or len(others) >= call.count)
