"""Places in a written graph, and how a search gets from one to the next towards the source."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from core.pipeline.graph.graph import Node, PipelineGraph
from core.pipeline.method import Counts, Shape

OWN = -1
SKIPPED = 0.01
"""What it costs to pass over a written node that should run as one."""
_MAY_LACK, _AGAIN = 0.001, -0.005


class Place(NamedTuple):
    """Where in the written graph the next executed node is looked for.

    Attributes:
        key: Of the written node.
        slot: Which of the nodes that it runs as; ``OWN`` for what it runs besides.
    """

    key: str
    slot: int


class Feed(NamedTuple):
    """Something that feeds an executed node.

    Attributes:
        places: Where in the written graph that may be.
        many: There may be several of it, such as readers of files.
        always: It is always there, and first.
        worth: What it is worth besides.
    """

    places: tuple[Place, ...]
    many: bool = False
    always: bool = False
    worth: float = 0.0


class WrittenTarget(NamedTuple):
    """A place that a search comes to, with the written nodes that it passes over."""

    place: Place
    cost: float
    skipped: tuple[str, ...]


class WrittenPlaces:
    """The places of one graph."""

    def __init__(self, graph: PipelineGraph) -> None:
        self._graph = graph
        self.targets = cache(self._find_targets)
        """Where the next node may be, the nearest first, from a place on."""
        self.feeds = cache(self._find_feeds)
        """What feeds the node of a place."""

    def _find_targets(self, start: Place) -> tuple[WrittenTarget, ...]:
        """Where the next node may be, the nearest first."""
        targets: list[WrittenTarget] = []
        waiting: list[tuple[float, int, Place, tuple[str, ...]]] = [(0.0, 0, start, ())]
        seen: set[Place] = set()
        number = 0
        while waiting:
            cost, _, place, skipped = heapq.heappop(waiting)
            if place in seen:
                continue
            seen.add(place)
            node = self._graph.by_key[place.key]
            if place.slot == OWN:
                targets.append(WrittenTarget(place, cost, skipped))
                continue
            after: Sequence[Place]
            if place.slot < len(node.slots):
                targets.append(WrittenTarget(place, cost, skipped))
                after = (Place(place.key, place.slot + 1),)
                lacks = _MAY_LACK if len(node.slots) == 1 else _MAY_LACK / 2
                cost += lacks if node.slots[place.slot].may_lack else SKIPPED
                skipped = (*skipped, place.key)
            else:
                if node.opaque:
                    targets.append(WrittenTarget(Place(place.key, OWN), cost, skipped))
                after = [
                    next_place
                    for feed in self._inputs(node)
                    for next_place in feed.places
                    if next_place.slot != OWN or next_place.key != node.key
                ]
            for next_place in after:
                number += 1
                heapq.heappush(waiting, (cost, number, next_place, skipped))
        return tuple(targets)

    def _find_feeds(self, place: Place) -> tuple[Feed, ...]:
        """What feeds the node of a place."""
        node = self._graph.by_key[place.key]
        own = Feed((Place(node.key, OWN),), many=True)
        if place.slot == OWN:
            inputs = self._inputs(node) if node.opaque else ()
            return (Feed((*own.places, *(p for feed in inputs for p in feed.places)), many=True),)
        if place.slot + 1 < len(node.slots):
            return Feed((Place(node.key, place.slot + 1),)), own
        exits = tuple(Place(inner.key, 0) for inner in self._graph.exits(node))
        inside = (Feed(exits, many=True),) if exits else ()
        return (*self._inputs(node), *inside, own)

    def _inputs(self, node: Node) -> tuple[Feed, ...]:
        """What a written node takes its elements from, in the order of its own node."""
        starts = [Place(key, 0) for key in node.inputs if key in self._graph.by_key]
        # In a loop a call takes what it gave before.
        again = (Place(node.key, 0),) if node.count > 1 and starts else ()
        if node.method.shape is Shape.PAIRED or node.method.counts is Counts.SUM:
            # The same dataset may be there twice.
            feeds = [Feed((start, *again)) for start in starts]
            feeds.append(Feed((*starts, *again), many=True, worth=_AGAIN))
        else:
            feeds = [Feed((*starts, *again))] if starts else []
        if node.method.last_first:
            feeds = [*feeds[-2:-1], *feeds[:-2], *feeds[-1:]]
        if node.method.own_first:
            feeds = [Feed((Place(node.key, OWN),), always=True), *feeds]
        starts_inside = node.inside in self._graph.by_key and not node.method.is_source
        if not feeds and not self._graph.exits(node) and starts_inside:
            # It is called on what the function around it is given: a window.
            feeds.append(Feed((Place(node.inside, OWN),), many=True))
        return tuple(feeds)
