"""From a chain and its settings to the links that rules look at."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.analysis.findings.link import BATCHING, READERS, Link, Links
from core.model.kinds import DEFAULT, OFF, Value
from core.model.recorded_call import Argument, RecordedCall, Site
from core.model.settings import Settings
from core.model.stage import Stage
from core.pipeline.recorded import AddedCache, Recorded

_OFF_AS = {"interleave": "flat_map"}
"""Stages that are something else when they are off."""
_OPENS_FILES = ("interleave", "flat_map")
_SAME = ("cache", "shuffle", "prefetch", "repeat", "take", "skip")
"""Kinds that pass their elements on as they are."""
_APPLY = "apply"
_NO_PREFETCH_PUT_IN = ("inject_prefetch=False", "autotune.enabled=False")


def links_of(
    settings: Settings,
    *,
    examples: int | None = None,
    example_bytes: int | None = None,
    cores: int | None = None,
    memory_bytes: float | None = None,
) -> Links:
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
    counted = Links(tuple(reader.links)).cardinality
    read = [replace(link, elements=counted.elements(link.key)) for link in reader.links]
    words = ", ".join(
        str(link.values.get("options")) for link in read if link.kind == "with_options"
    )
    rewrites = (
        settings.get("options.rewrites") != "as_written"
        and "apply_default_optimizations=False" not in words
    )
    return Links(
        _placed(read),
        rewrites=rewrites,
        injects=rewrites and not any(word in words for word in _NO_PREFETCH_PUT_IN),
        deterministic=_deterministic(settings, words),
        absent=reader.absent,
        cores=cores,
        memory_bytes=memory_bytes,
        batches=_batches(settings),
    )


def _batches(settings: Settings) -> int | None:
    """Batches that a run takes in all of its epochs, where their number is set."""
    steps, epochs = settings.get("fit.steps_per_epoch"), settings.get("fit.epochs")
    return steps * epochs if isinstance(steps, int) and isinstance(epochs, int) else None


def _placed(links: Sequence[Link]) -> tuple[Link, ...]:
    """Links that say in which file they stand, where it is not the same for all."""
    files = {link.site.file for link in links if link.site is not None}
    if len(files) < 2:
        return tuple(links)
    return tuple(
        link
        if link.site is None
        else replace(link, place=f"line {link.site.line} of {link.site.file.rpartition('/')[2]}")
        for link in links
    )


class _Reader:
    """Takes the stages in the order of the data.

    Attributes:
        links: Those that are in force so far.
        absent: See ``Links``.
    """

    def __init__(self, settings: Settings, examples: int | None, example_bytes: int | None) -> None:
        self._settings, self._examples = settings, examples
        self._example_bytes = example_bytes
        self._changed = False
        self._stands_for: dict[str, tuple[str, ...]] = {}
        self._applied: dict[str, str] = {}
        self.links: list[Link] = []
        self.absent: dict[str, Mapping[str, Value]] = {}

    def read(self, stage: Stage) -> None:
        """Take in the next stage."""
        on = stage.is_on(self._settings)
        if not on and stage.switch is not None and stage.kind not in _OFF_AS:
            self.absent[stage.kind] = {stage.id(stage.switch.knob): stage.switch.on}
        if isinstance(stage, Recorded):
            self._read_call(stage, on)
        elif stage.runs_as(self._settings):
            self._read_stage(stage, on)

    def _read_call(self, stage: Recorded, on: bool) -> None:
        call = stage.call
        inputs = tuple(dict.fromkeys(key for one in call.inputs for key in self._now(one)))
        inside = self._applied.get(call.inside, call.inside)
        if not on:
            self._stands_for[call.key] = inputs
            return
        if call.method == _APPLY:
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
        self.links.append(self._call_link(stage, inputs, inside))

    def _without_number(self, key: str) -> None:
        """What a function delivers is the number of what it does last."""
        self.links = [
            replace(link, elements=None, element_bytes=None) if link.key == key else link
            for link in self.links
        ]

    def _call_link(self, stage: Recorded, inputs: tuple[str, ...], inside: str) -> Link:
        call = stage.call
        # Other batches than those of the code: neither numbers nor sizes behind them hold.
        self._changed |= stage.kind in BATCHING and bool(stage.changed(self._settings))
        values = {**call.arguments, **self._values(stage)}
        return Link(
            key=stage.key,
            kind=stage.kind,
            title=stage.title,
            values=values,
            knobs={knob.name: stage.id(knob.name) for knob in stage.knobs},
            off=_switched_off(stage),
            function=stage.applies(self._settings),
            inputs=inputs,
            inside=inside,
            site=own_site(call),
            elements=None if self._changed or stage.changed(self._settings) else call.elements,
            files=self._files(call, inputs) if stage.kind in READERS else None,
            element_bytes=self._call_bytes(stage, inputs),
            count=call.count,
            in_library=call.site.library or bool(call.made_by),
        )

    def _call_bytes(self, stage: Recorded, inputs: tuple[str, ...]) -> int | None:
        """Bytes of an element that a call delivers; a batch of examples has that many of one."""
        if self._changed or stage.call.element_bytes is not None:
            return None if self._changed else stage.call.element_bytes
        before = next((link for link in self.links if link.key in inputs), None)
        count = stage.call.arguments.get("batch_size")
        if stage.kind != "batch" or before is None or before.element_bytes is None:
            return before.element_bytes if before is not None and stage.kind in _SAME else None
        return before.element_bytes * count if isinstance(count, int) else None

    def _read_stage(self, stage: Stage, on: bool) -> None:
        kind = stage.kind if on else _OFF_AS.get(stage.kind, stage.kind)
        end = Links(tuple(self.links)).last
        inputs: tuple[str, ...] = () if end is None else (end.key,)
        if isinstance(stage, AddedCache):
            inputs = self._now(stage.behind)
            self._stands_for[stage.behind] = (stage.key,)
        self.links.append(
            Link(
                key=stage.key,
                kind=kind,
                title=stage.title,
                values=self._values(stage) | ({"count": None} if kind == "repeat" else {}),
                knobs={knob.name: stage.id(knob.name) for knob in stage.knobs},
                off=_switched_off(stage),
                function=stage.applies(self._settings),
                inputs=inputs,
                elements=self._elements(kind, end),
                element_bytes=self._stage_bytes(stage, inputs),
            )
        )

    def _stage_bytes(self, stage: Stage, inputs: tuple[str, ...]) -> int | None:
        """Bytes of an element of a built-in stage: of an example once the map is done with it."""
        if isinstance(stage, AddedCache):
            before = next((link for link in self.links if link.key in inputs), None)
            return before.element_bytes if before is not None and not self._changed else None
        kinds = {link.kind for link in self.links} | {stage.kind}
        maps = [one for one in self._settings.chain.stages if one.kind == "map"]
        mapped = "map" in kinds or not any(one.is_on(self._settings) for one in maps)
        return self._example_bytes if mapped and "batch" not in kinds else None

    def _elements(self, kind: str, before: Link | None) -> int | None:
        """How many elements come from a built-in stage that reads the examples."""
        opens_files = any(stage.kind in _OFF_AS for stage in self._settings.chain.stages)
        reads = kind in _OPENS_FILES or (before is None and not opens_files)
        return self._examples if reads else None

    def _values(self, stage: Stage) -> dict[str, Argument]:
        """Values of knobs as arguments: what is off or left to TensorFlow is None."""
        return {
            knob.name: _argument(knob.name, self._settings[stage.id(knob.name)])
            for knob in stage.knobs
        }

    def _now(self, key: str) -> tuple[str, ...]:
        """What stands for a call now that stages are off, applied or added."""
        found = self._stands_for.get(key, (key,))
        if found == (key,):
            return found
        return tuple(dict.fromkeys(one for other in found for one in self._now(other)))

    def _files(self, call: RecordedCall, inputs: tuple[str, ...]) -> int | None:
        sources = [link for link in self.links if link.key in inputs]
        if sources:
            return sources[0].elements
        return files_in(call.arguments.get("filenames"))


def own_site(call: RecordedCall) -> Site | None:
    """The innermost place on the way to a call that is the person's own code.

    That of the library where there is no other, and None where the file is not known.
    """
    known = [site for site in call.path if site.file]
    return next((site for site in reversed(known) if not site.library), next(iter(known), None))


def files_in(filenames: Argument) -> int | None:
    """How many files an argument names, as ``core.pipeline.observed`` shows it in words."""
    if not isinstance(filenames, str):
        return None
    found = re.match(r"(?:list|tuple) of (\d+)$|(?:array|tensor) \((\d+),\)", filenames)
    if found:
        return int(next(number for number in found.groups() if number))
    if filenames.startswith("tensor ()"):
        return 1
    if filenames.startswith(("[", "(")):
        whole = filenames.endswith(("]", ")"))
        return len(re.findall(r"'[^']*'|\"[^\"]*\"", filenames)) or None if whole else None
    return None if filenames.startswith(("<", "array ", "tensor ", "each: ")) else 1


def _argument(name: str, value: Value) -> Argument:
    if name == "deterministic" and value in ("on", "off"):
        return value == "on"
    return None if value in (OFF, DEFAULT) else value


def _switched_off(stage: Stage) -> dict[str, Value]:
    if stage.switch is None:
        return {}
    return {stage.id(stage.switch.knob): stage.switch.off}


def _deterministic(settings: Settings, words: str) -> bool | None:
    said = settings.get("options.deterministic")
    if isinstance(said, bool) and settings.get("options.enabled"):
        return said
    if "deterministic=False" in words:
        return False
    return True if "deterministic=True" in words else None
