"""From a chain and its settings to the graph of what takes part."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.model.kinds import DEFAULT, OFF, Value
from core.model.recorded_call import Argument, RecordedCall, files_in
from core.model.settings import Settings
from core.model.stage import Stage
from core.pipeline.graph.graph import CALLS, Node, PipelineGraph
from core.pipeline.method import Counts, Form, Shape, Slot
from core.pipeline.methods import JOINED, method_of, of_kind, slots_named
from core.pipeline.recorded_chain.chain import AddedCache, AddedService, Recorded
from core.pipeline.recorded_chain.reordered import Reordered, reordered
from core.pipeline.stages.service import Service

_OFF_AS = {"interleave": "flat_map"}
"""Stages that are something else when they are off."""
_POOL = "private_threadpool_size"
_NO_PREFETCH_PUT_IN = ("inject_prefetch=False", "autotune.enabled=False")


def graph_of(
    settings: Settings,
    *,
    examples: int | None = None,
    example_bytes: int | None = None,
    cores: int | None = None,
    memory_bytes: float | None = None,
) -> PipelineGraph:
    """What takes part in a pipeline under some settings.

    Args:
        settings: Of a built-in workload's chain or of that of someone's code.
        examples: Examples in one pass over the data of a built-in workload, where that is known.
        example_bytes: Bytes of one of them as the model is given it.
        cores: Cores that the process may use.
        memory_bytes: Memory that is free.
    """
    reader = _Reader(settings, examples, example_bytes)
    for stage in settings.stages_in_order():
        reader.read(stage)
    counted = PipelineGraph(tuple(reader.nodes)).cardinality
    read = [replace(node, elements=counted.elements(node.key)) for node in reader.nodes]
    words = ", ".join(
        str(node.values.get("options")) for node in read if node.kind == "with_options"
    )
    rewrites = (
        settings.get("options.rewrites") != "as_written"
        and "apply_default_optimizations=False" not in words
    )
    return PipelineGraph(
        _placed(read),
        rewrites=rewrites,
        injects=rewrites and not any(word in words for word in _NO_PREFETCH_PUT_IN),
        joins=tuple(
            name
            for option, names in JOINED.items()
            for name in names
            if rewrites and f"{option}=True" in words
        ),
        deterministic=_deterministic(settings, words),
        threads=_threads(settings, words),
        absent=reader.absent,
        cores=cores,
        memory_bytes=memory_bytes,
        batches=_batches(settings),
        beside=settings.chain.beside,
    )


def _batches(settings: Settings) -> int | None:
    """Batches that a run takes in all of its epochs, where their number is set."""
    steps, epochs = settings.get("fit.steps_per_epoch"), settings.get("fit.epochs")
    return steps * epochs if isinstance(steps, int) and isinstance(epochs, int) else None


def _placed(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Nodes that say in which file they stand, where it is not the same for all."""
    files = {node.site.file for node in nodes if node.site is not None}
    if len(files) < 2:
        return tuple(nodes)
    return tuple(
        node
        if node.site is None
        else replace(node, place=f"line {node.site.line} of {node.site.file.rpartition('/')[2]}")
        for node in nodes
    )


class _Reader:
    """Takes the stages in the order of the data.

    Attributes:
        nodes: Those that are in force so far.
        absent: See ``PipelineGraph``.
    """

    def __init__(self, settings: Settings, examples: int | None, example_bytes: int | None) -> None:
        self._settings, self._examples = settings, examples
        self._example_bytes = example_bytes
        self._changed = False
        self._stands_for: dict[str, tuple[str, ...]] = {}
        self._applied: dict[str, str] = {}
        stages = settings.chain.stages
        self._nesting = {stage.call.inside for stage in stages if isinstance(stage, Recorded)}
        parts = reordered(settings.chain, settings)
        self._moved = {key for part in parts for key in part.order}
        self._sources = _sources(parts, stages)
        self.nodes: list[Node] = []
        self.absent: dict[str, Mapping[str, Value]] = {}

    def read(self, stage: Stage) -> None:
        """Take in the next stage."""
        on = stage.is_on(self._settings)
        if not on and stage.switch is not None and stage.kind not in _OFF_AS:
            self.absent[stage.kind] = stage.switched(on=True)
        if isinstance(stage, Recorded):
            self._read_call(stage, on)
        elif stage.runs_as(self._settings):
            self._read_stage(stage, on)

    def _read_call(self, stage: Recorded, on: bool) -> None:
        call = stage.call
        sources = self._sources.get(call.key, call.inputs)
        inputs = tuple(key for source in sources for key in self._now(source))
        inside = self._applied.get(call.inside, call.inside)
        if not on:
            self._stands_for[call.key] = inputs
            return
        if method_of(call.method).counts is Counts.INSIDE and call.key in self._nesting:
            # What it calls stands in the chain itself; it is what the last of it is.
            self._applied[call.key] = inside
            self._stands_for[call.key] = inputs
            return
        if call.made_by and call.inside not in self._applied:
            # A function of TensorFlow that reads: what else it does stands behind that.
            self._applied[call.inside], inside = "", ""
            self._without_number(call.inside)
        if call.made_by:
            inputs = inputs or (call.inside,)
        if call.inside in self._applied:
            self._stands_for[call.inside] = (call.key,)
        self.nodes.append(self._call_node(stage, inputs, inside))

    def _has(self, key: str) -> bool:
        return any(node.key == key for node in self.nodes)

    def _without_number(self, key: str) -> None:
        """What a function delivers is the number of what it does last."""
        self.nodes = [
            replace(node, elements=None, element_bytes=None) if node.key == key else node
            for node in self.nodes
        ]

    def _call_node(self, stage: Recorded, inputs: tuple[str, ...], inside: str) -> Node:
        call = stage.call
        # Other batches than those of the code: neither numbers nor sizes behind them hold.
        self._changed |= of_kind(stage.kind).batches and bool(stage.changed(self._settings))
        values = {**call.arguments, **self._values(stage)}
        return Node(
            key=stage.key,
            kind=stage.kind,
            title=stage.title,
            values=values,
            knobs={knob.name: stage.id(knob.name) for knob in stage.knobs},
            off=stage.switched(on=False),
            function=stage.applies(self._settings),
            inputs=inputs,
            inside=inside,
            site=call.user_code_site,
            elements=None
            if self._changed or stage.changed(self._settings) or stage.key in self._moved
            else call.elements,
            files=self._files(call, inputs) if of_kind(stage.kind).form is Form.READER else None,
            element_bytes=self._call_bytes(stage, inputs),
            count=call.count,
            in_library=call.site.library or bool(call.made_by),
            slots=_slots(call, values),
            opaque=method_of(call.method).opaque,
            part_of=call.inside if call.made_by and self._has(call.inside) else "",
        )

    def _call_bytes(self, stage: Recorded, inputs: tuple[str, ...]) -> int | None:
        """Bytes of an element that a call delivers; a batch of examples has that many of one."""
        changed = self._changed or stage.key in self._moved
        if changed or stage.call.element_bytes is not None:
            return None if changed else stage.call.element_bytes
        before = next((node for node in self.nodes if node.key in inputs), None)
        count = stage.call.arguments.get("batch_size")
        if stage.kind != "batch" or before is None or before.element_bytes is None:
            return (
                before.element_bytes
                if before is not None and of_kind(stage.kind).shape is Shape.SAME
                else None
            )
        return before.element_bytes * count if isinstance(count, int) else None

    def _read_stage(self, stage: Stage, on: bool) -> None:
        kind = stage.kind if on else _OFF_AS.get(stage.kind, stage.kind)
        end = PipelineGraph(tuple(self.nodes)).last
        inputs: tuple[str, ...] = () if end is None else (end.key,)
        if isinstance(stage, (AddedCache, AddedService)):
            behind = stage.call_before(self._settings)
            inputs = self._now(behind)
            self._stands_for[behind] = (stage.key,)
        slots = tuple(reversed(slots_named(stage.runs_as(self._settings))))
        if isinstance(stage, Service):
            slots = of_kind(stage.kind).slots
            # Of how many there are behind it, what the code says does not hold.
            self._changed = True
        self.nodes.append(
            Node(
                key=stage.key,
                kind=kind,
                title=stage.title,
                values=self._values(stage) | ({"count": None} if kind == "repeat" else {}),
                knobs={knob.name: stage.id(knob.name) for knob in stage.knobs},
                off=stage.switched(on=False),
                function=stage.applies(self._settings),
                inputs=inputs,
                elements=self._elements(kind, end),
                element_bytes=self._stage_bytes(stage, inputs),
                slots=slots,
            )
        )

    def _stage_bytes(self, stage: Stage, inputs: tuple[str, ...]) -> int | None:
        """Bytes of an element of a built-in stage: of an example once the map is done with it."""
        if isinstance(stage, (AddedCache, AddedService)):
            before = next((node for node in self.nodes if node.key in inputs), None)
            return before.element_bytes if before is not None and not self._changed else None
        kinds = {node.kind for node in self.nodes} | {stage.kind}
        maps = [other for other in self._settings.chain.stages if other.kind == "map"]
        mapped = "map" in kinds or not any(mapping.is_on(self._settings) for mapping in maps)
        return self._example_bytes if mapped and "batch" not in kinds else None

    def _elements(self, kind: str, before: Node | None) -> int | None:
        """How many elements come from a built-in stage that reads the examples."""
        opens_files = any(stage.kind in _OFF_AS for stage in self._settings.chain.stages)
        reads = of_kind(kind).makes_datasets or (before is None and not opens_files)
        return self._examples if reads else None

    def _values(self, stage: Stage) -> dict[str, Argument]:
        """Values of knobs as arguments: what is off or left to TensorFlow is None."""
        values = {knob.name: self._settings[stage.id(knob.name)] for knob in stage.knobs}
        values |= stage.in_force(self._settings)
        return {name: _argument(name, value) for name, value in values.items()}

    def _now(self, key: str) -> tuple[str, ...]:
        """What stands for a call now that stages are off, applied or added."""
        keys = self._stands_for.get(key, (key,))
        if keys == (key,):
            return keys
        return tuple(dict.fromkeys(inner for other in keys for inner in self._now(other)))

    def _files(self, call: RecordedCall, inputs: tuple[str, ...]) -> int | None:
        sources = [node for node in self.nodes if node.key in inputs]
        if sources:
            return sources[0].elements
        return files_in(call.arguments.get("filenames"))


def _sources(parts: Sequence[Reordered], stages: Sequence[Stage]) -> dict[str, tuple[str, ...]]:
    """What calls take their elements from, where that is not as in the code."""
    calls = {stage.key: stage.call for stage in stages if isinstance(stage, Recorded)}
    sources: dict[str, tuple[str, ...]] = {}
    for part in parts:
        first = part.written[0]
        taken = sources.get(first, calls[first].inputs)
        sources |= {key: (before,) for before, key in itertools.pairwise(part.order)}
        sources[part.order[0]] = taken
        last, now_last = part.written[-1], part.order[-1]
        for key, call in calls.items():
            if key not in part.order and last in call.inputs:
                inputs = sources.get(key, call.inputs)
                sources[key] = tuple(now_last if each == last else each for each in inputs)
    return sources


def _slots(call: RecordedCall, values: Mapping[str, Argument]) -> tuple[Slot, ...]:
    """Nodes of a call; where its parallel calls are written, TensorFlow did not make them so."""
    method, function = method_of(call.method), call.function
    written = any(values.get(name) is not None for name in CALLS)
    does_nothing = function is not None and not (function.python or function.operations)
    may_lack = method.changes_nothing(values) or (method.counts is Counts.SAME and does_nothing)
    return tuple(
        replace(
            slot,
            parallel=() if written else slot.parallel,
            may_lack=slot.may_lack or may_lack,
        )
        for slot in method.slots
    )


def _argument(name: str, value: Value) -> Argument:
    if name == "deterministic" and value in ("on", "off"):
        return value == "on"
    return None if value in (OFF, DEFAULT) else value


def _threads(settings: Settings, words: str) -> int | None:
    """Of the private pool: what the settings say, else the last that the code says."""
    chosen = settings.get(f"options.{_POOL}", DEFAULT)
    if chosen != DEFAULT:
        return int(chosen)
    said = re.findall(rf"threading\.{_POOL}=(\d+)", words)
    return int(said[-1]) or None if said else None


def _deterministic(settings: Settings, words: str) -> bool | None:
    said = settings.get("options.deterministic")
    if isinstance(said, bool) and settings.get("options.enabled"):
        return said
    if "deterministic=False" in words:
        return False
    return True if "deterministic=True" in words else None
