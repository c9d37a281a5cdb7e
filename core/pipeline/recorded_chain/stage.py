"""A call in someone's own code as a stage: its knobs stand at what the code says."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.model.kinds import AUTOTUNE, OFF, Value
from core.model.knob import ENABLED, Knob, Switch
from core.model.recorded_call import FunctionSeen, RecordedCall
from core.model.settings import Settings
from core.model.stage import Stage
from core.model.training_change import ChangeKind, TrainingChange
from core.pipeline.methods import method_of
from core.pipeline.recorded_chain.kinds import RecordedKind, argument_of, kind_of
from core.pipeline.recorded_chain.moves import NONE, POSITION, Moves, place
from core.pipeline.stages.arguments import argument
from core.pipeline.stages.prefetch import BATCHES, holding
from core.pipeline.workers.in_processes import (
    PROCESSES,
    arguments_in_processes,
    calls_under_way,
    check_processes,
    in_workers,
)
from core.process_pool.items import generator_in_workers
from core.process_pool.pool import CHUNK
from core.process_pool.pools import pool_of


@dataclass(frozen=True)
class Recorded(Stage):
    """One call as a stage: its knobs stand at what the code says.

    Attributes:
        call: The call.
        freezes: Of a cache: why what is before it gives others in each epoch, and what keeping
            them changes; None where it gives the same.
        batched_by: Keys of the calls that batch what it delivers before the model takes it.
        takes: What it takes and a buffer of it holds: batches, or elements in front of all of them.
        moves: Where else it may stand.
        on_the_way: All data go through it.
    """

    call: RecordedCall
    freezes: TrainingChange | None = None
    batched_by: tuple[str, ...] = ()
    takes: str = BATCHES
    moves: Moves = NONE
    on_the_way: bool = False

    @property
    def recorded_kind(self) -> RecordedKind:
        """What its method is as a stage."""
        return kind_of(self.call.method)

    # What other kinds of stage say of their class, each call says of itself.
    @property
    def kind(self) -> str:  # type: ignore[override]
        """See the base class."""
        return method_of(self.call.method).kind

    @property
    def title(self) -> str:  # type: ignore[override]
        """The method, and what it applies."""
        function = self.call.function
        if self.call.made_by:
            return f"{self.call.method} in {self.call.made_by}"
        return f"{self.call.method} {function.name}" if function else self.call.method

    @property
    def help(self) -> str:  # type: ignore[override]
        """What it does, where it stands and how often it is made."""
        site = self.call.site
        where = f"{_short(site.file)}, line {site.line}"
        often = f", {self.call.count} times" if self.call.count > 1 else ""
        inside = f" Inside {self.call.inside}." if self.call.inside else ""
        what = (
            self.recorded_kind.help.replace(BATCHES, self.takes)
            if self.kind == "prefetch"
            else self.recorded_kind.help
        )
        return f"{what}{inside} {where}{often}."

    @property
    def url(self) -> str:  # type: ignore[override]
        """See the base class."""
        return self.recorded_kind.url

    @property
    def switch(self) -> Switch | None:  # type: ignore[override]
        """Prefetch and cache can be left out."""
        names = {knob.name for knob in self.knobs}
        if self.recorded_kind.can_be_off and "buffer_size" in names:
            written = self.knobs[0].default
            return Switch("buffer_size", off=OFF, on=written if written != OFF else AUTOTUNE)
        return Switch(ENABLED, off=False, on=True) if ENABLED in names else None

    @property
    def executed_as(self) -> tuple[str, ...]:  # type: ignore[override]
        """See the base class."""
        return tuple(name for slot in method_of(self.call.method).slots[:1] for name in slot.names)

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """Its arguments that can be changed; none where nobody saw the call itself."""
        if not self.call.arguments or self.call.made_by:
            return ()
        knobs = (*self.recorded_kind.knobs(self.call), *self.moves.knobs(self.key, self.kind))
        function = self.call.function
        if function is not None and (function.items or (self.kind == "map" and function.python)):
            knobs = (*knobs, _processes(function))
        if self.kind == "prefetch":
            knobs = tuple(
                holding(knob, self.takes) if knob.name == "buffer_size" else knob for knob in knobs
            )
        elif self.takes == BATCHES and self.kind in ("batch", "padded_batch"):
            knobs = tuple(
                replace(knob, unit=BATCHES) if knob.name == "batch_size" else knob for knob in knobs
            )
        elif self.kind == "shuffle":
            knobs = tuple(replace(knob, unit=self.takes) for knob in knobs)
        if self.freezes is None:
            return knobs
        changes = replace(
            self.freezes,
            words=f"{self.key} in one and not the other: {self.freezes.words}, and a cache repeats "
            "the first epoch's in all others",
        )
        return tuple(
            replace(knob, changes_training=changes) if knob.name == ENABLED else knob
            for knob in knobs
        )

    def is_on(self, settings: Settings) -> bool:
        """See the base class; a batch goes with the unbatch in front of it."""
        return not self.is_merged(settings) and super().is_on(settings)

    def is_merged(self, settings: Settings) -> bool:
        """Whether it is the second of two batches, and goes with the unbatch in front of it."""
        merges = self.moves.merges
        return merges is not None and self.key == merges[2] and self.merged(settings)

    def merged(self, settings: Settings) -> bool:
        """Whether the unbatch between two batches, of which it is one, is left out."""
        merges = self.moves.merges
        return merges is not None and settings.get(f"{merges[1]}.{ENABLED}") is False

    def moved_before(self, settings: Settings) -> str | None:
        """A shuffle stands where its position says, unless that map itself moved behind a batch."""
        target = place(settings.get(self.id(POSITION)))
        if self.kind == "batch" or not target or self._behind_cache(settings):
            return None
        stage = settings.chain.stage(target)
        return None if stage is None or stage.moved_behind(settings) is not None else target

    def moved_behind(self, settings: Settings) -> str | None:
        """A shuffle follows a cache, a map the batch in front of it, behind the maps before it."""
        if self._behind_cache(settings):
            return self.moves.cache
        batch, maps = self.moves.batch, self.moves.maps
        first = place(settings.get(f"{batch}.{POSITION}")) if batch else ""
        if first not in maps or maps.index(first) > maps.index(self.key):
            return None
        return batch if first == self.key else maps[maps.index(self.key) - 1]

    def _behind_cache(self, settings: Settings) -> bool:
        """Whether the added cache is on that it follows; not where that keeps batches."""
        if settings.get(f"{self.moves.cache}.{ENABLED}") is not True:
            return False
        cache = settings.chain.stage(self.moves.cache)
        behind = settings.chain.stage("" if cache is None else cache.moved_behind(settings) or "")
        return behind is not None and behind.moved_behind(settings) is None

    def training(self, settings: Settings) -> tuple[tuple[TrainingChange, Value], ...]:
        """See the base class; a function that draws at random draws once for a whole batch."""
        first = place(settings.get(self.id(POSITION))) if self.kind == "batch" else ""
        draws = self.moves.random
        if first:
            draws = tuple(each for each in draws if each in self.moves.maps[_at(first, self) :])
        drawn = (first or (self.kind == "unbatch" and self.merged(settings))) and draws
        changes = []
        if drawn:
            words = f"{', '.join(draws)} draws random numbers for other batches than in the code"
            changes.append(TrainingChange(words, ChangeKind.AUGMENTATION))
        first_batch = self.moves.merges[0] if self.moves.merges else ""
        drops = settings.get(f"{first_batch}.drop_remainder") is True
        if drops and self.kind == "unbatch" and self.merged(settings):
            words = f"the remainder that {first_batch} drops is no longer dropped"
            changes.append(TrainingChange(words, ChangeKind.REMAINDER))
        return (*super().training(settings), *((change, True) for change in changes))

    def applies(self, settings: Settings) -> FunctionSeen | None:
        """See the base class."""
        return self.call.function

    def runs_python(self, settings: Settings) -> bool:
        """See the base class."""
        return self.call.function is not None and self.call.function.python

    def runs_as(self, settings: Settings) -> tuple[str, ...]:
        """See the base class: all names that they may have; none of what is nested."""
        if self.call.inside or not self.is_on(settings):
            return ()
        slots = method_of(self.call.method).slots
        return tuple(name for slot in reversed(slots) for name in slot.names)

    def warm_up_steps(self, settings: Settings) -> int:
        """Batches that wait in a prefetch."""
        size = settings.get(self.id("buffer_size"), OFF) if self.kind == "prefetch" else OFF
        if not isinstance(size, int):
            return 0
        sizes = [settings.get(f"{key}.batch_size", 1) for key in self.batched_by]
        return size // math.prod(size for size in sizes if isinstance(size, int))

    def warm_up_epochs(self, settings: Settings) -> int:
        """The epoch that fills a cache is not how the rest will be."""
        return 1 if self.kind == "cache" and self.is_on(settings) else 0

    def changed(self, settings: Settings) -> dict[str, Value]:
        """Arguments that are not as in the code, and whether it is left out."""
        values = {knob.name: settings[self.id(knob.name)] for knob in self.knobs}
        values |= self._merged_values(settings)
        return {
            knob.name: values[knob.name]
            for knob in self.knobs
            if values[knob.name] != knob.default and knob.name != POSITION
        }

    def _merged_values(self, settings: Settings) -> dict[str, Value]:
        """What the first of two batches takes from the second, where that is left out."""
        merges = self.moves.merges
        if merges is None or self.key != merges[0] or not self.merged(settings):
            return {}
        keys = {name: f"{merges[2]}.{name}" for name in ("batch_size", "drop_remainder")}
        return {name: settings[key] for name, key in keys.items() if key in settings}

    def processes(self, settings: Settings) -> int | None:
        """How many processes call the Python function; None where this process does."""
        chosen = settings.get(self.id(PROCESSES.name), OFF)
        return int(chosen) if isinstance(chosen, int) and self.is_on(settings) else None

    def in_force(self, settings: Settings) -> dict[str, Value]:
        """See the base class; processes need so many elements at a time."""
        processes = self.processes(settings)
        if processes is None or self.kind != "map":
            return self._merged_values(settings)
        calls = settings.get(self.id("num_parallel_calls"), OFF)
        arguments = arguments_in_processes(calls, processes, self.chunk)
        return {"num_parallel_calls": arguments["num_parallel_calls"]}

    @property
    def chunk(self) -> int:
        """How many of its elements go to a worker at a time."""
        return 1 if self.takes == BATCHES else CHUNK

    def change(self, settings: Settings) -> Callable[[Any, Callable[[], Any], Any], Any] | None:
        """What is done at the call so that it is as the settings say; None where nothing is.

        See ``core.user_code.observed.observer.Change``.
        """
        changed = self.changed(settings)
        if not changed and self.is_on(settings):
            return None
        on, processes = self.is_on(settings), self.processes(settings)

        def make(dataset: Any, call: Callable[[], Any], bound: Any) -> Any:
            if not on:
                return dataset
            for name, value in changed.items():
                if name not in (ENABLED, PROCESSES.name):
                    bound.arguments[name] = _argument(name, value)
            if "deterministic" in bound.arguments and _one_by_one(bound.arguments):
                # TensorFlow warns of it where nothing is parallel.
                bound.arguments["deterministic"] = None
            if processes is None:
                return call()
            if "generator" in bound.arguments:
                bound.arguments["generator"] = generator_in_workers(
                    bound.arguments["generator"],
                    pool_of(processes),
                    self.chunk,
                    calls_under_way(processes, self.chunk),
                )
                return call()
            given = bound.arguments.get("num_parallel_calls")
            bound.arguments.pop("synchronous", None)  # it rules parallel calls out
            check_processes()
            bound.arguments.update(arguments_in_processes(given, processes, self.chunk))
            return in_workers(call(), processes, self.chunk)

        return make


def _at(key: str, stage: Recorded) -> int:
    return stage.moves.maps.index(key)


def _one_by_one(arguments: Mapping[str, Any]) -> bool:
    return arguments.get("num_parallel_calls") is None


def _argument(name: str, value: Value) -> Any:
    plain = argument_of(value)
    if name == "deterministic":
        return {"on": True, "off": False}.get(str(value))
    return argument(plain) if plain is not None else None


def _processes(function: FunctionSeen) -> Knob:
    """The knob of a call that applies a function of Python."""
    if not function.random:
        return PROCESSES
    return replace(
        PROCESSES,
        changes_training=TrainingChange(
            f"processes differ: {function.name} draws TensorFlow's random numbers, and with "
            "several calls at the same time each element gets others in every run",
            ChangeKind.AUGMENTATION,
        ),
    )


def _short(file: str) -> str:
    return file.rpartition("/")[2]
