"""Which written stages the nodes that TensorFlow executes come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.model.executed import NodeReading
from core.model.settings import Settings

_ROOT = "Root"
_FUSED = {"MapAndBatch": ("BatchV2", "Map", "ParallelMapV2")}
_PARALLEL = {
    "ParallelMapV2": "Map",
    "ParallelInterleaveV4": "Interleave",
    "ParallelBatch": "BatchV2",
}


class Change(StrEnum):
    """What TensorFlow did to a stage on the way from written to executed."""

    NONE = ""
    FUSED = "fused"
    PARALLEL = "made parallel"
    INJECTED = "put in"


@dataclass(frozen=True)
class ExecutedStage:
    """A node on the way of the data, with the written stages that it comes from.

    Attributes:
        node: The node.
        stages: Keys of the written stages, in the order of the data; empty where TensorFlow
            put the node in.
        change: What TensorFlow did.
        note: The same in a sentence; empty where the node runs as written.
    """

    node: NodeReading
    stages: tuple[str, ...]
    change: Change
    note: str


@dataclass(frozen=True)
class Executed:
    """The pipeline as executed beside the one as written.

    Attributes:
        stages: Nodes on the way of the data, from the source to ``fit``.
        left_out: Keys of written stages that TensorFlow does not run at all.
        unseen: Keys of stages at the beginning that the reading does not show: TensorFlow drops
            their nodes once all of their data were taken, into a shuffle or a cache.
    """

    stages: tuple[ExecutedStage, ...]
    left_out: tuple[str, ...]
    unseen: tuple[str, ...] = ()

    @property
    def as_written(self) -> bool:
        """Whether TensorFlow runs exactly what was written."""
        if self.left_out or self.unseen:
            return False
        return all(one.change is Change.NONE for one in self.stages)


def match(settings: Settings, nodes: Sequence[NodeReading]) -> Executed:
    """Lay the executed nodes beside the written stages.

    Args:
        settings: What was written.
        nodes: A reading of the executed pipeline, the root first.
    """
    written = [
        (stage.key, name)
        for stage in settings.stages_in_order()
        for name in stage.runs_as(settings)
    ]
    written.reverse()
    found, left_out, at = [], [], 0
    for node in nodes:
        if node.branch or node.name == _ROOT:
            continue
        start, taken, change = _place(node.name, [name for _, name in written], at)
        keys = [key for key, _ in written[start : start + taken]]
        if taken:
            left_out += [key for key, _ in written[at:start]]
            at = start + taken
        stages = tuple(dict.fromkeys(reversed(keys)))
        found.append(ExecutedStage(node, stages, change, _note(node.name, stages, change)))
    seen = {key for one in found for key in one.stages}
    rest = [key for key, _ in written[at:]]
    unseen: list[str] = []
    if found and found[-1].stages:
        # The source itself is never left out: what is missing with it was there before.
        unseen = [key for key in dict.fromkeys(reversed(rest)) if key not in seen]
    else:
        left_out += rest
    return Executed(
        tuple(reversed(found)),
        tuple(key for key in dict.fromkeys(left_out) if key not in seen),
        tuple(unseen),
    )


def _place(name: str, written: list[str], at: int) -> tuple[int, int, Change]:
    """Where a node's names begin in what is written from ``at`` on, how many it takes."""
    for start in range(at, len(written)):
        if written[start] == name:
            return start, 1, Change.NONE
        if written[start] == _PARALLEL.get(name):
            return start, 1, Change.PARALLEL
        fused = _FUSED.get(name, ())
        if written[start] in fused and written[start + 1 : start + 2] != []:
            taken = 1 + (written[start + 1] in fused)
            return start, taken, Change.FUSED
    return at, 0, Change.INJECTED


def _note(name: str, stages: tuple[str, ...], change: Change) -> str:
    words = " and ".join(stages)
    match change:
        case Change.FUSED:
            return f"{words} run as one asynchronous {name}"
        case Change.PARALLEL:
            return f"{words} was written as sequential; TensorFlow runs it in parallel"
        case Change.INJECTED:
            return f"TensorFlow put in a {name} that was not written"
    return ""
