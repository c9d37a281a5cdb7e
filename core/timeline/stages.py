"""Stages of the pipeline in a trace: by TensorFlow's names, and by the written stages they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.model.measured.executed import READER, NodeReading
from core.model.settings import Settings
from core.pipeline.graph.executed import match
from core.pipeline.graph.graph import Node
from core.pipeline.graph.written_graph import graph_of
from core.timeline.capture import Capture
from core.timeline.marks import ITERATOR

_PART = re.compile(r"([^\[\]]*)(?:\[(-?\d+)\])?")
_MANY_READERS = ("Interleave", "FlatMap")
_SEVERAL = ("Zip", "Concatenate", "DirectedInterleave", "SampleFromDatasets")
_FILLS = ("Shuffle", "ShuffleAndRepeat")
_READS = ("TFRecord", "TextLine", "FixedLengthRecord", "CSV", "SSTable", "RecordIO", "FilterByLast")


@dataclass(frozen=True)
class TracedStage:
    """A stage that was called while the trace was taken.

    Attributes:
        key: Its way from ``fit`` on, by TensorFlow's names.
        name: TensorFlow's name for it.
        depth: How far from ``fit``, which has 0.
        written: Keys of the written stages that it is; empty where they are not known.
        label: What people call it, with the line of its call: ``map augment (train.py:12)``.
        place: File and line alone, in full; empty where they are not known.
    """

    key: str
    name: str
    depth: int
    written: tuple[str, ...] = ()
    label: str = ""
    place: str = ""

    @property
    def fills(self) -> bool:
        """Whether it fills a buffer before it delivers anything."""
        return self.name.startswith(_FILLS)

    @property
    def reads(self) -> bool:
        """Whether it reads files."""
        return self.name.startswith(_READS)


@dataclass(frozen=True)
class TracedStages:
    """All stages of a trace.

    Attributes:
        all: From the source to ``fit``.
        by_name: Index in ``all`` for each index of a name that is a call of a stage.
    """

    all: tuple[TracedStage, ...]
    by_name: Mapping[int, int]

    def within(self, index: int) -> frozenset[int]:
        """Indices of the stages that feed a stage, directly or through others."""
        above = self.all[index].key
        return frozenset(
            place
            for place, stage in enumerate(self.all)
            if stage.key.startswith((f"{above}/", f"{above}+"))
        )


def traced_stages(capture: Capture, settings: Settings | None = None) -> TracedStages:
    """Find the stages of a trace.

    Args:
        capture: The trace.
        settings: What was written, where the trace is of a run that is known; else None.
    """
    keys = {
        index: _key(name.removeprefix(ITERATOR))
        for index, name in enumerate(capture.names)
        if name.startswith(ITERATOR)
    }
    # What stands behind the end of another comes first, as the data go.
    ordered = sorted(set(keys.values()), key=lambda key: (-len(_parts(key)), key))
    stages = _told_apart([_stage(key) for key in ordered])
    if settings is not None and stages:
        stages = _named(stages, settings)
    places = {stage.key: place for place, stage in enumerate(stages)}
    return TracedStages(tuple(stages), {index: places[key] for index, key in keys.items()})


def _key(path: str) -> str:
    """The way of a stage as the performance model writes it: one for all epochs and files."""
    key = ""
    between = ""
    for part in path.split("::"):
        matched = _PART.fullmatch(part)
        name, index = (matched[1], matched[2]) if matched else (part, None)
        key += between + name
        between = "/"
        if index is not None and any(word in name for word in _MANY_READERS):
            between = READER
        elif index not in (None, "0") and name.startswith(_SEVERAL):
            between = f"+{index}/"
    return key


def _parts(key: str) -> list[str]:
    return key.replace(READER, "/").split("/")


def _stage(key: str) -> TracedStage:
    parts = _parts(key)
    name = parts[-1].partition("+")[0]
    return TracedStage(key, name, len(parts) - 1, label="fit" if name == "Root" else name)


def _told_apart(stages: list[TracedStage]) -> list[TracedStage]:
    """Those of the same name also by what takes from them."""
    count = Counter(stage.name for stage in stages)
    return [
        replace(stage, label=f"{stage.name} before {_parts(stage.key)[-2].partition('+')[0]}")
        if count[stage.name] > 1 and stage.depth
        else stage
        for stage in stages
    ]


def _named(stages: Sequence[TracedStage], settings: Settings) -> list[TracedStage]:
    readings = [
        NodeReading(
            key=stage.key,
            name=stage.name,
            depth=stage.depth,
            branch="+" in stage.key,
            count=1,
            elements=0,
            processing_s=0.0,
            buffered_elements=0,
            buffered_bytes=0,
            parallelism=None,
            buffer_size=None,
            tuned=False,
        )
        for stage in reversed(stages)
    ]
    executed = {each.node.key: each for each in match(settings, readings).stages}
    nodes = graph_of(settings).by_key
    return [
        _written(stage, executed[stage.key].stages, nodes) if stage.key in executed else stage
        for stage in stages
    ]


def _written(stage: TracedStage, keys: tuple[str, ...], nodes: Mapping[str, Node]) -> TracedStage:
    known = [nodes[key] for key in keys if key in nodes]
    if not known:
        return stage
    sites = [node.site for node in known if node.site is not None and node.site.file]
    return TracedStage(
        stage.key,
        stage.name,
        stage.depth,
        keys,
        " and ".join(_words(node) for node in known),
        f"{sites[-1].file}:{sites[-1].line}" if sites else "",
    )


def _words(node: Node) -> str:
    title = node.title or node.key
    if node.site is None or not node.site.file:
        return title
    return f"{title} ({Path(node.site.file).name}:{node.site.line})"
