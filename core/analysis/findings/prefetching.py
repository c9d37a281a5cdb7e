"""Whether the next batches are made while the model trains on this one."""

from __future__ import annotations

from collections.abc import Iterator

from core.analysis.findings.finding import PERFORMANCE, Finding, Severity
from core.pipeline.graph.graph import Node, PipelineGraph
from core.pipeline.method import Cost, Form

_URL = f"{PERFORMANCE}#prefetching"


def prefetching(graph: PipelineGraph) -> Iterator[Finding]:
    """No prefetch where ``fit`` takes its batches."""
    last = _last_at_work(graph)
    if last is None or _prefetches(last):
        return
    if any(node.method.form is Form.STRATEGY for node in graph.outer):
        # By default it puts a prefetch at the end of what it is given.
        return
    earlier = [node for node in graph.before(last) if _prefetches(node)]
    grave, why = _how_grave(graph, last)
    change = graph.absent.get("prefetch", {})
    remedy = "Add .prefetch(tf.data.AUTOTUNE) as the last call."
    if not earlier:
        yield Finding(
            "no_prefetch",
            grave,
            "nothing is prefetched",
            f"Without a prefetch last, a batch is begun only when the model asks for it. {why}",
            remedy,
            last.key,
            last.site,
            change,
            _URL,
            about_time=True,
        )
        return
    prefetch = earlier[-1]
    behind = " and ".join(node.words for node in (*graph.between(prefetch, last), last))
    yield Finding(
        "prefetch_not_last",
        grave,
        "prefetch is not last",
        f"Only what stands before it is worked on ahead; {behind} behind it waits until the model "
        f"asks. {why}",
        remedy,
        prefetch.key,
        prefetch.site,
        change,
        _URL,
        about_time=True,
    )


def _how_grave(graph: PipelineGraph, last: Node) -> tuple[Severity, str]:
    if last.parallel:
        return Severity.HINT, (
            f"Here {last.words} works ahead by itself, by as many elements as it has parallel "
            "calls, so little is lost."
        )
    if graph.injects:
        return Severity.HINT, (
            "TensorFlow puts in a prefetch by itself here, unless its rewrites are switched off "
            "(inject_prefetch, AUTOTUNE); written out, it holds everywhere."
        )
    if not any(node.method.cost is Cost.WORKS for node in graph.all if node.method.known):
        return Severity.HINT, "Here that is only copying from memory, which seldom takes long."
    return Severity.COSTLY, "Model and pipeline take turns, and one of them always stands still."


def _last_at_work(graph: PipelineGraph) -> Node | None:
    node = graph.last
    while node is not None and (node.method.cost is Cost.NONE or not node.method.known):
        node = graph.by_key.get(node.inputs[0]) if node.inputs else None
    return node


def _prefetches(node: Node) -> bool:
    return node.kind == "prefetch" and node.number("buffer_size") != 0
