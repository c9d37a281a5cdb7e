"""How a stage would have less to do: what only a person can do in the code."""

from __future__ import annotations

import math
from collections.abc import Iterator

from core.diagnosis.advice.advice_for_method import advice_for_method
from core.diagnosis.advice.in_its_function import in_its_function, share_in_parallel
from core.diagnosis.moves import calls_cost_most
from core.diagnosis.situation import Situation
from core.diagnosis.suggestion import WORTH_TELLING, gain_saving, gain_without, suggestion
from core.model.diagnosis import CutRate, Limit, Suggestion
from core.model.quantity import bytes_text
from core.pipeline.graph.graph import Node
from core.pipeline.method import Cost, Counts
from core.pipeline.operations import cheaper_ways, costly_kinds
from core.pipeline.recorded_chain.moves import POSITION
from core.pipeline.workers.py_dataset import KIND as PY_DATASET

_FEW_KEPT = 0.7
"""A filter that keeps at most that share of a stage's elements is worth a place before it."""
_SELDOM_KEPT = 0.3
"""One that keeps no more than that is worth a selection before anything is read."""
_GROWN = 2.0
"""Elements so many times as large behind a cast are worth a smaller type."""
_GROWN_BY_CAST = 8.0
"""So many times as large is what a cast can make: 64 bits of 8."""
_LARGE_BYTES = 100_000
"""Elements from which on what each copy of one takes counts."""
_SCALES = frozenset({"Cast", "RealDiv", "Mul", "Sub", "AddV2"})
"""What a model can do to its batches as well as a map to elements."""
_LOOPS = frozenset({"While", "StatelessWhile"})
"""Loops of an operation's own, each round of which is a call."""
_PARSES = frozenset(
    {
        "DecodeCSV",
        "DecodeRaw",
        "ParseExampleV2",
        "ParseSingleExample",
        "StringSplitV2",
        "StringToNumber",
    }
)
"""Operations that take a batch of texts or records as well as one, for little more."""


def less_work(now: Situation, limit: Limit, node: Node, narrow: CutRate) -> Iterator[Suggestion]:
    """What would make the narrow stage take less time.

    Args:
        now: What was measured.
        limit: What kind of limit the stage is.
        node: The stage.
        narrow: Its cut rate.
    """
    yield from _for_fewer_elements(now, node)
    kept = _kept_share(now, node)
    cheap = not node.python and not costly_kinds(node.function)
    if node.method.filters and cheap and kept is not None and kept <= _SELDOM_KEPT:
        yield suggestion(
            f"Select before the pipeline what {node.words} keeps (from the arrays, the file names, "
            "or whole files), or keep it with cache()",
            f"it keeps {100 * kept:.0f} % of what comes to it: the rest is read each time for "
            "nothing",
            node,
            gain_without(now, node),
        )
    around = [node, *(other for other in now.graph.all if other.key == node.inside)]
    flat_maps = [
        each for each in around if each.kind == "flat_map" and now.graph.elements_before(each) != 1
    ]
    of_function = next(
        (found for each in around if (found := in_its_function(now, limit, each))), None
    )
    if of_function is not None:
        yield of_function
    elif limit is Limit.PYTHON_LOCK or (limit is Limit.CORES and node.python):
        yield suggestion(
            _without_python(now, node),
            "Python runs one thread at a time, whatever the number of parallel calls",
            node,
            gain_without(now, node),
        )
    elif flat_maps and limit is not Limit.CORES:
        flat_map = flat_maps[0]
        yield suggestion(
            f"Use interleave with parallel calls in place of {flat_map.words}",
            "flat_map reads one dataset after the other; the order of the examples is then another",
            flat_map,
            gain_without(now, flat_map, share_in_parallel(now, limit)),
        )
    else:
        told = advice_for_method(now, node) or _of_its_calls(now, limit, node, narrow)
        if told is not None:
            yield suggestion(*told, node, gain_without(now, node))


def _of_its_calls(
    now: Situation, limit: Limit, node: Node, narrow: CutRate
) -> tuple[str, str] | None:
    """What to do where a function is called for each element, and why."""
    if node.method.cost is not Cost.WORKS:
        return None
    each_s = 1.0 / narrow.elements_per_s if narrow.elements_per_s else 1.0
    batch = next(iter(now.graph.batches_behind(node)), None)
    kinds = set() if node.function is None else set(node.function.kinds)
    if kinds & _LOOPS:
        return (
            f"Have {node.words} work on whole tensors, without a loop",
            "it goes through them one after the other (tf.map_fn, tf.while_loop)",
        )
    only_parses = kinds & _PARSES and not set(costly_kinds(node.function)) - _PARSES
    if only_parses and batch is not None:
        return (
            f"Put batch in front of {node.words} and parse whole batches",
            "its operations take many at a time: tf.io.parse_example, decode_csv, strings",
        )
    if batch is not None and calls_cost_most(node, each_s / node.count, narrow.cores or 1.0):
        moves = POSITION in batch.knobs
        one = f", or replace the {node.count} calls of its loop with one" if node.count > 1 else ""
        return (
            f"Put batch in front of {node.words} and work on whole batches{one}",
            "its calls cost more than their work"
            + ("; possible only if the function returns the same for batches" if moves else ""),
        )
    alone = "num_parallel_calls" not in node.method.arguments
    known = cheaper_ways(node.function)
    if limit is Limit.CORES or alone:
        batches = [] if now.graph.batches_before(node) else ["whole batches"]
        ways = [*known, "less data (crop, resize or select first)", "fewer operations", *batches]
        return (
            f"Make {node.words} cheaper: {', '.join(ways)}",
            "it has no parallel calls: only less work helps"
            if alone
            else "all cores are in use: only less work helps, or more cores",
        )
    if known and limit is Limit.SEQUENTIAL:
        return f"Make {node.words} cheaper: {', '.join(known)}", "beside parallel calls"
    return None


def _without_python(now: Situation, node: Node) -> str:
    if node.kind == PY_DATASET:
        return (
            f"Have {node.words} do less for a batch (NumPy on whole arrays, what is the same for "
            "all once), or make its batches with tf.data: from_tensor_slices and a map of "
            "TensorFlow operations with parallel calls"
        )
    if node.kind == "from_generator":
        batches = "; or have it yield whole batches" if now.graph.batches_behind(node) else ""
        return (
            f"Have {node.words} only read, and do the rest in a map with parallel calls and "
            "TensorFlow operations; or take its data from arrays (from_tensor_slices) or from "
            f"files with a reader{batches}"
        )
    return (
        f"Write {node.words} in TensorFlow operations, or do less in Python for each element (what "
        "is the same for all, once)"
    )


def _for_fewer_elements(now: Situation, node: Node) -> Iterator[Suggestion]:
    """How a stage would do its work once for each element, and only for those that are kept."""
    graph = now.graph
    branches, rate = graph.repeats(node), now.times.rate(node.key)
    if branches > 1:
        # Of which each branch may leave out most.
        worked = (rate.elements_per_s or 0.0) / (rate.examples_per_s or math.inf) if rate else 0.0
        yield suggestion(
            f"Split the data in front of {node.words}"
            + (", or put a cache behind it" if graph.cache_serves(node) else ""),
            f"{branches} datasets branch off behind it, and each of them runs it again",
            node,
            gain_without(now, node, 1.0 - 1.0 / max(branches, worked)),
        )
    if node.kind == "rejection_resample":
        costly = [each for each in graph.before(node, "map") if costly_kinds(each.function)]
        for each in sorted(costly, key=lambda each: -_stage_s(now, each))[:1]:
            yield suggestion(
                f"Put {node.words} in front of {each.words}, if it needs only what is there",
                "elements that it drops are worked on first",
                node,
                gain_without(now, node),
            )
    # Where the data part, their filters come in front of the work with the parting.
    filters = graph.behind(node) if node.kind == "map" and branches < 2 else ()
    for later in filters:
        kept = _kept_share(now, later)
        if kept is not None and kept <= _FEW_KEPT:
            decides = ", if it needs only what is there" if later.method.filters else ""
            yield suggestion(
                f"Put {later.words} in front of {node.words}{decides}",
                f"it keeps {100 * kept:.0f} % of what comes to it",
                node,
                gain_without(now, node, 1.0 - kept),
            )


def _stage_s(now: Situation, node: Node) -> float:
    rate = now.times.rate(node.key)
    return (rate.stage_s or 0.0) if rate is not None else 0.0


def _kept_share(now: Situation, node: Node) -> float | None:
    """Of the elements that come to a filter or a shard, how many it keeps; None if not known."""
    if node.method.counts is Counts.SHARDED:
        shards = node.number("num_shards")
        return 1.0 / shards if shards else None
    if not node.method.filters:
        return None
    shares = [
        rate.examples_per_s / rate.elements_per_s
        for key in (*node.inputs[:1], node.key)
        if (rate := now.times.rate(key)) and rate.examples_per_s and rate.elements_per_s
    ]
    return shares[0] / shares[1] if len(shares) == 2 else None


def smaller_elements(now: Situation) -> Iterator[Suggestion]:
    """Elements that a function makes larger long before the device takes them, as each copy."""
    for node in now.graph.of_kind("map"):
        rate, before = now.times.rate(node.key), now.times.rate(next(iter(node.inputs), ""))
        # What decodes, resizes or reads makes elements larger by itself.
        idle = node.key in now.times.idle or node.python or costly_kinds(node.function)
        if rate is None or before is None or idle:
            continue
        smaller, larger = before.element_bytes or 0.0, rate.element_bytes or 0.0
        if not smaller or larger / smaller < _GROWN:
            continue
        kinds = set() if node.function is None else set(node.function.kinds)
        by_cast = larger / smaller <= _GROWN_BY_CAST
        if ("Cast" not in kinds or "OneHot" in kinds) if by_cast else larger < _LARGE_BYTES:
            continue
        copies = [each for each in now.graph.behind(node) if each.method.cost is Cost.COPIES]
        rates = [now.times.rate(each.key) for each in copies]
        saved_s = (1.0 - smaller / larger) * sum(each.stage_s or 0.0 for each in rates if each)
        if not by_cast or kinds <= _SCALES:
            saved_s += rate.stage_s or 0.0
        gain = gain_saving(now, saved_s) or 0.0
        if gain >= WORTH_TELLING:
            one_hot = "integer labels instead of one-hot, " if "OneHot" in kinds else ""
            yield suggestion(
                f"Keep the smaller type until the model: cast there instead of in {node.words}"
                if by_cast
                else f"Make smaller elements in {node.words}: {one_hot}smaller types, or in the "
                "model",
                f"it makes elements {larger / smaller:.0f} times as large "
                f"({bytes_text(larger)}), and so every later copy of them",
                node,
                gain,
            )
