"""Caches that may help: where they can stand, how large they would be, what they save."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from core.diagnosis.candidate import Candidate
from core.diagnosis.moves import steady_gain
from core.diagnosis.situation import Situation
from core.diagnosis.suggestion import suggestion
from core.model.diagnosis import Suggestion
from core.model.kinds import OneOf, Toggle, Value
from core.model.quantity import bytes_text
from core.model.settings import Settings
from core.pipeline.graph.graph import Node

_WORTH_TELLING, _WORTH_COUNTING = 1.02, 1.2
"""Gains from which on a cache is told or tried, and its elements are counted."""


class Caches:
    """Looks for caches.

    Attributes:
        too_large: What would help and does not fit, or may not.
        uncounted: Stages behind which a cache would help much if it fits, and nobody knows that.
    """

    def __init__(
        self,
        now: Situation,
        settings: Settings,
        ram_bytes: float,
        gain_of: Callable[[float | None], float],
    ) -> None:
        """Look for nothing yet.

        Args:
            now: What was measured.
            settings: Those that were measured.
            ram_bytes: Memory that a cache may take.
            gain_of: The gain of a pipeline that delivers so many examples a second.
        """
        self._now, self._settings = now, settings
        self._ram_bytes, self._gain_of = ram_bytes, gain_of
        self.too_large: list[Suggestion] = []
        self.uncounted: list[Node] = []

    def all(self) -> Iterator[Candidate]:
        """Caches that the chain can have, where what they keep fits."""
        graph, settings = self._now.graph, self._settings
        for stage in settings.chain.stages:
            if stage.kind != "cache" or stage.switch is None:
                continue
            position = stage.id("position")
            places = ("after_map", "before_map") if position in settings else ("",)
            for place in places:
                behind = self._kept_behind(stage.key, place)
                # A cache further in front is not needed any more; one behind keeps more already.
                keeping = [node for node in graph.outer if node.method.keeps]
                before = [] if behind is None else graph.before(behind)
                if behind is not None and all(node.off and node in before for node in keeping):
                    words = f"cache behind {behind.words}"
                    shuffle = getattr(stage, "shuffle", "")
                    words += f" and {shuffle} behind it" if shuffle else ""
                    words += "".join(f" in place of {node.words}" for node in keeping)
                    changes: dict[str, Value] = {position: place} if place else {}
                    for node in keeping:
                        changes |= node.off
                    switch = stage.id(stage.switch.knob)
                    yield from self._cache(switch, changes, behind, words)

    def _kept_behind(self, key: str, place: str) -> Node | None:
        graph = self._now.graph
        added = getattr(self._settings.chain.stage(key), "behind", "")
        if added:
            return graph.by_key.get(added)
        kinds = ("map",) if place == "after_map" else ()
        chosen = [node for node in graph.outer if node.kind in kinds]
        if chosen:
            return chosen[-1]
        first_map = next((node for node in graph.outer if node.kind == "map"), None)
        before = [] if first_map is None else list(graph.before(first_map))
        return before[-1] if before else None

    def _cache(
        self, switch: str, changes: dict[str, Value], behind: Node, words: str
    ) -> Iterator[Candidate]:
        now, total = self._now, self._now.pipeline_examples_per_s
        if now.graph.batches is not None and not now.graph.behind(behind, "repeat"):
            # One iterator serves all epochs: nothing is read twice.
            return
        rate = now.times.rate(behind.key)
        if rate is None or not rate.examples_per_s or not total:
            return
        pipeline = 1.0 / max(1.0 / total - 1.0 / rate.examples_per_s, 1e-7)
        gain = max(self._gain_of(pipeline), self._of_fill(behind))
        if gain <= _WORTH_TELLING:
            return
        knob = self._settings.chain.knob(switch)
        in_memory: Value = True if isinstance(knob.kind, Toggle) else "memory"
        size, allowed = self._size(behind), bytes_text(self._ram_bytes)
        if size is not None and size <= self._ram_bytes:
            yield Candidate(
                f"{words}, in memory ({bytes_text(size)})",
                {**changes, switch: in_memory},
                gain,
                behind.key,
                size,
            )
            return
        if size is None:
            what = self._unknown(behind, allowed)
            if gain >= _WORTH_COUNTING:
                self.uncounted.append(behind)
        else:
            what = f"it needs {bytes_text(size)}; the limit is {allowed} (--ram)"
        self.too_large.append(suggestion(f"{words}, in memory", what, behind, gain))
        if isinstance(knob.kind, OneOf) and "disk" in knob.kind.suggestions():
            yield Candidate(
                f"{words}, on disk", {**changes, switch: "disk"}, 0.98 * gain, behind.key
            )

    def _of_fill(self, behind: Node) -> float:
        """Throughput over the present one where a buffer behind the cache fills from that."""
        node = self._now.slow_to_begin
        if node is None or not node.method.fills or behind not in self._now.graph.before(node):
            return 1.0
        return steady_gain(self._now, node)

    def _size(self, behind: Node) -> float | None:
        """Bytes of all that a cache keeps; None where that is not known."""
        each, elements = self._element_bytes(behind), self._elements(behind)
        return each * elements if each and elements else None

    def _unknown(self, behind: Node, allowed: str) -> str:
        """Why a size is not known, and what to do about it."""
        each, least = self._element_bytes(behind), self._now.at_least.get(behind.key)
        if not each or not least:
            return "its size is not known"
        if each * least > self._ram_bytes:
            return f"it needs more than {bytes_text(each * least)}; the limit is {allowed} (--ram)"
        return (
            f"its size is not known: more than {bytes_text(each * least)}, and counting was "
            f"stopped early (a larger --budget counts longer; --ram raises the limit of {allowed})"
        )

    def _element_bytes(self, node: Node) -> float | None:
        rate = self._now.times.rate(node.key)
        each = rate.element_bytes if rate is not None else None
        return each or node.element_bytes

    def _elements(self, node: Node) -> int | None:
        if node.elements is not None and node.elements >= 0:
            return node.elements
        now, counted = self._now, self._now.elements.get(node.key)
        batched = node.method.batches or now.graph.batches_before(node)
        if counted is not None or batched or now.epoch_examples is None:
            return counted
        if now.graph.batches_behind(node):
            return now.epoch_examples
        # What makes whole batches, such as a generator.
        return round(now.epoch_examples / now.batch_examples)
