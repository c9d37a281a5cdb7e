"""What would help and only a person can do in the code."""

from __future__ import annotations

from collections.abc import Iterator

from core.diagnosis.moves import CHEAP_S, WAITING_CALLS, shuffle_first, steady_gain
from core.diagnosis.situation import Situation, stage_limit
from core.model.diagnosis import CutRate, Limit, Suggestion
from core.model.settings import Settings
from core.pipeline.graph.graph import Node
from core.pipeline.graph.unfilled import unfilled
from core.pipeline.method import Cost, Counts
from core.pipeline.operations import costly_kinds
from core.pipeline.recorded_chain.moves import POSITION

_WORTH_TELLING = 1.05
_FEW_KEPT = 0.7
"""A filter that keeps at most that share of a stage's elements is worth a place before it."""
_GROWN = 2.0
"""Elements so many times as large behind a cast are worth a smaller type."""
_GROWN_BY_CAST = 8.0
"""So many times as large is what a cast can make: 64 bits of 8."""
_SCALES = frozenset({"Cast", "RealDiv", "Mul", "Sub", "AddV2"})
"""What a model can do to its batches as well as a map to elements."""


def suggestion(title: str, why: str, node: Node, gain: float | None) -> Suggestion:
    """What would help at a stage, with its line."""
    site = node.site
    return Suggestion(
        title,
        why,
        node.key,
        "" if site is None else site.file,
        0 if site is None else site.line,
        gain,
    )


def only_you_can(
    now: Situation, limit: Limit, narrow: CutRate | None, settings: Settings
) -> Iterator[Suggestion]:
    """What the program cannot put into someone's code, or cannot measure."""
    yield from _full_caches(now)
    if limit is Limit.TURNAROUND:
        yield from _skip_first(now)
        yield from _longer_epochs(now)
        if not now.short_epochs:
            yield from (
                suggestion(
                    each.title,
                    "epochs are too long to compare here: set it, and compare runs",
                    now.graph.by_key[each.stage],
                    each.expected,
                )
                for each in shuffle_first(now, settings)
            )
    kind = limit
    if limit is Limit.NO_OVERLAP or limit is Limit.TURNAROUND:
        # To work less helps there too, where the pipeline is slow or fills a buffer.
        enough = limit is Limit.NO_OVERLAP and now.fast_alone
        narrow = None if enough else now.times.narrow
        kind = limit if narrow is None else stage_limit(now, narrow)
    node = None if narrow is None else now.graph.by_key.get(narrow.stage)
    if node is not None and narrow is not None:
        yield from _at_the_stage(now, kind, node, narrow)
        yield from _smaller_types(now)
    if limit is Limit.CORES and not now.python:
        yield from _more_machines(now)


def _at_the_stage(
    now: Situation, limit: Limit, node: Node, narrow: CutRate
) -> Iterator[Suggestion]:
    """What would make the narrow stage take less time."""
    graph = now.graph
    gain = _gain_without(now, node, 1.0)
    yield from _for_fewer_elements(now, node)
    for around in (node, graph.by_key.get(node.inside)):
        if around is not None and graph.datasets_of_window(around) > 1:
            yield suggestion(
                "Stack the features into one tensor in front of window, or take windows of the "
                "whole array in a map (tf.gather)",
                f"{around.words} makes several datasets for each window",
                around,
                _gain_without(now, around, 1.0),
            )
            return
        in_function = around is not None and now.works_in_function(around)
        if around is not None and in_function and limit is not Limit.PYTHON_LOCK:
            name = around.function.name if around.function is not None else "its function"
            at_once = WAITING_CALLS[-1] if limit is Limit.STORAGE else now.cores
            yield suggestion(
                f"Do the work of {name} in a map with parallel calls in front of "
                f"{around.words}, or in a map of the dataset that it returns",
                f"TensorFlow calls the function of {around.kind} for one element after the other; "
                "its parallel calls read datasets",
                around,
                _gain_without(now, around, 1.0 - 1.0 / max(at_once, 2)),
            )
            return
    if limit is Limit.PYTHON_LOCK:
        yield suggestion(
            _without_python(node),
            "Python runs one thread at a time, whatever the number of parallel calls",
            node,
            gain,
        )
    elif node.kind == "flat_map":
        yield suggestion(
            "Use interleave with parallel calls in place of flat_map",
            "the order of the examples is then another",
            node,
            gain,
        )
    elif node.kind == "unbatch" and not node.off:
        yield suggestion(
            "Leave out unbatch and the batch behind it", "it takes batches apart", node, gain
        )
    elif node.kind == "filter" and graph.batches_behind(node):
        yield suggestion(
            f"Put batch in front of {node.words} and leave examples out with a mask",
            "filter works on one element after the other; batches then differ in size",
            node,
            gain,
        )
    elif node.method.counts is Counts.BATCHED and graph.batches_before(node):
        yield suggestion("Batch once", "the elements are batches already", node, gain)
    elif (
        node.method.worth_keeping
        and node.method.cost is Cost.WORKS
        and not graph.batches_before(node)
    ):
        each_s = 1.0 / narrow.elements_per_s if narrow.elements_per_s else 1.0
        batch = next(iter(graph.batches_behind(node)), None)
        if each_s < CHEAP_S and batch is not None:
            moves = POSITION in batch.knobs
            yield suggestion(
                f"Put batch in front of {node.words} and work on whole batches",
                "its call costs more than its work"
                + ("; it helps only where the function gives the same" if moves else ""),
                node,
                gain,
            )
        elif limit is Limit.CORES:
            yield suggestion(
                f"Make {node.words} cheaper: less data, fewer operations, whole batches",
                "all cores are in use: only less work helps, or more cores",
                node,
                gain,
            )


def _without_python(node: Node) -> str:
    if node.kind == "from_generator":
        return (
            f"Take the data of {node.words} from arrays (from_tensor_slices) or from files with a "
            "reader and maps, or have it yield whole batches"
        )
    return f"Write {node.words} in TensorFlow operations"


def _for_fewer_elements(now: Situation, node: Node) -> Iterator[Suggestion]:
    """How a stage would do its work once for each element, and only for those that are kept."""
    graph = now.graph
    branches = graph.repeats(node)
    if branches > 1:
        yield suggestion(
            f"Split the data in front of {node.words}"
            + (", or put a cache behind it" if graph.cache_serves(node) else ""),
            f"{branches} datasets are made of it, and each of them runs it for itself",
            node,
            _gain_without(now, node, 1.0 - 1.0 / branches),
        )
    # Where the data part, their filters come in front of the work with the parting.
    filters = graph.behind(node) if node.kind == "map" and branches < 2 else ()
    for later in filters:
        kept = _kept_share(now, later) if later.method.filters else None
        if kept is not None and kept <= _FEW_KEPT:
            yield suggestion(
                f"Put {later.words} in front of {node.words}, as far as it can decide there",
                f"it keeps {100 * kept:.0f} % of what comes to it",
                node,
                _gain_without(now, node, 1.0 - kept),
            )


def _kept_share(now: Situation, node: Node) -> float | None:
    """Of the elements that come to a filter, how many it keeps; None if not known."""
    shares = [
        rate.examples_per_s / rate.elements_per_s
        for key in (*node.inputs[:1], node.key)
        if (rate := now.times.rate(key)) and rate.examples_per_s and rate.elements_per_s
    ]
    return shares[0] / shares[1] if len(shares) == 2 else None


def _smaller_types(now: Situation) -> Iterator[Suggestion]:
    """Elements that a cast makes larger long before the device takes them."""
    total, model = now.pipeline_examples_per_s, now.model_examples_per_s
    for node in now.graph.of_kind("map"):
        rate, before = now.times.rate(node.key), now.times.rate(next(iter(node.inputs), ""))
        kinds = set() if node.function is None else set(node.function.kinds)
        if rate is None or before is None or "Cast" not in kinds or not total or not model:
            continue
        smaller, larger = before.element_bytes or 0.0, rate.element_bytes or 0.0
        if not smaller or not _GROWN <= larger / smaller <= _GROWN_BY_CAST:
            continue
        if node.key in now.times.idle or costly_kinds(node.function) or "OneHot" in kinds:
            # What decodes, resizes or encodes makes elements larger by itself.
            continue
        copies = [each for each in now.graph.behind(node) if each.method.cost is Cost.COPIES]
        rates = [now.times.rate(each.key) for each in copies]
        saved_s = (1.0 - smaller / larger) * sum(each.stage_s or 0.0 for each in rates if each)
        if kinds <= _SCALES:
            saved_s += rate.stage_s or 0.0
        gain = min(1.0 / max(1.0 / total - saved_s, 1e-9), model) / now.examples_per_s
        if gain >= _WORTH_TELLING:
            yield suggestion(
                f"Keep the smaller type until the model: cast there instead of in {node.words}",
                f"elements are {larger / smaller:.0f} times as large behind it, as is each copy",
                node,
                gain,
            )


def _gain_without(now: Situation, node: Node, share: float) -> float | None:
    """Throughput with a share of a stage's time gone over the present one, at most."""
    faster, model = now.times.without(node.key, share), now.model_examples_per_s
    return min(faster, model) / now.examples_per_s if faster and model else None


def _more_machines(now: Situation) -> Iterator[Suggestion]:
    pipeline, model = now.pipeline_examples_per_s, now.model_examples_per_s
    last = now.graph.last
    if last is None or not pipeline or not model or last.kind == "service":
        return
    # On this machine a service takes the same cores.
    yield suggestion(
        "A tf.data service on other machines (service.address)",
        f"all {now.cores} cores are in use here; a service here would share them",
        last,
        max(model / now.examples_per_s, 1.0),
    )


def _full_caches(now: Situation) -> Iterator[Suggestion]:
    total, model = now.pipeline_examples_per_s, now.model_examples_per_s
    for each in unfilled(now.graph):
        rate = now.times.rate(each.cache.key)
        if each.sure and rate is not None and rate.examples_per_s and total and model:
            full = 1.0 / max(1.0 / total - 1.0 / rate.examples_per_s, 1.0 / model)
            why = f"{each.by.words} stops before the cache is full: it is thrown away"
            yield suggestion(each.remedy, why, each.cache, full / now.examples_per_s)


def _skip_first(now: Situation) -> Iterator[Suggestion]:
    slow, graph = now.times.slow_to_begin, now.graph
    skip = None if slow is None else graph.by_key.get(slow.stage)
    if skip is None or skip.method.counts is not Counts.SKIPPED:
        return
    maps = [
        node
        for node in graph.before(skip, "map")
        if all(each.method.counts is Counts.SAME for each in graph.between(node, skip))
        and not any(each.reshuffles for each in graph.between(node, skip))
    ]
    if maps:
        yield suggestion(
            f"Put {skip.words} in front of {maps[0].words}",
            "what it leaves out is worked on at the beginning of each epoch",
            skip,
            steady_gain(now, skip),
        )


def _longer_epochs(now: Situation) -> Iterator[Suggestion]:
    node = next(iter(now.graph.of_kind("shuffle")), now.graph.last)
    if node is not None and steady_gain(now, node) >= _WORTH_TELLING:
        call = "shuffle(...).repeat()" if node.kind == "shuffle" else "repeat()"
        yield suggestion(
            f"{call} with steps_per_epoch: one iterator for all epochs",
            "epochs then flow into each other",
            node,
            steady_gain(now, node),
        )
