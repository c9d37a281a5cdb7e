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
        by: What stops before: ``take``, or a ``zip`` with a shorter dataset; None where it is
            ``fit``, whose epochs share one iterator if it is given their number of steps.
        count: After how many of its elements it stops, of ``fit`` after how many batches.
        sure: It is known that there are more.
    """

    cache: Node
    by: Node | None
    count: int
    sure: bool

    def drawn(self, graph: PipelineGraph) -> int | None:
        """Elements that what stops draws from the cache; None where that is not known."""
        if self.by is None:
            return None
        return graph.cardinality.drawn(self.cache.key, self.by.key, self.count)

    @property
    def why(self) -> str:
        """What keeps it from being full, in a clause."""
        if self.by is None:
            return (
                f"fit takes {self.count} batches with one iterator, whatever the epoch "
                "(steps_per_epoch): it does not come back to what the cache keeps"
            )
        return f"{self.by.words} stops after {self.count} elements"

    @property
    def remedy(self) -> str:
        """How it would be full."""
        if self.by is None:
            return (
                "Put take in front of the cache and repeat behind it: take(n).cache().repeat(), "
                "with the elements of an epoch"
            )
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
        # Data that end before would end the training.
        unknown = cache.elements is None and not graph.behind(cache, "repeat", "take")
        if unknown and graph.batches is not None:
            yield Unfilled(cache, None, graph.batches, sure=True)


def never_full(graph: PipelineGraph) -> frozenset[str]:
    """Keys of the caches of which it is known that they are never full."""
    endless = (cache.key for cache in graph.of_kind("cache") if cache.elements == ENDLESS)
    return frozenset((*endless, *(each.cache.key for each in unfilled(graph) if each.sure)))
