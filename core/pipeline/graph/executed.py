"""Which written stages the nodes that TensorFlow executes come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.model.measured.executed import NodeReading
from core.model.settings import Settings
from core.pipeline.graph.graph import Node, PipelineGraph
from core.pipeline.graph.matching import PREFETCH, Assigned, Matching
from core.pipeline.graph.written_graph import graph_of
from core.pipeline.method import Form
from core.pipeline.methods import ELSEWHERE, FUSED
from core.python_versions import StrEnum


class Change(StrEnum):
    """What TensorFlow did to a stage on the way from written to executed."""

    NONE = ""
    FUSED = "fused"
    PARALLEL = "made parallel"
    INJECTED = "put in"
    UNKNOWN = "of no known stage"


@dataclass(frozen=True)
class ExecutedStage:
    """A node, with the written stages that it comes from.

    Attributes:
        node: The node.
        stages: Keys of the written stages, in the order of the data; empty where it is of none.
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
        stages: Nodes from the source to ``fit``: those on the way of the data, and of what hangs
            beside it those of written stages.
        left_out: Keys of written stages that TensorFlow does not run at all.
        unseen: Keys of stages at the beginning that the reading does not show: TensorFlow drops
            their nodes once all of their data were taken, into a shuffle or a cache.
        served: Keys of stages that run in the workers of a tf.data service, which show nothing.
        opens: Keys of stages that open datasets of their own, of which little is known.
        reads_files: Files are among these.
    """

    stages: tuple[ExecutedStage, ...]
    left_out: tuple[str, ...]
    unseen: tuple[str, ...] = ()
    served: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    reads_files: bool = False

    @property
    def as_written(self) -> bool:
        """Whether TensorFlow runs exactly what was written."""
        if self.left_out or self.unseen or self.served:
            return False
        return all(executed_stage.change is Change.NONE for executed_stage in self.stages)


def match(settings: Settings, nodes: Sequence[NodeReading]) -> Executed:
    """Lay the executed nodes beside the written stages.

    Args:
        settings: What was written.
        nodes: A reading of the executed pipeline, the root first.
    """
    graph = graph_of(settings)
    assigned = [node for root in Matching(graph, nodes).roots() for node in root.walk()]
    matched = {key for node in assigned if not node.own for key in node.keys}
    seen = matched | {key for node in assigned for key in node.keys}
    left_out = {key for node in assigned for key in node.skipped} - seen
    rest = [
        node.key
        for node in graph.outer
        if (node.opaque or node.slots) and node.key not in seen | left_out and not node.part_of
    ]
    served = any(nodes[node.index].name.startswith(ELSEWHERE) for node in assigned)
    return Executed(
        tuple(
            _stage(graph, nodes[node.index], node)
            for node in assigned
            if _is_shown(graph, nodes[node.index], node)
        ),
        tuple(node.key for node in graph.all if node.key in left_out and not node.part_of),
        () if served else tuple(rest),
        tuple(rest) if served else (),
        tuple(node.key for node in graph.outer if node.method.makes_datasets),
        any(_reads_files(node) for node in graph.all),
    )


def _reads_files(node: Node) -> bool:
    """Whether it opens files, as what a built-in workload interleaves does."""
    method, built_in = node.method, node.site is None
    return method.form is Form.READER or (method.makes_datasets and built_in)


def _is_shown(graph: PipelineGraph, node: NodeReading, assigned: Assigned) -> bool:
    """Whether a node has a line of its own: not a stream that its stage has for itself."""
    if not assigned.own:
        return bool(assigned.keys) or not node.branch
    methods = [graph.by_key[key].method for key in assigned.keys]
    if any(node.name in method.reads for method in methods):
        return True
    return not node.branch and not any(method.own_first for method in methods)


def _stage(graph: PipelineGraph, node: NodeReading, assigned: Assigned) -> ExecutedStage:
    stages = assigned.keys[::-1]
    if len(stages) > 1 or (node.name in FUSED and stages and not assigned.own):
        change = Change.FUSED
    elif not stages:
        change = Change.INJECTED if node.name == PREFETCH and node.depth == 1 else Change.UNKNOWN
    else:
        change = Change.PARALLEL if assigned.parallel else Change.NONE
    return ExecutedStage(node, stages, change, _note(node.name, stages, change))


def _note(name: str, stages: tuple[str, ...], change: Change) -> str:
    words = " and ".join(stages)
    match change:
        case Change.FUSED:
            return f"{words} run as one asynchronous {name}"
        case Change.PARALLEL:
            return f"{words} was written as sequential; TensorFlow runs it in parallel"
        case Change.INJECTED:
            return f"TensorFlow put in a {name} that was not written"
        case Change.UNKNOWN:
            return f"which stage {name} comes from is not known"
    return ""
