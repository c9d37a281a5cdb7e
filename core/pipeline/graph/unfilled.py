"""Caches that are never full: TensorFlow throws away what was not read to its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.pipeline.graph.graph import Node, PipelineGraph
from core.pipeline.step_counts import ENDLESS


@dataclass(frozen=True)
class Unfilled:
    """A cache that is not read to its end.

    Attributes:
        cache: The cache.
        by: What stops before: ``take``, or a ``zip`` with a shorter dataset.
        count: After how many of its elements it stops.
        sure: It is known that there are more.
    """

    cache: Node
    by: Node
    count: int
    sure: bool

    @property
    def remedy(self) -> str:
        """How it would be full."""
        if self.by.kind == "take":
            return "Put take before the cache: take(n).cache()"
        return f"Put take in front of the cache, with as many elements as {self.by.words} takes"


def unfilled(graph: PipelineGraph) -> Iterator[Unfilled]:
    """Caches that are not read to their end, each with what stops before."""
    for cache in graph.of_kind("cache"):
        if cache.elements == ENDLESS:
            continue
        for node in graph.behind(cache, "take", "zip"):
            count = node.number("count") if node.kind == "take" else node.elements
            if count is None or count < 0:
                continue
            drawn = graph.cardinality.drawn(cache.key, node.key, count)
            sure = cache.elements is not None and drawn is not None
            if sure and (drawn or 0) >= (cache.elements or 0):
                continue
            repeats = any(each.kind == "repeat" for each in graph.between(cache, node))
            if sure or (node.kind == "take" and not repeats):
                yield Unfilled(cache, node, count, sure)


def never_full(graph: PipelineGraph) -> frozenset[str]:
    """Keys of the caches of which it is known that they are never full."""
    return frozenset(each.cache.key for each in unfilled(graph) if each.sure)
