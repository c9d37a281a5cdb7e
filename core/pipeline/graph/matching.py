"""A search for the written stage behind each executed node, over the whole graph of both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from core.model.measured.executed import NodeReading
from core.pipeline.graph.graph import PipelineGraph
from core.pipeline.graph.written_places import (
    OWN,
    SKIPPED,
    Feed,
    Place,
    WrittenPlaces,
    WrittenTarget,
)
from core.pipeline.methods import FUSED

PREFETCH = "Prefetch"
"""What TensorFlow puts in at the end of a pipeline by itself."""
_DEEPEST = 200
"""No pipeline that trains is deeper; a recording that was made up may be."""

# What an assignment is worth: as many written nodes as can be shall have one, and what is left of
# both sides shall be as little as can be.
_MATCHED, _HALF_FUSED = 1.0, 0.8
_OPAQUE, _PUT_IN_TAKEN, _UNMATCHED = 0.9, -0.001, -1.0


@dataclass(frozen=True)
class Assigned:
    """What an executed node comes from.

    Attributes:
        index: Of the executed node.
        keys: Written nodes, from ``fit`` towards the source; empty where it comes from none.
        parallel: It was written as sequential.
        own: It is not a node of its stage that can be named beforehand.
        skipped: Written nodes between it and the one behind it that have no node.
        below: Of those that feed it.
    """

    index: int
    keys: tuple[str, ...] = ()
    parallel: bool = False
    own: bool = False
    skipped: tuple[str, ...] = ()
    below: tuple[Assigned, ...] = ()

    def walk(self) -> Iterator[Assigned]:
        """What feeds it, then itself: from the source to ``fit``."""
        for assigned in self.below:
            yield from assigned.walk()
        yield self


_Scored = tuple[float, Assigned]


class Matching:
    """The search of one pipeline."""

    def __init__(self, graph: PipelineGraph, nodes: Sequence[NodeReading]) -> None:
        """Take both sides; nothing is searched yet."""
        self._graph, self._nodes = graph, nodes
        self._known: dict[tuple[int, Place | None], _Scored] = {}
        self._written = WrittenPlaces(graph)

    def roots(self) -> tuple[Assigned, ...]:
        """The assignment of all nodes but the root, and of what feeds them."""
        last = self._graph.last
        start = None if last is None or self._too_deep else Place(last.key, 0)
        return tuple(self._best(index, start)[1] for index in self._children[-1])

    @property
    def _too_deep(self) -> bool:
        return max((node.depth for node in self._nodes), default=0) > _DEEPEST

    @cached_property
    def _children(self) -> dict[int, list[int]]:
        """Of each executed node those that feed it; of -1 those behind which nothing stands."""
        places = {node.key: index for index, node in enumerate(self._nodes)}
        children: dict[int, list[int]] = {
            -1: [],
            **{index: [] for index in range(len(self._nodes))},
        }
        for index, node in enumerate(self._nodes):
            if node.depth == 0 and node.name == "Root":
                continue
            above = node.key[: len(node.key) - len(node.name)]
            parent = places.get(above.rstrip("/"))
            while parent is None and above:
                # Its place among several inputs stands behind the key of what it feeds.
                above = above.rpartition("+")[0] if "+" in above else above.rpartition("/")[0]
                parent = places.get(above)
            rooted = parent is not None and self._nodes[parent].depth == 0
            rooted = rooted and parent is not None and self._nodes[parent].name == "Root"
            children[-1 if parent is None or rooted or parent == index else parent].append(index)
        return children

    @cached_property
    def _most(self) -> list[float]:
        """What each node and those that feed it can be worth at the most."""
        worth = [0.0] * len(self._nodes)
        order = [-1]
        for index in order:
            order += self._children[index]
        for index in reversed(order[1:]):
            name = self._nodes[index].name
            several = (
                len(self._graph.all) if name in self._graph.joins else len(FUSED.get(name, "1"))
            )
            worth[index] = _MATCHED * several + sum(worth[child] for child in self._children[index])
        return worth

    # -- the best assignment -----------------------------------------------------------------------

    def _best(self, index: int, place: Place | None) -> _Scored:
        if (index, place) in self._known:
            return self._known[index, place]
        best: _Scored = (float("-inf"), Assigned(index))
        for target in () if place is None else self._written.targets(place):
            if best[0] >= self._most[index] - target.cost:
                break
            best = max((best, *self._assigned(index, target)), key=_value)
        if best[0] < self._most[index] - _MATCHED + _OPAQUE:
            best = max(best, self._unmatched(index, place), key=_value)
        self._known[index, place] = best
        return best

    def _assigned(self, index: int, target: WrittenTarget) -> Iterator[_Scored]:
        """The ways in which a node may be that of a place."""
        key, slot = target.place
        node, name = self._graph.by_key[key], self._nodes[index].name
        if slot == OWN:
            value, below = self._fed(index, self._written.feeds(target.place))
            worth = 0.0 if node.method.hides else _UNMATCHED
            if node.opaque:
                worth = _PUT_IN_TAKEN if self._may_be_put_in(index) else _OPAQUE
            yield (
                value + worth - target.cost,
                Assigned(index, (key,), own=True, skipped=target.skipped, below=below),
            )
            return
        names = node.slots[slot]
        if name in names.names:
            parallel = name in names.parallel
            yield self._taken(index, target, (target.place,), parallel=parallel)
            if name in self._graph.joins:
                yield from self._joined(index, target, (target.place,), name)
        first, *others = FUSED.get(name, ((),))
        if set(first) & set(names.names):
            # A function of TensorFlow may do both without writing both.
            value, alone = self._taken(index, target, (target.place,))
            yield value - _MATCHED + _HALF_FUSED, alone
            yield from self._fused(index, target, (target.place,), others)

    def _fused(
        self,
        index: int,
        target: WrittenTarget,
        taken: tuple[Place, ...],
        parts: Sequence[Sequence[str]],
    ) -> Iterator[_Scored]:
        """The ways in which a node may do the work of several written ones."""
        if not parts:
            yield self._taken(index, target, taken)
            return
        for following in self._following(taken[-1]):
            key, slot = following.place
            if slot == OWN or set(parts[0]) & set(self._graph.by_key[key].slots[slot].names):
                more = (*taken, following.place)
                yield from self._fused(index, _further(target, following), more, parts[1:])

    def _joined(
        self, index: int, target: WrittenTarget, taken: tuple[Place, ...], name: str
    ) -> Iterator[_Scored]:
        """The ways in which a node may do the work of several written ones of its kind."""
        for following in self._following(taken[-1]):
            key, slot = following.place
            if slot != OWN and name in self._graph.by_key[key].slots[slot].names:
                more = (*taken, following.place)
                yield self._taken(index, _further(target, following), more)
                yield from self._joined(index, _further(target, following), more, name)

    def _following(self, place: Place) -> Iterator[WrittenTarget]:
        """The written nodes right before a place."""
        for feed in self._written.feeds(place):
            for start in feed.places:
                if start.slot != OWN:
                    yield from (
                        target for target in self._written.targets(start) if target.cost < SKIPPED
                    )

    def _taken(
        self,
        index: int,
        target: WrittenTarget,
        taken: tuple[Place, ...],
        *,
        parallel: bool = False,
    ) -> _Scored:
        value, below = self._fed(index, self._written.feeds(taken[-1]))
        keys = tuple(dict.fromkeys(place.key for place in taken))
        worth = _MATCHED * len(taken) - target.cost
        return value + worth, Assigned(index, keys, parallel, False, target.skipped, below)

    def _unmatched(self, index: int, place: Place | None) -> _Scored:
        children = self._children[index]
        lost = [self._best(child, None) for child in children]
        total = sum(value for value, _ in lost)
        best = total, tuple(assigned for _, assigned in lost)
        for at, child in enumerate(children if place is not None else ()):
            value, assigned = self._best(child, place)
            value += total - lost[at][0]
            if value > best[0] or not at:
                best = (
                    value,
                    tuple(assigned if at == i else each for i, (_, each) in enumerate(lost)),
                )
        part_of = "" if place is None else self._graph.by_key[place.key].part_of
        worth = 0.0 if self._may_be_put_in(index) else _OPAQUE if part_of else _UNMATCHED
        return (
            best[0] + worth,
            Assigned(index, (part_of,) if part_of else (), own=bool(part_of), below=best[1]),
        )

    def _may_be_put_in(self, index: int) -> bool:
        return self._nodes[index].name == PREFETCH and self._nodes[index].depth == 1

    def _fed(self, index: int, feeds: Sequence[Feed]) -> tuple[float, tuple[Assigned, ...]]:
        """What feeds a node, laid to what feeds its place, both in their order."""
        children = self._children[index]
        rows: list[tuple[float, tuple[Assigned, ...]]] = [(0.0, ()) for _ in feeds]
        for number, child in enumerate(children):
            best: tuple[float, tuple[Assigned, ...]] | None = None
            new: list[tuple[float, tuple[Assigned, ...]]] = []
            for at, feed in enumerate(feeds):
                if not number and feeds[0].always and at:
                    new.append(new[0])
                    continue
                # Up to this feed for those before it: to it only where it may be several.
                before = rows[at] if feed.many or not at else rows[at - 1]
                if not feed.many and not at:
                    before = rows[0] if not rows[0][1] else (float("-inf"), ())
                laid = max((self._best(child, place) for place in feed.places), key=_value)
                way = before[0] + laid[0] + feed.worth, (*before[1], laid[1])
                best = way if best is None or way[0] > best[0] else best
                new.append(best)
            rows = new
        return rows[-1] if rows else (0.0, ())


def _further(target: WrittenTarget, following: WrittenTarget) -> WrittenTarget:
    """A target with what the search passes over on the way to another."""
    return target._replace(
        cost=target.cost + following.cost, skipped=(*target.skipped, *following.skipped)
    )


def _value(scored: _Scored) -> float:
    return scored[0]
