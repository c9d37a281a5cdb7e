"""From cut rates to the time that each stage takes for an example."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from core.diagnosis.measures.cuts import Cut
from core.model.diagnosis import CutRate
from core.pipeline.graph.graph import Node, PipelineGraph
from core.pipeline.graph.unfilled import never_full
from core.pipeline.method import Cost, Counts, Shape

_SAME_RATE = 0.9
"""Behind a later stage that share of the rate was reached: with at least the same work."""
_ONE_TO_ONE = (Counts.SAME, Counts.TAKEN, Counts.SKIPPED, Counts.SHARDED, Counts.REPEATED)


@dataclass(frozen=True)
class StageTimes:
    """Cut rates in examples, and what of them is each stage's own.

    Attributes:
        rates: In the order of the data.
        idle: Ids of stages that do nothing once a cache behind them is full.
        pipeline_examples_per_s: Behind the last stage; None where it was not measured.
        passes_examples_per_s: Likewise, over whole passes, where a buffer holds most of one: it
            fills anew in each. Else None.
    """

    rates: tuple[CutRate, ...] = ()
    idle: frozenset[str] = frozenset()
    pipeline_examples_per_s: float | None = None
    passes_examples_per_s: float | None = None

    @property
    def narrow(self) -> CutRate | None:
        """The stage at which the rate falls most; None where none was measured."""
        active = [
            rate for rate in self.rates if rate.stage_s is not None and rate.stage not in self.idle
        ]
        return max(active, key=lambda rate: rate.stage_s or 0.0, default=None)

    @property
    def slow_to_begin(self) -> CutRate | None:
        """The stage that most of the wait for a first element is for; None where none has most."""
        longest_s, most_s, slowest = 0.0, 0.0, None
        for rate in self.rates:
            if rate.first_s is not None and not rate.inside:
                if rate.first_s - longest_s > most_s:
                    most_s, slowest = rate.first_s - longest_s, rate
                longest_s = max(longest_s, rate.first_s)
        return slowest if most_s > longest_s / 2 else None

    def rate(self, stage: str) -> CutRate | None:
        """That of a stage."""
        return next((rate for rate in self.rates if rate.stage == stage), None)

    def without(self, stage: str, share: float = 1.0) -> float | None:
        """Examples a second of the pipeline with part of a stage's time gone; None if not known.

        What stands in its function is done as often at the same time as it is itself. No stage
        takes more than the whole does: branches that each run it do so at the same time.
        """
        stage_rate, total = self.rate(stage), self.pipeline_examples_per_s
        if stage_rate is None or stage_rate.stage_s is None or not total:
            return None
        inner_s = sum(rate.stage_s or 0.0 for rate in self.rates if rate.inside == stage)
        own_s = min(stage_rate.stage_s + inner_s, 1.0 / total)
        return 1.0 / max(1.0 / total - share * own_s, 1e-9)


def stage_times(graph: PipelineGraph, cuts: Sequence[Cut], batch_examples: float) -> StageTimes:
    """Put cut rates into examples a second, and take from each what the stages before it took.

    Args:
        graph: The pipeline.
        cuts: What was measured, in the order of the data.
        batch_examples: Examples in an element behind the last stage.
    """
    by_key = {cut.node.key: cut for cut in cuts}
    per_element = _examples_per_element(graph, by_key, batch_examples)
    seconds = {
        key: 1.0 / (cut.rate.elements_per_s * examples)
        for key, cut in by_key.items()
        if cut.rate.elements_per_s and (examples := per_element.get(key))
    }
    keeping = {node.key for node in graph.all if node.method.keeps} - never_full(graph)
    idle = _idle(graph, keeping)
    seconds = _undisturbed_seconds(graph, seconds, by_key)
    rates = []
    for cut in cuts:
        key = cut.node.key
        if key in seconds:
            before_s = 0.0 if key in keeping else _before_s(graph, cut.node, seconds)
            rate = replace(
                cut.rate,
                elements_per_s=1.0 / (seconds[key] * per_element[key]),
                examples_per_s=1.0 / seconds[key],
                stage_s=max(seconds[key] - before_s, 0.0),
            )
        else:
            rate = cut.rate
        rates.append(rate)
    rates = _of_functions(graph, _undisturbed_firsts(graph, rates))
    rates = _of_unmeasured(graph, _undisturbed_cores(rates))
    measured = [rate for rate in rates if rate.examples_per_s and not rate.inside]
    total = measured[-1].examples_per_s if measured else None
    return StageTimes(tuple(rates), idle, total, _over_passes(cuts, per_element))


def _over_passes(cuts: Sequence[Cut], per_element: Mapping[str, float]) -> float | None:
    """Examples a second behind the last stage over whole passes, if a buffer holds most of one."""
    outer = [cut for cut in cuts if not cut.rate.inside and cut.rate.elements_per_s]
    if not outer or not any(_holds_most(cut) for cut in outer):
        return None
    last = outer[-1]
    if not last.elements or not last.rate.elements_per_s or last.node.key not in per_element:
        return None
    seconds = (last.rate.first_s or 0.0) + last.elements / last.rate.elements_per_s
    return last.elements * per_element[last.node.key] / seconds


def _undisturbed_seconds(
    graph: PipelineGraph, seconds: Mapping[str, float], cuts: Mapping[str, Cut]
) -> dict[str, float]:
    """No longer for an example than all that comes behind it takes: that was measured with it.

    A cut is slower than that where something else ran, or where several buffers had to fill.
    """
    # What a buffer took in before its first element does not show in its rate.
    holding = {key for key, cut in cuts.items() if _holds_most(cut)}
    undisturbed = dict(seconds)
    for node in reversed(graph.outer):
        takers = [other for other in graph.outer if node.key in other.inputs]
        # Of a stage that several take from, or that a cache keeps, what comes behind says less.
        says_less = len(takers) != 1 or takers[0].method.keeps or takers[0].key in holding
        if not says_less and node.key in undisturbed:
            behind_s = undisturbed.get(takers[0].key, undisturbed[node.key])
            undisturbed[node.key] = min(undisturbed[node.key], behind_s)
    return undisturbed


def _holds_most(cut: Cut) -> bool:
    """Whether the buffer of a stage takes in half of a pass before its first element or more."""
    size = cut.node.number(cut.node.method.fills) if cut.node.method.fills else None
    elements = cut.elements if cut.node.elements is None else cut.node.elements
    return bool(size and elements and 2 * size >= elements > 0)


def _undisturbed_firsts(graph: PipelineGraph, rates: Sequence[CutRate]) -> list[CutRate]:
    """No longer to a first element than to the first of what is made of it.

    TensorFlow sets up more for the first iterator of a dataset than for others.
    """
    firsts = {rate.stage: rate.first_s for rate in rates if rate.first_s is not None}
    undisturbed = []
    for rate in rates:
        behind = graph.behind(graph.by_key[rate.stage])
        if rate.first_s is not None and not any(node.method.keeps for node in behind):
            later = [firsts[node.key] for node in behind if node.key in firsts]
            rate = replace(rate, first_s=min([rate.first_s, *later]))
        undisturbed.append(rate)
    return undisturbed


def _undisturbed_cores(rates: Sequence[CutRate]) -> list[CutRate]:
    """No more cores than the same elements took with all that comes behind them.

    What ran before, or beside, adds to the processor time of a cut.
    """
    undisturbed: list[CutRate] = []
    behind: list[CutRate] = []
    for rate in reversed(rates):
        if rate.cores is not None and rate.examples_per_s and not rate.inside:
            least = _SAME_RATE * rate.examples_per_s
            same = [each.cores or 0.0 for each in behind if (each.examples_per_s or 0.0) >= least]
            rate = replace(rate, cores=min([rate.cores, *same]))
            behind.append(rate)
        undisturbed.append(rate)
    return undisturbed[::-1]


def _of_functions(graph: PipelineGraph, rates: Sequence[CutRate]) -> list[CutRate]:
    """What the beginning of a function takes is the function's, where it starts from memory."""
    measured = {rate.stage for rate in rates if rate.examples_per_s}
    begins = {
        node.key
        for node in graph.all
        if node.inside
        and (
            node.method.cost is Cost.COPIES
            if not node.inputs
            # What puts datasets together that could not be measured by themselves.
            else node.method.cost is not Cost.WORKS and not measured.intersection(node.inputs)
        )
    }
    given: dict[str, float] = {}
    for rate in rates:
        if rate.stage in begins:
            given[rate.inside] = given.get(rate.inside, 0.0) + (rate.stage_s or 0.0)
    return [
        replace(rate, stage_s=0.0)
        if rate.stage_s is not None and rate.stage in begins
        else replace(rate, stage_s=(rate.stage_s or 0.0) + given[rate.stage])
        if rate.stage in given
        else rate
        for rate in rates
    ]


def _of_unmeasured(graph: PipelineGraph, rates: Sequence[CutRate]) -> list[CutRate]:
    """What takes from a stage that could not be measured and only copies took that stage's time."""
    by_key = {rate.stage: rate for rate in rates}
    took: dict[str, CutRate] = {}
    for node in graph.outer:
        takers = [other for other in graph.outer if node.key in other.inputs]
        if len(takers) != 1 or node.method.cost is not Cost.WORKS or node.key not in by_key:
            continue
        taker = by_key.get(takers[0].key)
        copies = takers[0].method.cost is not Cost.WORKS
        if taker is not None and taker.stage_s and copies and by_key[node.key].stage_s is None:
            took[node.key] = replace(by_key[node.key], stage_s=taker.stage_s, cores=taker.cores)
            took[taker.stage] = replace(taker, stage_s=0.0)
    return [took.get(rate.stage, rate) for rate in rates]


def _examples_per_element(
    graph: PipelineGraph, cuts: dict[str, Cut], batch_examples: float
) -> dict[str, float]:
    """How many examples an element behind each stage is: from the last one backwards."""
    examples: dict[str, float] = {}
    last = graph.last
    if last is None:
        return examples
    examples[last.key] = batch_examples
    for node in reversed(graph.all):
        if node.key not in examples:
            continue
        taken = _taken(node, cuts)
        for key in node.inputs:
            if taken:
                examples.setdefault(key, examples[node.key] / taken)
        for inner in graph.exits(node):
            examples.setdefault(inner.key, examples[node.key])
    # What stands in a function comes behind its own stage in the graph.
    for node in graph.all:
        if not node.inside or node.key in examples:
            continue
        behind = [
            other for other in graph.all if node.key in other.inputs and other.key in examples
        ]
        taken = _taken(behind[0], cuts) if behind else None
        if taken:
            examples[node.key] = examples[behind[0].key] / taken
        elif node.kind == "from_tensors":
            # One element for each of those that the function is called with.
            for key in graph.by_key[node.inside].inputs:
                if key in examples:
                    examples[node.key] = examples[key]
        elif node.inputs and node.method.counts is Counts.SAME and node.inputs[0] in examples:
            examples[node.key] = examples[node.inputs[0]]
    return examples


def _taken(node: Node, cuts: Mapping[str, Cut]) -> float | None:
    """Elements that a stage takes for one that it delivers."""
    method, cut = node.method, cuts.get(node.key)
    if method.counts is Counts.BATCHED and method.shape is Shape.BATCHED:
        size = node.number("batch_size")
        if size:
            return float(size)
    if method.counts in _ONE_TO_ONE and method.shape is not Shape.UNBATCHED:
        return 1.0
    if method.shape is Shape.PAIRED:
        return 1.0
    if cut is None or cut.inputs_per_element is not None:
        return None if cut is None else cut.inputs_per_element
    given = _elements_before(node, cuts)
    if given is not None and given > 0 and cut.elements:
        # As many came of all that there are.
        return given / cut.elements
    if method.shape is not Shape.UNBATCHED:
        return None
    # Inside a function nobody counts them: an element is taken apart whole.
    before = cuts.get(node.inputs[0]) if node.inputs else None
    whole_bytes = None if before is None else before.rate.element_bytes
    each_bytes = cut.rate.element_bytes
    return each_bytes / whole_bytes if each_bytes and whole_bytes else None


def _elements_before(node: Node, cuts: Mapping[str, Cut]) -> int | None:
    """Elements of a whole pass that come to a stage, as they are known or were counted.

    Where counting took too long behind a stage, as many come from it as come to it.
    """
    while len(node.inputs) == 1 and (before := cuts.get(node.inputs[0])) is not None:
        elements = before.node.elements
        if elements is not None or before.elements is not None:
            return before.elements if elements is None else elements
        if before.node.method.counts is not Counts.SAME:
            return None
        node = before.node
    return None


def _before_s(graph: PipelineGraph, node: Node, seconds: dict[str, float]) -> float:
    """Seconds an example that what a stage takes its elements from took."""
    inner = [seconds[other.key] for other in graph.exits(node) if other.key in seconds]
    if inner:
        return max(inner)
    before = [
        reached_s
        for key in node.inputs
        if (reached_s := _reaching(graph, key, seconds)) is not None
    ]
    if not before:
        outer = graph.by_key.get(node.inside)
        return 0.0 if outer is None else _before_outer(graph, outer, seconds)
    if node.method.counts in (Counts.SUM, Counts.CHOSEN, Counts.SAMPLED):
        return sum(before) / len(before)
    # An element of each is taken for one of them together: one after the other at worst.
    return sum(before)


def _before_outer(graph: PipelineGraph, outer: Node, seconds: dict[str, float]) -> float:
    reached_s = [_reaching(graph, key, seconds) for key in outer.inputs]
    return max((other for other in reached_s if other is not None), default=0.0)


def _reaching(graph: PipelineGraph, key: str, seconds: dict[str, float]) -> float | None:
    """Of the nearest stage up to there that was measured."""
    seen: set[str] = set()
    while key not in seen and key in graph.by_key:
        if key in seconds:
            return seconds[key]
        seen.add(key)
        inputs = graph.by_key[key].inputs
        if not inputs:
            return None
        key = inputs[0]
    return None


def _idle(graph: PipelineGraph, keeping: Collection[str]) -> frozenset[str]:
    full = [node for node in graph.outer if node.key in keeping]
    before = {other.key for node in full for other in graph.before(node)}
    nested = {inner.key for key in before for inner in graph.nested(graph.by_key[key])}
    return frozenset(before | nested)
