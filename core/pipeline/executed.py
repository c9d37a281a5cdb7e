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
    on_the_way = [node for node in nodes if not node.branch and node.name != _ROOT]
    places = _places([node.name for node in on_the_way], [name for _, name in written])
    found, left_out, at = [], [], 0
    for node, (start, taken, change) in zip(on_the_way, places, strict=True):
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


_Place = tuple[int, int, Change]
"""Where a node's names begin in what is written, how many it takes, and what was done to them."""


def _places(names: Sequence[str], written: Sequence[str]) -> list[_Place]:
    """A place for each node, so that as many written names as can be have one.

    A prefetch that TensorFlow put in behind all is not the written one in the middle.
    """
    ends = range(len(written) + 1)
    most = [0 for _ in ends]
    """So many names the nodes from here on can take of those from each place on."""
    chosen: list[list[_Place]] = []
    for name in reversed(names):
        fits = [(at, *_fit(name, written, at)) for at in ends]
        fits = [one for one in fits if one[1]]
        row: list[_Place] = []
        for at in ends:
            behind = [one for one in fits if one[0] >= at]
            best = max(behind, key=lambda one: one[1] + most[one[0] + one[1]], default=None)
            gain = 0 if best is None else best[1] + most[best[0] + best[1]]
            row.append((at, 0, Change.INJECTED) if best is None or gain < most[at] else best)
        most = [
            most[at] if not taken else taken + most[start + taken]
            for at, (start, taken, _) in enumerate(row)
        ]
        chosen.append(row)
    places, at = [], 0
    for row in reversed(chosen):
        places.append(row[at])
        at = row[at][0] + row[at][1]
    return places


def _fit(name: str, written: Sequence[str], at: int) -> tuple[int, Change]:
    """How many of the names from ``at`` on a node takes, which may be none."""
    here, behind = written[at : at + 1], written[at + 1 : at + 2]
    if not here:
        return 0, Change.INJECTED
    if here[0] == name:
        return 1, Change.NONE
    if here[0] == _PARALLEL.get(name):
        return 1, Change.PARALLEL
    fused = _FUSED.get(name, ())
    if here[0] in fused and behind:
        return 1 + (behind[0] in fused), Change.FUSED
    return 0, Change.INJECTED


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
