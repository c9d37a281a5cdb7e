"""What limits a pipeline, from what was measured of it."""

from __future__ import annotations

from core.diagnosis.measures.cores import ONE_CORE
from core.diagnosis.situation import SMALL_PERCENT, Situation
from core.model.diagnosis import CutRate, Limit
from core.model.kinds import AUTOTUNE
from core.pipeline.graph.graph import Node
from core.pipeline.graph.unfilled import unfilled
from core.pipeline.workers.py_dataset import KIND as PY_DATASET

_BUSY, _WAITING = 0.85, 0.5
"""Share of the cores from which on they are used up; cores below which a stage mostly waits."""
_SWAPPING_BYTES_PER_S = 4e6
"""A thousand pages a second: each is a wait for the disk."""
_LOCKED_CORES, _UNLOCKED = 2.0, 1.25
"""What threads that wait for Python's lock in turn keep busy, and how much faster several calls of
Python are than one where they let go of the lock."""
_HANDED_OVER = 2.0
"""Cores that stages which work one after the other keep busy at most, with what it costs to hand
each element from thread to thread (1.4 to 1.9 were measured of filters, flat_map and readers)."""
_SLOWED = 0.8
"""Below that share of a stage's rate, the whole pipeline is slower for what stands behind it."""
_MOST_PERCENT = 50.0
"""Beginnings of epochs that take more than that are the limit, whatever makes them slow."""
_BARELY = 1.5
"""A pipeline alone that is so many times as fast as the model is fast enough, also where some
batches take longer than others."""


def limit_of(now: Situation) -> tuple[Limit, CutRate | None]:
    """What limits, by the causes of idle, cut rates and cores; and the stage, where one does."""
    wait, host, turnaround = now.wait_percent, now.percent("host_s"), now.turnaround_percent
    largest = max(wait, host, turnaround)
    if largest < SMALL_PERCENT:
        return Limit.ACCELERATOR, None
    if largest == host and _costs_more_in_two_ways(now, wait + turnaround):
        largest = max(wait, turnaround)
    narrow = now.times.narrow
    if now.swapped_in_bytes_per_s > _SWAPPING_BYTES_PER_S:
        return Limit.MEMORY, None
    if largest == turnaround:
        if narrow is not None and (_works_again(now, narrow) or _slow_anyway(now, narrow)):
            return stage_limit(now, narrow), narrow
        return Limit.TURNAROUND, now.times.slow_to_begin or narrow
    if largest == host:
        # With Python in the pipeline, the loop waits for Python's lock between its steps.
        return (Limit.PYTHON_LOCK, _python_stage(now)) if now.holds_lock else (Limit.HOST, None)
    if now.fast_alone:
        return _where_both_are_fast(now, narrow)
    if narrow is None:
        return Limit.SEQUENTIAL, None
    kind = stage_limit(now, narrow)
    pipeline, model = now.pipeline_examples_per_s, now.model_examples_per_s
    if now.in_turn and pipeline and model:
        # Both are true; the one is named whose mending gains more.
        overlapped = (1 / pipeline + 1 / model) / max(1 / pipeline, 1 / model)
        rest = max(1 / pipeline - (narrow.stage_s or 0.0) * _mended(kind, now), 1e-9)
        mended = (1 / pipeline + 1 / model) / (rest + 1 / model)
        if overlapped > mended:
            return Limit.NO_OVERLAP, now.last_rate
    return kind, narrow


def _costs_more_in_two_ways(now: Situation, pipeline_percent: float) -> bool:
    """Whether waits in epochs and at their beginnings together are more than Keras's time.

    A pipeline that is far faster than the model by itself is waited for by the way.
    """
    pipeline, model = now.pipeline_examples_per_s, now.model_examples_per_s
    slow = bool(pipeline and model and pipeline < _BARELY * model)
    return slow and now.behind_model and pipeline_percent > now.percent("host_s")


def _works_again(now: Situation, narrow: CutRate) -> bool:
    """Whether epochs begin slowly for work that a cache behind it would save, if it were full."""
    slow, worked = now.slow_to_begin, now.graph.by_key.get(narrow.stage)
    return any(
        each.sure
        and slow in now.graph.behind(each.cache)
        and worked in now.graph.before(each.cache)
        for each in unfilled(now.graph)
    )


def _slow_anyway(now: Situation, narrow: CutRate) -> bool:
    """Whether what fills a buffer slowly could not keep up with the model behind it either."""
    slow = now.slow_to_begin
    if slow is None or now.turnaround_percent > _MOST_PERCENT or now.fast_alone:
        return False
    return now.graph.by_key.get(narrow.stage) in now.graph.before(slow)


def _where_both_are_fast(now: Situation, narrow: CutRate | None) -> tuple[Limit, CutRate | None]:
    """Pipeline and model are fast enough by themselves: what holds them up together."""
    if not now.in_turn and now.python:
        return Limit.PYTHON_LOCK, _python_stage(now)
    pipeline, model = now.pipeline_examples_per_s or 0.0, now.model_examples_per_s or 0.0
    if now.works_ahead and narrow is not None and pipeline < _BARELY * model:
        return stage_limit(now, narrow), narrow
    if not now.in_turn and now.contended:
        return Limit.CORES, narrow
    return Limit.NO_OVERLAP, None if now.works_ahead else now.last_rate


def _mended(kind: Limit, now: Situation) -> float:
    """The share of a stage's time that goes where its limit is mended as usual."""
    if kind is Limit.SEQUENTIAL:
        return 1.0 - 1.0 / max(now.cores, 1)
    return 0.9 if kind is Limit.STORAGE else 0.5


def stage_limit(now: Situation, rate: CutRate) -> Limit:
    """What kind of limit a stage is, by the cores that are busy where the pipeline ends with it."""
    node = now.graph.by_key.get(rate.stage)
    # Of workers where nobody can look, it is not known how many they keep busy.
    cores = ONE_CORE if rate.cores is None else rate.cores
    if cores <= _WAITING:
        return Limit.STORAGE
    if node is not None and now.graph.runs_python(node):
        # A generator is one thread, whatever else is busy meanwhile, and so is a PyDataset with one
        # worker. Parallel calls that leave cores free wait for the lock, unless they were seen to
        # be faster than one.
        workers = (node.number("workers") or 1) if node.kind == PY_DATASET else 0
        at_once = node.parallel or workers > 1
        most = min(_BUSY * now.cores, _LOCKED_CORES) if at_once else ONE_CORE
        gain = rate.gain_of_calls
        locked = cores <= most if gain is None else gain < _UNLOCKED
        if node.kind == "from_generator" or workers == 1 or locked:
            return Limit.PYTHON_LOCK
    if _takes_all_cores(now, node, rate, cores) or (node and _uses_all_cores(now, node)):
        return Limit.CORES
    return Limit.SEQUENTIAL


def _takes_all_cores(now: Situation, node: Node | None, rate: CutRate, cores: float) -> bool:
    """Whether all cores are busy with work that is done at the same time."""
    # To take small elements from a cut costs a core by itself: what the whole pipeline keeps busy
    # says whether cores are left.
    last = now.last_rate
    busy = cores if last is None or last.cores is None else min(cores, last.cores)
    if busy < _BUSY * now.cores:
        return False
    if busy > _HANDED_OVER or _at_once(now, node):
        return True
    # What stands behind the stage takes its cores only where it makes the whole slower.
    alone, total = rate.examples_per_s or 0.0, now.pipeline_examples_per_s or 0.0
    return total < _SLOWED * alone and any(_at_once(now, each) for each in now.graph.outer)


def _at_once(now: Situation, node: Node | None) -> bool:
    """Whether a stage, or one in front of it, works on several elements at the same time."""
    if node is None:
        return True
    around = now.graph.by_key.get(node.inside)
    return (around is not None and _at_once(now, around)) or any(
        each.parallel or _in_parallel_by_rewrites(now, each)
        for each in (node, *now.graph.before(node))
    )


def _in_parallel_by_rewrites(now: Situation, node: Node) -> bool:
    """Whether TensorFlow makes a map parallel by itself."""
    # In a function it is called as often at the same time as the function's datasets are read.
    rewritten = now.graph.rewrites and node.kind == "map" and not node.inside
    return rewritten and not node.python and not node.stateful


def _uses_all_cores(now: Situation, node: Node) -> bool:
    """Whether more calls at the same time can gain nothing: it has as many as there are cores."""
    if now.works_in_function(node) or now.few_threads:
        return False
    if node.calls == AUTOTUNE or (isinstance(node.calls, int) and node.calls >= now.cores):
        return True
    return _in_parallel_by_rewrites(now, node)


def works_alone(now: Situation, narrow: CutRate | None) -> bool:
    """Whether a stage has no parallel calls, neither by itself nor by TensorFlow's rewrites."""
    node = None if narrow is None else now.graph.by_key.get(narrow.stage)
    return node is not None and not _uses_all_cores(now, node)


def _python_stage(now: Situation) -> CutRate | None:
    stages = [node.key for node in now.graph.all if now.graph.runs_python(node)]
    rates = [rate for rate in now.times.rates if rate.stage in stages]
    return max(rates, key=lambda rate: rate.stage_s or 0.0, default=None)
