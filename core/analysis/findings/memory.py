"""What is kept in memory, against the memory that there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from core.analysis.findings.finding import API, Finding, Severity
from core.model.kinds import Value
from core.model.quantity import bytes_text
from core.pipeline.graph.graph import Node, PipelineGraph

BEYOND_MEMORY = "beyond_memory"
"""The finding that is said before a run begins."""
_WORDS = {"cache": "cache", "shuffle": "shuffle buffer", "prefetch": "prefetch buffer"}
_LEFT_FOR_OTHERS = 0.5
_LARGE_BYTES = 300e6


def beyond_memory(graph: PipelineGraph) -> Iterator[Finding]:
    """A cache or a buffer that is larger than the memory that is free.

    Says nothing where the number of elements or their size is not known.
    """
    free = graph.memory_bytes
    for node in graph.of_kind(*_WORDS):
        count, each = _kept(graph, node), node.element_bytes
        if free is None or count is None or each is None or count * each <= free:
            continue
        fits = int(_LEFT_FOR_OTHERS * free / each)
        yield Finding(
            BEYOND_MEMORY,
            Severity.WRONG,
            f"{_WORDS[node.kind]} larger than memory",
            f"It keeps {count:,} elements of {bytes_text(each)}, {bytes_text(count * each)} by "
            f"their shapes and types, and {bytes_text(free)} of memory are free: the system ends "
            "the run once that is full.",
            _remedy(node, fits),
            node.key,
            node.site,
            _change(node, fits),
            f"{API}Dataset#{node.kind}",
        )


def large_fill(graph: PipelineGraph) -> Iterator[Finding]:
    """A shuffle buffer that takes hundreds of megabytes to fill before each epoch's first batch."""
    free = graph.memory_bytes
    for node in graph.of_kind("shuffle"):
        count, each = _kept(graph, node), node.element_bytes
        if count is None or each is None or count * each < _LARGE_BYTES:
            continue
        if free is not None and count * each > free:
            continue
        yield Finding(
            "large_fill",
            Severity.HINT,
            "a large shuffle buffer",
            f"{node.words} keeps {count:,} elements of {bytes_text(each)}, "
            f"{bytes_text(count * each)}. They are loaded before the first batch, in every epoch.",
            "Shuffle what is small, such as file names or indices, or cache in front of it.",
            node.key,
            node.site,
            {},
            f"{API}Dataset#shuffle",
            about_time=True,
        )


def _kept(graph: PipelineGraph, node: Node) -> int | None:
    """How many elements it holds at the most; None where that is not known."""
    delivered = node.elements
    if node.kind == "cache":
        in_memory = node.values.get("where", "memory") == "memory" and not node.values.get(
            "filename"
        )
        if not in_memory or delivered is None or delivered < 0:
            return None
        asked = _asked(graph, node)
        return delivered if asked is None else min(delivered, asked)
    size = node.number("buffer_size")
    if size is None or size < 0:
        return None
    # Of fewer elements than that no more are kept.
    return size if delivered is None or delivered < 0 else min(size, delivered)


def _asked(graph: PipelineGraph, cache: Node) -> int | None:
    """How many elements a run asks a cache for at the most; None for all of them."""
    limits = [
        count
        for take in graph.behind(cache, "take")
        if (count := take.number("count")) is not None and count >= 0
    ]
    if not limits and graph.batches is None:
        return None
    # Of batches, each is made of so many elements; what else may stand between is not counted.
    each = 1
    for batch in graph.batches_behind(cache):
        each *= max(1, batch.number("batch_size") or 1)
    most = min(limits) if limits else None
    if graph.batches is not None:
        most = graph.batches if most is None else min(most, graph.batches)
    return None if most is None else most * each


def _remedy(node: Node, fits: int) -> str:
    if node.kind == "cache":
        return "Keep it on disk, put it before the map that makes elements large, or leave it out."
    return f"About {fits:,} elements take half of what is free."


def _change(node: Node, fits: int) -> Mapping[str, Value]:
    if node.kind == "cache":
        return node.set("disk", "where") or node.off
    return node.set(max(1, fits), "buffer_size")
