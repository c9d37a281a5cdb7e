"""Calls of someone's code that may do better elsewhere, or left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from core.diagnosis.candidate import Candidate
from core.diagnosis.situation import Situation
from core.diagnosis.suggestion import FOR_CALLBACKS
from core.model.settings import Settings
from core.pipeline.graph.graph import Node
from core.pipeline.operations import costly_kinds
from core.pipeline.recorded_chain.moves import AS_WRITTEN, POSITION, in_front_of
from core.pipeline.recorded_chain.stage import Recorded

STEPS = (8, 32)
"""Steps per execution that are tried."""
WAITING_CALLS = (8, 32)
"""Parallel calls that are tried where a stage waits: more than there are cores."""
CHEAP_S = 60e-6
"""A map that takes less for an element costs more for its call than for its work."""
_OPERATION_S = 4e-6
"""An operation that takes less on one core costs more for its call than for its work."""
_OF_CALLS = 0.7
"""Of Keras's time between steps, at most so much goes with its calls (0.5 to 0.6 were measured)."""
_CHEAP_SHARE, _SHARE = 0.8, 0.3
"""Of a map's time, what may go where it works on whole batches."""

_FILL_SHARE = 0.4
"""Of the beginning of epochs, what goes at least where maps no longer hold up the fill."""

Gain = Callable[[float | None], float]


def calls_cost_most(node: Node, stage_s: float, cores: float) -> bool:
    """Whether a function costs more for calls, its own or its operations', than for their work.

    Args:
        node: The stage that calls it.
        stage_s: Seconds that the stage takes for an element.
        cores: Cores that it keeps busy meanwhile.
    """
    if stage_s < CHEAP_S:
        return True
    operations = 0 if node.function is None else node.function.operations
    small = operations > 0 and stage_s * max(cores, 1.0) / operations < _OPERATION_S
    return small and not node.python and not costly_kinds(node.function)


def batch_first(now: Situation, node: Node, gain_of: Gain) -> Iterator[Candidate]:
    """Whole batches for a map that is called for each element."""
    batch = next(iter(now.graph.batches_behind(node)), None)
    rate = now.times.rate(node.key)
    if batch is None or POSITION not in batch.knobs or rate is None or node.kind != "map":
        return
    if batch.values.get(POSITION) != AS_WRITTEN or now.graph.batches_before(node):
        return
    cheap = calls_cost_most(node, rate.stage_s or 1.0, rate.cores or 1.0)
    pipeline = now.times.without(node.key, _CHEAP_SHARE if cheap or node.python else _SHARE)
    changes = batch.set(in_front_of(node.key), POSITION)
    yield Candidate(f"batch in front of {node.words}", changes, gain_of(pipeline), node.key)


def gain_of_steps(now: Situation, steps: int) -> float:
    """Throughput with several steps per execution over the present one, at most."""
    share = _OF_CALLS * now.percent("host_s") / 100.0
    return 1.0 / (1.0 - share * (1.0 - 1.0 / steps))


def steps_gain_little(now: Situation) -> bool:
    """Whether steps per execution cannot gain enough to be recommended by themselves."""
    return gain_of_steps(now, STEPS[-1]) < FOR_CALLBACKS


def shuffle_first(now: Situation, settings: Settings) -> Iterator[Candidate]:
    """A buffer that fills without the work of the maps in front of it.

    What is measured of it is whole epochs; in the middle of one it is as fast as before.
    """
    for shuffle in now.graph.of_kind("shuffle"):
        stage = settings.chain.stage(shuffle.key)
        if not isinstance(stage, Recorded) or shuffle.values.get(POSITION) != AS_WRITTEN:
            continue
        maps = [now.graph.by_key[key] for key in stage.moves.maps if key in now.graph.by_key]
        if maps:
            changes = shuffle.set(in_front_of(maps[0].key), POSITION)
            title = f"{shuffle.words} in front of {maps[0].words}"
            # Part of what fills the buffer remains; rates may be disturbed.
            least = 1.0 / (1.0 - _FILL_SHARE * now.turnaround_percent / 100.0)
            expected = max(steady_gain(now, shuffle), least)
            yield Candidate(title, changes, expected, shuffle.key)


def steady_gain(now: Situation, node: Node) -> float:
    """Throughput without the beginnings of epochs over the present one, at most.

    What stands in front of a node then works all the time: no more than it delivers, nor than the
    whole pipeline does.
    """
    before = [rate for key in node.inputs if (rate := now.times.rate(key))]
    rates = [rate.examples_per_s for rate in before if rate.examples_per_s]
    model, left = now.model_examples_per_s, 1.0 - now.turnaround_percent / 100.0
    most = 1.0 / max(left, 0.05)
    if not rates or not model:
        return most
    # A pipeline alone that is slower than with the model was disturbed, and so were its parts.
    total = now.pipeline_examples_per_s or now.examples_per_s
    disturbed = max(now.examples_per_s / total, 1.0)
    alone = disturbed * min(*rates, total)
    return min(most, max(min(alone, model) / now.whole_examples_per_s, 1.0))


def without_unbatch(now: Situation, node: Node, gain_of: Gain) -> Iterator[Candidate]:
    """One batch in place of two with an unbatch between them."""
    unbatch = node if node.kind == "unbatch" else None
    if node.kind == "batch":
        before = now.graph.before(node, "unbatch")
        unbatch = before[-1] if before else None
    if unbatch is None or not unbatch.off:
        return
    behind = next(iter(now.graph.batches_behind(unbatch)), None)
    keys = [unbatch.key] if behind is None else [unbatch.key, behind.key]
    seconds = sum(rate.stage_s or 0.0 for key in keys if (rate := now.times.rate(key)))
    total = now.pipeline_examples_per_s
    pipeline = 1.0 / max(1.0 / total - 0.8 * seconds, 1e-9) if total else None
    title = f"{unbatch.words} and the batch behind it left out"
    yield Candidate(title, dict(unbatch.off), gain_of(pipeline), unbatch.key)
