"""How many elements pass where, and what they are: mistakes that numbers alone show."""

from __future__ import annotations

from collections.abc import Iterator

from core.analysis.findings.finding import API, Finding, Severity
from core.pipeline.graph.graph import Node, PipelineGraph
from core.pipeline.method import Counts, Shape


def nothing_left(graph: PipelineGraph) -> Iterator[Finding]:
    """A pipeline that gives no element at all."""
    last = graph.last
    if last is None or graph.cardinality.elements(last.key) != 0:
        return
    before = (*graph.before(last), last)
    first = next(node for node in before if graph.cardinality.elements(node.key) == 0)
    batches = graph.batches_before(first)
    counts = first.method.counts in (Counts.SKIPPED, Counts.TAKEN) and batches
    why = f" It counts what {batches[-1].words} made: batches, not examples." if counts else ""
    yield Finding(
        "nothing_left",
        Severity.WRONG,
        "no element is left",
        f"{first.words} delivers no element, so there is nothing to train on.{why}",
        "Put it in front of the batch." if counts else "Look at its arguments and its data.",
        first.key,
        first.site,
        {},
        f"{API}Dataset#{first.kind}",
    )


def skips_batches(graph: PipelineGraph) -> Iterator[Finding]:
    """A skip behind the batch: its number is one of batches."""
    for node in graph.of_kind("skip"):
        batches, count = graph.batches_before(node), node.number("count")
        if not batches or not count or count < 0 or _unbatched(graph, batches[-1], node):
            continue
        if graph.cardinality.elements(node.key) == 0:
            continue  # told already
        size = batches[-1].number("batch_size")
        examples = f"{count * size:,} examples" if size else "whole batches"
        yield Finding(
            "skips_batches",
            Severity.HINT,
            "skip counts batches",
            f"{node.words} stands behind {batches[-1].words}: skip({count}) is {examples}.",
            "If examples are meant, put it in front of the batch.",
            node.key,
            node.site,
            {},
            f"{API}Dataset#skip",
        )


def batch_of_batches(graph: PipelineGraph) -> Iterator[Finding]:
    """A batch whose elements are batches already."""
    for node in graph.of_kind("batch"):
        before = [earlier for earlier in graph.batches_before(node) if earlier.kind == "batch"]
        if (
            not before
            or _unbatched(graph, before[-1], node)
            or _maps_between(graph, before[-1], node)
        ):
            continue
        sizes = before[-1].number("batch_size"), node.number("batch_size")
        made = f"{sizes[1]} batches of {sizes[0]}" if all(sizes) else "batches of batches"
        yield Finding(
            "batch_of_batches",
            Severity.HINT,
            "a batch of batches",
            f"{node.words} stands behind {before[-1].words}: an element is {made}, with one "
            "dimension more.",
            "Leave one of them out, or put unbatch between them.",
            node.key,
            node.site,
            {},
            f"{API}Dataset#batch",
        )


def _unbatched(graph: PipelineGraph, first: Node, second: Node) -> bool:
    return any(
        node.method.shape in (Shape.UNBATCHED, Shape.WINDOWED) or node.method.makes_datasets
        for node in graph.between(first, second)
    )


def _maps_between(graph: PipelineGraph, first: Node, second: Node) -> bool:
    """Whether a function may have made something else of the batches."""
    return any(node.kind in ("map", "zip", "scan") for node in graph.between(first, second))
