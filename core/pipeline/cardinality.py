"""How many elements pass where in a pipeline, worked out over the whole graph of its calls.

The one place that says whether data end, how often a repeat goes through them and how much of them
is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.pipeline.method import Counts
from core.pipeline.methods import of_kind
from core.pipeline.step_counts import ENDLESS, CountedCall, delivered, least, number, times

_MIXES = (Counts.CHOSEN, Counts.SAMPLED)
_ASKS_ALIKE = (Counts.SAME, Counts.SHORTEST, Counts.TAKEN, Counts.REPEATED)
_ASKS_BY = {
    Counts.SKIPPED: "count",
    Counts.SHARDED: "num_shards",
    Counts.BATCHED: "batch_size",
}


class Cardinality:
    """The numbers of elements of one graph."""

    def __init__(self, steps: Sequence[CountedCall]) -> None:
        """Take the graph; nothing is worked out yet."""
        self._steps = {step.key: step for step in steps}
        self._known: dict[str, int | None] = {}

    def elements(self, key: str) -> int | None:
        """How many elements a step delivers, ``ENDLESS`` too; None where that is not known."""
        if key not in self._known:
            # A loop that makes a chain longer takes its own result.
            self._known[key] = None
            self._known[key] = self._elements(key)
        return self._known[key]

    def passes(self, repeat: str, key: str) -> int | None:
        """How often what a step delivers has gone through the data of a repeat.

        Returns:
            1 where it ends before the second time, and where it goes on with other data beside;
            ``ENDLESS``; None where it is not known.
        """
        return self._passes(repeat, key, frozenset())

    def drawn(self, key: str, behind: str, count: int) -> int | None:
        """How many elements of a step are asked for until one behind it has delivered so many.

        More than there are means all. None where it is not known.
        """
        if key == behind:
            return count
        step = self._steps.get(behind)
        if step is None or step.count > 1:
            return None
        asked = self._asked(step, count)
        ways = [source for source in step.inputs if source == key or key in self._before(source)]
        if asked is None or len(ways) != 1:
            return None
        return self.drawn(key, ways[0], asked)

    # -- how many ----------------------------------------------------------------------------------

    def _elements(self, key: str) -> int | None:
        step = self._steps.get(key)
        if step is None:
            return None
        mixed = any(
            self._steps[upstream].counts in _MIXES for upstream in (key, *self._before(key))
        )
        if step.elements is not None and not mixed:
            # Behind a mixture TensorFlow does not count on one of its datasets running out.
            return step.elements
        given = [self.elements(source) for source in step.inputs]
        nested = [self.elements(inner) for inner in self._exits(key)]
        return delivered(step, given, nested)

    # -- how often ---------------------------------------------------------------------------------

    def _passes(self, repeat: str, key: str, seen: frozenset[str]) -> int | None:
        step = self._steps.get(key)
        if key == repeat and step is not None:
            return times(step)
        if step is None or key in seen or repeat not in self._before(key):
            return 1
        if step.counts is Counts.DISTINCT:
            return 1
        inputs, seen = [*step.inputs, *self._exits(key)], seen | {key}
        passes_of_inputs = [self._passes(repeat, source, seen) for source in inputs]
        if step.counts is Counts.SHORTEST:
            # Beside other data that end, its own are gone through once; beside endless ones on.
            behind = [source == repeat or repeat in self._before(source) for source in inputs]
            return least(
                [
                    passes
                    for source, goes_on, passes in zip(
                        inputs, behind, passes_of_inputs, strict=True
                    )
                    if goes_on or self.elements(source) != ENDLESS
                ]
            )
        mixed = step.counts in _MIXES and self.elements(key) != ENDLESS
        if mixed or step.counts is Counts.MAY_END:
            return None
        if ENDLESS in passes_of_inputs or None in passes_of_inputs:
            most = ENDLESS if ENDLESS in passes_of_inputs else None
        else:
            most = max(passes for passes in passes_of_inputs if passes is not None)
        return self._passes_taken(repeat, step, most) if step.counts is Counts.TAKEN else most

    def _passes_taken(self, repeat: str, take: CountedCall, most: int | None) -> int | None:
        count, of_one_pass = number(take, "count"), self._of_one_pass(repeat, take.inputs[0])
        if most in (None, 1) or (count is not None and count < 0):
            return most
        if count is None or not of_one_pass or of_one_pass == ENDLESS:
            return None
        taken = -(-count // of_one_pass)
        return taken if most == ENDLESS else min(taken, most or 1)

    def _of_one_pass(self, repeat: str, key: str) -> int | None:
        """How many elements a step would deliver if the repeat went through its data once."""
        behind = [
            upstream
            for upstream in self._steps
            if upstream == repeat or repeat in self._before(upstream)
        ]
        once = [
            replace(
                step,
                kind="with_options" if step.key == repeat else step.kind,
                elements=None if step.key in behind else step.elements,
            )
            for step in self._steps.values()
        ]
        return Cardinality(once).elements(key)

    # -- the graph ---------------------------------------------------------------------------------

    def _asked(self, step: CountedCall, count: int) -> int | None:
        """How many elements a step asks for before it has delivered so many."""
        fills = of_kind(step.kind).fills
        argument = fills or _ASKS_BY.get(step.counts)
        if argument is None:
            return count if step.counts in _ASKS_ALIKE else None
        given = number(step, argument)
        if given is None or given < 0:
            return None
        if fills:
            # The buffer is filled before the first element comes out of it.
            return count + given - 1
        return count + given if step.counts is Counts.SKIPPED else count * given

    def _exits(self, key: str) -> list[str]:
        """The last of what stands in a step's function."""
        nested = [step for step in self._steps.values() if step.inside == key]
        taken = {name for step in nested for name in step.inputs}
        return [step.key for step in nested if step.key not in taken]

    def _before(self, key: str) -> set[str]:
        """All that a step's elements went through, what is nested in it too."""
        before: set[str] = set()
        waiting = [key]
        while waiting:
            upstream = waiting.pop()
            step = self._steps.get(upstream)
            for other in (*(step.inputs if step else ()), *self._exits(upstream)):
                if other in self._steps and other not in before:
                    before.add(other)
                    waiting.append(other)
        return before - {key}
