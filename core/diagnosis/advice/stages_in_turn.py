"""Stages that work one after the other, where a prefetch between them would let both work."""

from __future__ import annotations

from collections.abc import Iterator

from core.diagnosis.limits import works_alone
from core.diagnosis.situation import Situation
from core.diagnosis.suggestion import gain_saving, suggestion
from core.model.diagnosis import CutRate, Suggestion
from core.pipeline.graph.graph import Node

_WORTH_A_THREAD = 1.15
"""A gain from which on a prefetch in the middle is told: it takes a buffer and a thread."""
_FREE = 0.75
"""Share of the cores up to which there is room for another thread."""
_CALLS = "num_parallel_calls"

_Stage = tuple[Node, CutRate]


def prefetch_between(now: Situation) -> Iterator[Suggestion]:
    """Where a prefetch in the middle of the chain would gain most, if it gains enough."""
    last = now.last_rate
    if last is None or last.cores is None or last.cores > _FREE * now.cores:
        return
    for stages in _in_turn(now):
        left, right = _divided(stages)
        saved_s = min(_seconds(left), _seconds(right))
        gain = gain_saving(now, saved_s) or 0.0
        # Where parallel calls can help one of the two, they help more.
        stuck = (
            left and right and all(_CALLS not in _longest(part)[0].knobs for part in (left, right))
        )
        if stuck and gain >= _WORTH_A_THREAD:
            first, second = _longest(left)[0], _longest(right)[0]
            yield suggestion(
                f"Put prefetch behind {left[-1][0].words}",
                f"{first.words} and {second.words} work one after the other; with it both work at "
                "the same time",
                left[-1][0],
                gain,
            )


def _in_turn(now: Situation) -> Iterator[list[_Stage]]:
    """Runs of stages on the way to ``fit`` with nothing between them that works ahead."""
    run: list[_Stage] = []
    last = now.graph.last
    for node in () if last is None else (*now.graph.before(last), last):
        rate = now.times.rate(node.key)
        works_ahead = node.kind == "prefetch" or node.parallel or len(node.inputs) > 1
        if rate is not None and not works_ahead and (not node.inputs or works_alone(now, rate)):
            if node.key not in now.times.idle:
                run.append((node, rate))
        else:
            yield run
            run = []
    yield run


def _divided(stages: list[_Stage]) -> tuple[list[_Stage], list[_Stage]]:
    """A run in two, so that the slower part is as fast as it can be."""
    cuts = range(len(stages) + 1)
    at = min(cuts, key=lambda cut: max(_seconds(stages[:cut]), _seconds(stages[cut:])))
    return stages[:at], stages[at:]


def _seconds(stages: list[_Stage]) -> float:
    return sum(rate.stage_s or 0.0 for _, rate in stages)


def _longest(stages: list[_Stage]) -> _Stage:
    return max(stages, key=lambda stage: stage[1].stage_s or 0.0)
